import { formatSource } from '../../diagnostics/diagnostic.ts'
import type { Change } from '../../plan/plan.ts'
import type { Aspects } from '../../states/kind.ts'
import { decode } from '../../steps/encoding.ts'
import { argsOf } from '../../steps/parse.ts'
import { inert } from '../inert.ts'
import type { Paint, Style } from '../paint.ts'
import { renderDiff } from './diff.ts'

const marks: Readonly<Record<Change['action'], readonly [string, Style]>> = {
  create: ['+', 'green'],
  update: ['~', 'yellow'],
  remove: ['-', 'red'],
  run: ['!', 'magenta'],
}

/** Aspects that only the engine cares for. */
const unseen: ReadonlySet<string> = new Set(['inode', 'nlink'])

/** `9f86d081884c…` for a digest, `‹secret›` for sealed content; everything else as it is. */
const valueText = (value: string): string => {
  if (/^(sealed|held|secret):/.test(value)) return '‹secret›'
  if (/^[0-9a-f]{64}$/.test(value)) return `sha256 ${value.slice(0, 12)}…`
  return value === '' ? '""' : inert(value)
}

const beforeText = (change: Change, aspect: string): string => {
  if (change.before.is === 'unknown') return '?'
  const value = change.before.aspects[aspect]
  return value === undefined ? '–' : valueText(value)
}

const isAbsent = (aspects: Aspects): boolean => aspects.type === 'absent'

const attributeRows = (rows: readonly (readonly [string, string])[]): readonly string[] => {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `      ${inert(name).padEnd(width)}  ${text}`)
}

/** The aspects worth a line: on an update those that differ, on a creation those that are wanted. */
const aspectLines = (change: Change, diffShown: boolean, paint: Paint): readonly string[] => {
  if (isAbsent(change.after)) return []
  const creating = change.action === 'create'
  const known = change.before.is === 'known' ? change.before.aspects : {}
  const names = Object.keys(change.after).filter(
    (name) =>
      !unseen.has(name) &&
      !((name === 'content' || name === 'text') && diffShown) &&
      !(name === 'type' && (known.type === change.after.type || creating)) &&
      (creating || known[name] !== change.after[name]),
  )
  return attributeRows(
    names.map((name): readonly [string, string] => {
      const after = valueText(change.after[name] ?? '')
      return [name, creating ? after : `${beforeText(change, name)} ${paint('dim', '→')} ${after}`]
    }),
  )
}

/** What a `run` will do: the arguments of its steps. */
const runLines = (change: Change): readonly string[] =>
  attributeRows(
    change.steps.flatMap((step) =>
      Object.entries(argsOf(step))
        .filter(([name]) => name !== 'done')
        .map(
          ([name, value]) =>
            [name, valueText(name === 'argv' ? value.split(' ').map(decode).join(' ') : value)] as const,
        ),
    ),
  )

const label = (change: Change): string =>
  [change.reason, ...(change.conflict ? ['conflict'] : []), ...(change.audit ? ['audit only'] : [])].join(', ')

const wayBackLines = (change: Change, paint: Paint, told: Set<string>): readonly string[] => {
  if (change.reversibility === 'exact') return []
  const why = change.stays.map(inert).join('; ')
  const known = told.has(why)
  told.add(why)
  const text =
    change.reversibility === 'irreversible'
      ? `irreversible${why === '' ? '' : `: ${why}`}`
      : `best-effort${why === '' ? '' : known ? ', as above' : `; stays: ${why}`}`
  return [`      ${paint(change.reversibility === 'irreversible' ? 'red' : 'yellow', text)}`]
}

/** Short enough that a new file shows what it holds without being asked. */
const isShort = (diff: string): boolean => diff.split('\n').length <= 12

/**
 * One change as lines, indented below its hosts. `whole`: no diff is shortened, new files show theirs too. `told`: what
 * was said of the way back before, in the same list; it is not said again.
 */
export const renderChange = (
  change: Change,
  whole: boolean,
  paint: Paint,
  told: Set<string> = new Set(),
): readonly string[] => {
  const [mark, style] = change.reason === 'released' ? (['·', 'dim'] as const) : marks[change.action]
  const diffShown = change.diff !== undefined && (whole || change.action !== 'create' || isShort(change.diff))
  const source = change.source === undefined ? '' : `  ${paint('dim', inert(formatSource(change.source)))}`
  return [
    `  ${paint(style, mark)} ${paint('bold', inert(change.key))}  ${paint(change.conflict ? 'yellow' : 'dim', label(change))}${source}`,
    ...(change.action === 'run' ? runLines(change) : aspectLines(change, diffShown, paint)),
    ...(change.before.is === 'unknown'
      ? [`      ${paint('dim', `not known before ${inert(change.before.because)} has run`)}`]
      : []),
    ...(diffShown && change.diff !== undefined ? renderDiff(change.diff, whole, '      ', paint) : []),
    ...wayBackLines(change, paint, told),
    ...(change.note === undefined ? [] : [`      ${paint('yellow', inert(change.note))}`]),
  ]
}
