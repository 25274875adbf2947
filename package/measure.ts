import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.ts'
import { repository } from './repository.ts'

/** Medians in milliseconds of starting Hexis, doing this, and ending. */
export interface StartTimes {
  readonly version: number
  readonly help: number
}

export interface Measured {
  /** Sizes in bytes of what `./dev package` makes. */
  readonly sizes: Readonly<Record<string, number>>
  readonly startMs: { readonly executable: StartTimes; readonly checkout: StartTimes }
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 10) / 10
}

const timeOf = (argv: readonly [string, ...string[]], runs: number): number => {
  const [program, ...args] = argv
  const times = Array.from({ length: runs }, () => {
    const start = performance.now()
    const { status } = spawnSync(program, args, { stdio: 'ignore' })
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}`)
    return performance.now() - start
  })
  return median(times)
}

const startTimes = (hexis: readonly [string, ...string[]], runs: number): StartTimes => ({
  version: timeOf([...hexis, '--version'], runs),
  help: timeOf([...hexis, '--help'], runs),
})

/** Sizes, and start times of the executable for this processor beside those of the checkout: medians of so many runs. */
export const measure = async (dist: string, quick: boolean, runs: number): Promise<Measured> => {
  const names = await build(dist, quick)
  return {
    sizes: Object.fromEntries(names.map((name) => [name, statSync(join(dist, name)).size])),
    startMs: {
      executable: startTimes([join(dist, `hexis-linux-${process.arch}`)], runs),
      checkout: startTimes([process.execPath, join(repository, 'src/cli/main.ts')], runs),
    },
  }
}
