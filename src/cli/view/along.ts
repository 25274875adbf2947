import type { HostAnalysis } from '../../engine/types.ts'
import { inert } from '../inert.ts'
import type { Paint } from '../paint.ts'

type Packages = NonNullable<HostAnalysis['packages']>
type Along = Packages['along'][number]

const versions = ({ from, to }: Along): string =>
  [from, to].flatMap((version) => (version === undefined ? [] : [` ${inert(version)}`])).join(' →')

const done = { install: 'installed', upgrade: 'upgraded', remove: 'removed' } as const

/** `installed along: libfoo 1.0`. */
export const doneAlong = (along: Along): string => `${done[along.action]} along: ${inert(along.name)}${versions(along)}`

const marks = { install: ['+', 'green'], upgrade: ['~', 'yellow'], remove: ['-', 'red'] } as const

const shownAlong = 20

/** What goes is said first, then what is replaced. */
const weight = { remove: 0, upgrade: 1, install: 2 } as const

/** What packages of the plan bring along and take away, as the package manager of the host said; `whole`: however many. */
export const renderPackages = (packages: Packages | undefined, whole: boolean, paint: Paint): readonly string[] => {
  if (packages === undefined) return []
  const sorted = packages.along.toSorted((a, b) => weight[a.action] - weight[b.action])
  const shown = whole ? sorted : sorted.slice(0, shownAlong)
  const lines = shown.map((one) => {
    const [mark, style] = marks[one.action]
    return `  ${paint(style, mark)} ${inert(one.name)}${versions(one)}  ${paint('dim', 'along with packages')}`
  })
  if (shown.length < sorted.length)
    lines.push(`  ${paint('dim', `and ${sorted.length - shown.length} more along with packages; --diff shows them`)}`)
  const unknown = packages.unknown.map((why) =>
    why === '' ? 'dependencies unknown until update' : `dependencies unknown: ${inert(why)}`,
  )
  return [...lines, ...unknown.map((text) => `  ${paint('yellow', text)}`)]
}
