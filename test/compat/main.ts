import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { page } from './page.ts'
import { tables } from './tables.ts'

const usage = `usage: ./dev compat [--write]
  how many behaviours each table has
  --write   prints docs/compatibility.md anew from the tables
`

const main = (args: readonly string[]): number => {
  if (args.length === 0) {
    for (const { resource, rows } of tables) process.stdout.write(`${resource} ${rows.length}\n`)
    return 0
  }
  if (args.join(' ') !== '--write') {
    process.stderr.write(usage)
    return 1
  }
  writeFileSync(join(import.meta.dirname, '../../docs/compatibility.md'), page(tables))
  return 0
}

process.exitCode = main(process.argv.slice(2))
