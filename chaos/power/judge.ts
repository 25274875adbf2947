/** What a guest told of one path: mode, owners, time, name and target, digest. */
const entry = /^(\S+) (\S+) (\d+) (.*) (\S+)$/

/** What a guest told after a cut. */
export interface Told {
  readonly lines: readonly string[]
  /** Lines that begin with `name`, without it. */
  of(name: string): readonly string[]
}

export const toldOf = (lines: readonly string[]): Told => ({
  lines,
  of: (name) => lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1)),
})

/** The paths of a look, with the times of files (what lies in directories changes theirs, links are made anew) or without. */
const treeOf = (look: readonly string[], times: boolean): string =>
  look
    .map((line) => {
      const [, mode = '', owners, time, name, sum] = entry.exec(line) ?? []
      return `${mode} ${owners} ${times && mode.startsWith('-') ? time : ''} ${name} ${sum}`
    })
    .join('\n')

/** Digests of the files of a look, by name. */
const filesOf = (look: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    look.flatMap((line) => {
      const [, mode = '', , , name = '', sum = ''] = entry.exec(line) ?? []
      return mode.startsWith('-') ? [[name, sum] as const] : []
    }),
  )

/** The folder before the transaction, and after one whose power nobody cut, each as a guest looked at it. */
export interface Known {
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** Contents that a file may have on the way, where it is changed twice. */
  readonly between: ReadonlyMap<string, readonly string[]>
}

const record =
  /^(begin \d+ \d+ \S+|batch \d+ \w+|done \d+|failed \d+ .*|some \d+|trying \d+|undo|undone \d+|commit \w+)$/

export interface Verdict {
  readonly ended: 'before' | 'after' | 'neither'
  readonly violations: readonly string[]
}

/** What a guest found on the disk of one whose power was cut. `said`: what that one had told before. */
export const judge = (said: Told, told: Told, known: Known): Verdict => {
  const violations: string[] = []
  const hold = (what: string, holds: boolean): void => {
    if (!holds) violations.push(what)
  }
  hold(`the guest failed: ${told.of('failed').join(', ')}`, told.of('failed').length === 0)
  for (const when of ['found', 'now'])
    hold(
      `the file system is damaged (${when}): ${told.of(`says ${when}`).join(' | ')}`,
      told.of(`checked ${when}`)[0] === '0',
    )
  const [before, after] = [filesOf(known.before), filesOf(known.after)]
  for (const [name, sum] of filesOf(told.of('found'))) {
    if (name.includes('/.hexis-')) continue
    const allowed = [before.get(name), after.get(name), ...(known.between.get(name) ?? [])]
    hold(`${name} is empty, short or mixed after the cut`, allowed.includes(sum))
  }
  for (const line of told.of('log')) hold(`the journal has a line that is no record: ${line}`, record.test(line))
  hold(`the journal stays open: ${told.of('open').join(' ')}`, told.of('open').length === 0)
  const end = told.of('last')[0]?.split(' ')[1] ?? 'none'
  const isBefore = treeOf(told.of('now'), true) === treeOf(known.before, true)
  const isAfter = treeOf(told.of('now'), false) === treeOf(known.after, false)
  hold(`it ended as ${end}`, ['committed', 'undone', 'none'].includes(end))
  if (end === 'committed') hold('committed, but not all is as planned', isAfter)
  else hold(`${end}, but not all is as it was`, isBefore)
  if (said.of('tx').some((line) => line.startsWith('end committed')))
    hold('it had said that it was committed, and it is not', end === 'committed')
  hold('the ledger does not say so', told.lines.includes('ledger') === (end === 'committed'))
  if (end !== 'committed') hold('an earlier file is kept for nothing', told.of('kept').length === 0)
  return { ended: isAfter && !isBefore ? 'after' : isBefore ? 'before' : 'neither', violations }
}
