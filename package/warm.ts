// Compiles the bundle and runs what people run most, then writes what V8 has compiled by then: `node warm.ts BUNDLE OUT`.
// The same bundle gives the same bytes: `warmFlags` fix the seed and leave room for all objects without a collection,
// and nothing is optimised meanwhile.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { siteText } from '../src/config/init-texts.ts'
import { hexisOf, scriptOf } from './inside/script.ts'

const lines: readonly (readonly string[])[] = [
  ['--help'],
  ['resource', 'file'],
  ['check'],
  ['plan'],
  ['up', '--yes'],
  ['drift'],
  ['plan', '--json'],
  ['log', 'box'],
]
const meanwhile = ['flush-bytecode', 'opt', 'maglev', 'sparkplug']

const warm = async (bundle: string, out: string): Promise<void> => {
  for (const flag of meanwhile) setFlagsFromString(`--no-${flag}`)
  const script = scriptOf(readFileSync(bundle, 'latin1'))
  const hexis = hexisOf(script, createRequire(import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'hexis-warm-'))
  try {
    writeFileSync(join(folder, 'site.ts'), siteText('warm'))
    mkdirSync(join(folder, 'sandbox'))
    for (const argv of lines) {
      process.argv = [process.execPath, process.execPath, ...argv, '-C', folder]
      const exit = await hexis.run()
      if (exit !== 0) throw new Error(`hexis ${argv.join(' ')} ended with ${exit}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  // V8 takes compiled code only from a program with its own flags.
  for (const flag of meanwhile) setFlagsFromString(`--${flag}`)
  writeFileSync(out, script.createCachedData())
}

const [bundle = '', out = ''] = process.argv.slice(2)
await warm(bundle, out)
