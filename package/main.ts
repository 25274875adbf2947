import { join } from 'node:path'
import { build } from './build.ts'
import { measure } from './measure.ts'
import { repository } from './repository.ts'

const usage = `usage: ./dev package [measure] [--quick] [--into DIR]
  single executables for x64 and arm64 and their .deb packages, in dist/ (or DIR); nothing where they are made already
  measure   their sizes and start times, beside those of the checkout, as JSON
  --quick   packs the .deb at once; it is larger
`

/** Of each start that is measured. */
const runs = 15

const main = async (words: readonly string[]): Promise<number> => {
  const quick = words.includes('--quick')
  const into = words.indexOf('--into')
  const dist = into < 0 ? join(repository, 'dist') : words[into + 1]
  const rest = words.filter((word, at) => word !== '--quick' && at !== into && (into < 0 || at !== into + 1))
  if (dist === undefined || rest.length > 1 || (rest.length === 1 && rest[0] !== 'measure')) {
    process.stderr.write(usage)
    return 1
  }
  if (rest[0] === 'measure') {
    process.stdout.write(`${JSON.stringify(await measure(dist, quick, runs), null, 2)}\n`)
    return 0
  }
  for (const name of await build(dist, quick)) process.stdout.write(`${join(dist, name)}\n`)
  return 0
}

process.exitCode = await main(process.argv.slice(2))
