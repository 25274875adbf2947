import { type Lab, startLab } from '../lab/lab.ts'
import { scratchSite } from '../test/scratch-site.ts'
import { onAll } from './peers/peer.ts'
import { type Budget, budgetLines, isKept, median, rowLines, seconds, writeFigures } from './report.ts'
import { changesOf, up } from './runs.ts'
import { siteOf } from './workload.ts'

export interface FilesOptions {
  readonly files: readonly number[]
  readonly runs: number
  readonly json: string | undefined
}

const body = (files: number): string => `    for (let i = 0; i < ${files}; i++)
      file(\`/srv/bench/\${i % 100}/\${i}\`, { content: \`bench \${i}\\n\`.repeat(20), mode: '0640', parents: true })`

interface Point {
  readonly files: number
  readonly first: number
  readonly second: number
}

const measure = async (lab: Lab, files: number, runs: number): Promise<Point> => {
  const site = scratchSite()
  try {
    await onAll(lab, 'rm -rf /srv/bench /var/lib/hexis')
    site.write(siteOf(lab, body(files)))
    const first = await seconds(async () => {
      if (changesOf(await up(site)).some((count) => count < files)) throw new Error('the first run changed too little')
    })
    const second: number[] = []
    for (let run = 0; run < runs; run++)
      second.push(
        await seconds(async () => {
          if (changesOf(await up(site)).some((count) => count > 0)) throw new Error('a second run changed something')
        }),
      )
    return { files, first, second: median(second) }
  } finally {
    site.dispose()
  }
}

/** Measures one host with more and more small files; answers whether every budget is kept. */
export const files = async ({ files: counts, runs, json }: FilesOptions): Promise<boolean> => {
  const lab = await startLab(1, { name: `bench${process.pid}` })
  try {
    const points: Point[] = []
    for (const count of counts) points.push(await measure(lab, count, runs))
    const budgets = points.slice(1).flatMap((point, index): readonly Budget[] => {
      const smaller = points[index]
      if (smaller === undefined) return []
      const times = (10 * smaller.files) / point.files
      return (['first', 'second'] as const).map((name) => ({
        what: `${name} run, ${point.files} files ÷ ${smaller.files}, for ten times as many`,
        value: (point[name] / smaller[name]) * times,
        atMost: 11,
      }))
    })
    process.stdout.write(
      rowLines(
        points.flatMap((point): readonly (readonly [string, number])[] => [
          [`${point.files} files, first run`, point.first],
          [`${point.files} files, second run`, point.second],
        ]),
      ) + budgetLines(budgets),
    )
    writeFigures(json, { points })
    return budgets.every(isKept)
  } finally {
    await lab.stop()
  }
}
