import type { LedgerEntry } from '../ledger/ledger.ts'
import type { Aspects, Strength } from '../states/kind.ts'
import { argsOf, makeStep } from '../steps/parse.ts'
import { isPartKey } from '../steps/part.ts'
import type { Key, Step } from '../steps/step.ts'
import { type Due, dueActions } from './actions.ts'
import type { Draft } from './draft.ts'
import type { HostPlan, Op } from './plan.ts'

const keyOfAction = (due: Due): Key =>
  due.action.verb === 'RUN' ? `exec:${due.action.target}` : `unit:${due.action.target}`

/** Ops in order, actions at their places; per draft the number of its first op. */
export const numbered = (
  drafts: readonly Draft[],
): {
  readonly ops: readonly Op[]
  readonly firstOp: ReadonlyMap<Draft, number>
  readonly actions: HostPlan['actions']
} => {
  const ops: Op[] = []
  const firstOp = new Map<Draft, number>()
  const last = new Map<number, number>()
  const due = dueActions(drafts)
  const act = (one: Due): void => {
    const because = one.because.flatMap((position) => last.get(position) ?? [])
    ops.push({
      number: ops.length + 1,
      step: makeStep({
        verb: one.action.verb,
        target: one.action.target,
        ...(one.action.ifThere === true ? { args: { missing: 'ok' } } : {}),
      }),
      because,
      key: keyOfAction(one),
    })
  }
  for (const [position, draft] of drafts.entries()) {
    for (const one of due) if (one.before === position) act(one)
    let expected: Aspects | undefined = draft.expected
    for (const [index, step] of draft.execute.entries()) {
      const number = ops.length + 1
      if (index === 0) firstOp.set(draft, number)
      last.set(position, number)
      // Of several spellings of one change only the first meets the state as analysed.
      ops.push({
        number,
        step,
        key: step.verb === 'COPY' || step.verb === 'RM' ? `path:${step.target}` : draft.key,
        ...(expected === undefined || index > 0 ? {} : { before: expected }),
      })
      expected = undefined
    }
  }
  for (const one of due) if (one.before === undefined) act(one)
  return { ops, firstOp, actions: due.map(({ action: { verb, target }, keys }) => ({ verb, target, because: keys })) }
}

/**
 * The entry as it will be recorded. What is replaced for the first time is kept by its inode on the host; what is not
 * known yet is what the host captures just before the op.
 */
export const recorded = (draft: Draft, op: number | undefined): LedgerEntry | undefined => {
  const { entry } = draft
  if (entry === undefined) return undefined
  const { first, ...rest } = entry
  const origin: Record<string, string> = { ...rest.origin }
  if (op !== undefined) {
    // A kept inode that comes back lies there no more; what replaces it in the same draft keeps it anew.
    const back = draft.execute.findIndex((step) => argsOf(step).inode !== undefined)
    if (back !== -1) {
      delete origin.inode
      if (draft.execute[back + 1]?.verb === 'COPY') origin.inode = `$TX.${op + back + 1}`
    }
    for (const name of first) origin[name] = `$${op}`
    const was = draft.expected?.type
    const replaces = draft.execute.some(
      (s) => s.verb === 'COPY' || s.verb === 'RM' || s.verb === 'LINK' || s.verb === 'DIR',
    )
    const ownsContent =
      rest.last.content !== undefined ||
      rest.last.type === 'absent' ||
      rest.last.type === 'link' ||
      rest.last.type === 'dir'
    if (
      rest.key.startsWith('path:') &&
      !isPartKey(rest.key) &&
      replaces &&
      origin.type !== 'absent' &&
      ownsContent &&
      (was === 'file' || (was === 'dir' && rest.last.type !== 'dir')) &&
      origin.inode === undefined &&
      (origin.content === draft.expected?.content || origin.content === undefined)
    )
      Object.assign(
        origin,
        { inode: `$TX.${op}` },
        origin.content === undefined && draft.expected?.content !== undefined
          ? { content: draft.expected.content }
          : {},
      )
  }
  return { ...rest, origin }
}

export const weakest = (strengths: readonly Strength[]): Strength =>
  strengths.includes('irreversible') ? 'irreversible' : strengths.includes('best-effort') ? 'best-effort' : 'exact'

/** The contents that a step names. */
export const blobNames = (step: Step): readonly string[] => {
  const args = argsOf(step)
  return [args.blob, args.stdin, args.password].flatMap((name) => (name === undefined || name === '' ? [] : [name]))
}

export const blobsOf = (ops: readonly Op[]): readonly string[] => [
  ...new Set(ops.flatMap(({ step }) => blobNames(step))),
]
