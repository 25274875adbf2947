import { indexOfThisMachine, inIndex, packagesOf } from './debian-index.ts'
import { figures } from './figures.ts'

const usage = `usage: ./dev names [check]
  how many names the transformation database has, and how many were looked up for each family
  check   asks the package index of this machine (Debian) for every name that the database has for its release
`

/** Says which names the index does not have; 1 where there are such, 2 where there is no index to ask. */
const check = async (): Promise<number> => {
  const release = await indexOfThisMachine()
  if (release === undefined) {
    process.stderr.write('this machine has no package index of Debian: run it on Debian after apt-get update\n')
    return 2
  }
  const packages = packagesOf(release)
  const found = new Set(await inIndex(packages))
  const missing = packages.filter((name) => !found.has(name))
  process.stdout.write(
    `${packages.length - missing.length} of ${packages.length} packages are in the index of ${release}\n`,
  )
  for (const name of missing) process.stdout.write(`  not there: ${name}\n`)
  return missing.length === 0 ? 0 : 1
}

const main = async (args: readonly string[]): Promise<number> => {
  if (args.length === 0) {
    process.stdout.write(figures())
    return 0
  }
  if (args.join(' ') === 'check') return check()
  process.stderr.write(usage)
  return 1
}

process.exitCode = await main(process.argv.slice(2))
