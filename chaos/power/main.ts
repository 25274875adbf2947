import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inTwos } from '../in-twos.ts'
import { type Cut, cutOnce, type Ground, grounds, nameOf, type Prepared, prepare } from './cuts.ts'
import { buildMachine } from './machine.ts'
import { powerReport, writePowerReport } from './report.ts'
import { withoutSyncs } from './sabotage.ts'
import { type Packed, packTransaction } from './transaction.ts'

const usage = `usage: ./dev powercut [--short] [--sabotage] [--write] [--seed N]
  cuts the power of virtual machines at random moments of a transaction, and looks at what their disks hold
  --short     two cuts on each file system; part of ./dev test
  --sabotage  the same on a runtime that brings nothing to the disk: it has to be found out (--short: on ext4 alone)
  --write     puts the table into docs/reliability.md
  --seed N    the same moments again
`

const out = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** Numbers from 0 to 1 that are the same again for the same seed (mulberry32). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Effort {
  readonly grounds: readonly Ground[]
  readonly cuts: number
  /** The part of the usual time of a transaction after which the power goes, by a number from 0 to 1. */
  readonly moment: (random: number) => number
}

const tell = (cut: Cut): void => {
  const where = `${nameOf(cut.ground)}, ${Math.round(cut.afterMs)} ms, ${cut.inside ? cut.point : 'after the end'}`
  for (const violation of cut.violations) out(`VIOLATION ${where}: ${violation}`)
  if (cut.violations.length === 0) process.stderr.write(`${where}: all as ${cut.ended}\n`)
}

const onGround = async (prepared: Prepared, effort: Effort, random: () => number): Promise<readonly Cut[]> => {
  const moments = Array.from({ length: effort.cuts }, () => effort.moment(random()) * prepared.usualMs)
  return inTwos(moments, async (afterMs) => {
    const cut = await cutOnce(prepared, afterMs)
    tell(cut)
    return cut
  })
}

const campaign = async (
  folder: string,
  packed: Packed,
  effort: Effort,
  random: () => number,
): Promise<readonly Cut[]> => {
  const machine = await buildMachine(folder, packed.runtime)
  const cuts: Cut[] = []
  for (const ground of effort.grounds) {
    const prepared = await prepare(folder, machine, packed, ground)
    cuts.push(...(await onGround(prepared, effort, random)))
    rmSync(prepared.disk)
  }
  return cuts
}

const full: Effort = { grounds, cuts: 30, moment: (random) => random * 1.05 }
const short: Effort = { grounds: grounds.slice(0, 2), cuts: 2, moment: (random) => 0.3 + random * 0.6 }
/** After the end: what was said to be done has to be there. */
const sabotaged: Effort = { grounds: grounds.slice(0, 2), cuts: 2, moment: (random) => 1.3 + random }

const main = async (argv: readonly string[]): Promise<number> => {
  const known = ['--short', '--sabotage', '--write', '--seed']
  const at = argv.indexOf('--seed')
  const seed = at === -1 ? Date.now() % 1_000_000 : Number(argv[at + 1])
  if (argv.some((word, index) => !known.includes(word) && index !== at + 1) || !Number.isSafeInteger(seed)) {
    process.stderr.write(usage)
    return 1
  }
  const folder = mkdtempSync(join(tmpdir(), 'hexis-power-'))
  try {
    const packed = await packTransaction(join(folder, 'seed.tar'))
    const random = randomFrom(seed)
    if (argv.includes('--sabotage')) {
      const effort = argv.includes('--short') ? { ...sabotaged, grounds: sabotaged.grounds.slice(0, 1) } : sabotaged
      const cuts = await campaign(folder, { ...packed, runtime: withoutSyncs(packed.runtime) }, effort, random)
      const found = cuts.filter((cut) => cut.violations.length > 0).length
      out(`a runtime without syncs: ${cuts.length} cuts, ${found} of them found out`)
      return found > 0 ? 0 : 1
    }
    const cuts = await campaign(folder, packed, argv.includes('--short') ? short : full, random)
    const wrong = cuts.filter((cut) => cut.violations.length > 0).length
    const inside = cuts.filter((cut) => cut.inside).length
    const last = `${cuts.length} cuts, ${inside} of them inside the transaction, ${wrong} violations (seed ${seed})`
    if (argv.includes('--write')) writePowerReport(powerReport(cuts), last)
    else out(powerReport(cuts))
    out(last)
    return wrong === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main(process.argv.slice(2))
