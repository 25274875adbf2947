import { type Lab, startLab } from '../lab/lab.ts'
import { type ScratchSite, scratchSite } from '../test/scratch-site.ts'
import { ansible } from './peers/ansible.ts'
import { cfengine } from './peers/cfengine.ts'
import { onAll, type Peer } from './peers/peer.ts'
import { puppet } from './peers/puppet.ts'
import { type Budget, budgetLines, isKept, median, rowLines, seconds, writeFigures } from './report.ts'
import { changesOf, up } from './runs.ts'
import { cleanup, isThere, look, siteOf, workload, workloadSize } from './workload.ts'

export interface PushOptions {
  readonly hosts: number
  /** How often every tool has its turn: A B A B. */
  readonly rounds: number
  /** Second runs of Hexis and of the floor in every round. */
  readonly runs: number
  readonly peers: boolean
  readonly json: string | undefined
}

interface Times {
  readonly first: number[]
  readonly second: number[]
}

interface Measured {
  readonly hexis: Times
  readonly floor: number[]
  readonly peers: ReadonlyMap<Peer, Times>
}

const newTimes = (): Times => ({ first: [], second: [] })

/** What is left of an earlier tool is gone before the next one starts from nothing. */
const fresh = (lab: Lab): Promise<void> => onAll(lab, cleanup)

const hexisTurn = async (lab: Lab, site: ScratchSite, runs: number, into: Measured): Promise<void> => {
  await fresh(lab)
  into.hexis.first.push(
    await seconds(async () => {
      const changes = changesOf(await up(site))
      if (changes.some((count) => count < 120)) throw new Error(`the first run changed only ${changes.join(', ')}`)
    }),
  )
  for (let run = 0; run < runs; run++) {
    into.hexis.second.push(
      await seconds(async () => {
        const changes = changesOf(await up(site))
        if (changes.some((count) => count > 0)) throw new Error(`a second run changed ${changes.join(', ')}`)
      }),
    )
    into.floor.push(await seconds(() => onAll(lab, look)))
  }
  await onAll(lab, isThere)
}

const peerTurn = async (lab: Lab, peer: Peer, times: Times): Promise<void> => {
  await fresh(lab)
  times.first.push(await seconds(() => peer.run()))
  await onAll(lab, isThere)
  times.second.push(await seconds(() => peer.run()))
}

const medians = ({ first, second }: Times): { readonly first: number; readonly second: number } => ({
  first: median(first),
  second: median(second),
})

const budgetsOf = (floor: number, own: ReturnType<typeof medians>, measured: Measured): readonly Budget[] => {
  const found = [...measured.peers].find(([peer]) => peer.name === 'ansible')?.[1]
  const against = found === undefined ? undefined : medians(found)
  return [
    { what: 'second run ÷ floor', value: own.second / floor, atMost: 2.5 },
    ...(against === undefined
      ? []
      : [
          { what: 'second run of ansible ÷ ours', value: against.second / own.second, atLeast: 100 },
          { what: 'first run of ansible ÷ ours', value: against.first / own.first, atLeast: 30 },
        ]),
  ]
}

const report = (measured: Measured, options: PushOptions): boolean => {
  const floor = median(measured.floor)
  const own = medians(measured.hexis)
  const against = (value: number): string => `${(value / floor).toFixed(1)} × floor`
  const rows = [
    ['floor: plain ssh, stat, sha256sum', floor],
    ['hexis, first run', own.first],
    ['hexis, second run', own.second],
    ...[...measured.peers].flatMap(([peer, times]) => [
      [`${peer.name} ${peer.version}, first run`, median(times.first)] as const,
      [`${peer.name} ${peer.version}, second run`, median(times.second)] as const,
    ]),
  ] as const
  const budgets = budgetsOf(floor, own, measured)
  process.stdout.write(
    `${options.hosts} hosts, ${workloadSize} resources each; medians of ${options.rounds} rounds\n` +
      rowLines(rows.map(([name, value]) => [name, value, against(value)])) +
      budgetLines(budgets),
  )
  const peers = Object.fromEntries(
    [...measured.peers].map(([peer, times]) => [peer.name, { version: peer.version, ...medians(times) }]),
  )
  writeFigures(options.json, { floor, ...own, ...(options.peers ? { peers } : {}) })
  return budgets.every(isKept)
}

/** Measures Hexis, the floor and the peers in turn on the same hosts; answers whether every budget is kept. */
export const push = async (options: PushOptions): Promise<boolean> => {
  process.stdout.write(`starting ${options.hosts} hosts …\n`)
  const systems = options.peers ? Array.from({ length: options.hosts }, () => 'peers' as const) : []
  const lab = await startLab(options.hosts, { name: `bench${process.pid}`, systems })
  const site = scratchSite()
  try {
    site.write(siteOf(lab, workload))
    const peers = options.peers ? [await ansible(lab, site.folder), await puppet(lab), await cfengine(lab)] : []
    const measured: Measured = {
      hexis: newTimes(),
      floor: [],
      peers: new Map(peers.map((peer) => [peer, newTimes()])),
    }
    for (let round = 0; round < options.rounds; round++) {
      await hexisTurn(lab, site, options.runs, measured)
      for (const [peer, times] of measured.peers) {
        process.stdout.write(`round ${round + 1}: ${peer.name} …\n`)
        await peerTurn(lab, peer, times)
      }
    }
    return report(measured, options)
  } finally {
    site.dispose()
    await lab.stop()
  }
}
