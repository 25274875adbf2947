import { startLab } from '../lab/lab.ts'
import { scratchSite } from '../test/scratch-site.ts'
import { onAll } from './peers/peer.ts'
import { type Budget, budgetLines, isKept, median, rowLines, seconds, writeFigures } from './report.ts'
import { changesOf, peakMb, up } from './runs.ts'
import { siteOf } from './workload.ts'

export interface ScaleOptions {
  readonly hosts: readonly number[]
  readonly runs: number
  readonly json: string | undefined
}

const four = `    group('bench', { gid: 2000 })
    directory('/srv/bench', { group: 'bench', mode: '0750' })
    file('/srv/bench/file', { content: 'bench\\n', mode: '0640' })
    service('ssh', { enabled: true, running: true })`

interface Point {
  readonly hosts: number
  readonly floor: number
  readonly first: number
  readonly second: number
  readonly peakMb: number
}

const measure = async (hosts: number, runs: number): Promise<Point> => {
  process.stdout.write(`starting ${hosts} hosts …\n`)
  const lab = await startLab(hosts, { name: `bench${process.pid}` })
  const site = scratchSite()
  try {
    site.write(siteOf(lab, four))
    const first = await seconds(() => up(site))
    let peak = peakMb(site)
    const [second, floor]: [number[], number[]] = [[], []]
    for (let run = 0; run < runs; run++) {
      second.push(
        await seconds(async () => {
          if (changesOf(await up(site)).some((count) => count > 0)) throw new Error('a second run changed something')
        }),
      )
      peak = Math.max(peak, peakMb(site))
      floor.push(await seconds(() => onAll(lab, 'true')))
    }
    return { hosts, first, second: median(second), floor: median(floor), peakMb: peak }
  } finally {
    site.dispose()
    await lab.stop()
  }
}

/** How much longer a point takes than a smaller one, for each time that it is larger; 1 is linear. */
const growth = (points: readonly Point[], name: 'first' | 'second'): readonly Budget[] =>
  points.slice(1).flatMap((point, index) => {
    const smaller = points[index]
    if (smaller === undefined) return []
    const times = point.hosts / smaller.hosts
    return [
      {
        what: `${name} run, ${point.hosts} hosts ÷ ${smaller.hosts}, for ten times as many`,
        value: (point[name] / smaller[name]) * (10 / times),
        atMost: 11,
      },
    ]
  })

/** Measures 4 resources on more and more hosts; answers whether every budget is kept. */
export const scale = async ({ hosts, runs, json }: ScaleOptions): Promise<boolean> => {
  const points: Point[] = []
  for (const count of hosts) points.push(await measure(count, runs))
  const budgets: readonly Budget[] = [
    ...growth(points, 'first'),
    ...growth(points, 'second'),
    ...points.slice(-1).map((point) => ({
      what: `MB resident at ${point.hosts} hosts`,
      value: point.peakMb,
      atMost: 200,
    })),
  ]
  process.stdout.write(
    rowLines(
      points.flatMap((point): readonly (readonly [string, number, string])[] => [
        [`${point.hosts} hosts, first run`, point.first, `${point.peakMb.toFixed(0)} MB`],
        [`${point.hosts} hosts, second run`, point.second, `${(point.second / point.floor).toFixed(1)} × floor`],
      ]),
    ) + budgetLines(budgets),
  )
  writeFigures(json, { points })
  return budgets.every(isKept)
}
