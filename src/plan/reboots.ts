import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Aspects } from '../states/kind.ts'
import { decode } from '../steps/encoding.ts'
import { argsOf, makeStep } from '../steps/parse.ts'
import type { Key, Step } from '../steps/step.ts'
import type { Draft } from './draft.ts'
import type { PlanInput } from './input.ts'
import type { Change } from './plan.ts'
import { sourceField } from './sources.ts'
import { changedBy, waitsOn } from './waits.ts'

/** What a plan has to do about the reboots of a list. */
export interface Reboots {
  /** They come last: the host does no more than write them down, and reboots when all else is committed. */
  readonly drafts: readonly Draft[]
  /** Keys of what comes after a reboot that is due, or may be once this plan is carried out: not in this plan. */
  readonly later: ReadonlySet<Key>
  readonly diagnostics: readonly Diagnostic[]
}

const followersOf = (step: Step): readonly Key[] =>
  (argsOf(step).later ?? '')
    .split(' ')
    .filter((word) => word !== '')
    .map(decode)

/** Why a reboot is due now, in words; undefined: it is not. */
const causeOf = (step: Step, now: Aspects, changed: ReadonlySet<Key>): string | undefined => {
  if (now.asked === 'yes') return 'asked for by an earlier run, and not done yet'
  if (argsOf(step).if === 'required') return now.required === 'yes' ? now.why : undefined
  const [first, ...others] = waitsOn(step).filter((key) => changed.has(key))
  return first === undefined ? undefined : `${[first, ...others].slice(0, 3).join(', ')} changes`
}

/** What comes before it may make the host want one: that is seen once it is done. */
const mayCome = (step: Step, changed: ReadonlySet<Key>): boolean =>
  argsOf(step).if === 'required' && waitsOn(step).some((key) => changed.has(key))

const named = (keys: readonly Key[]): string =>
  `${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ` and ${keys.length - 5} more` : ''}`

const draftOf = (step: Step, key: Key, now: Aspects, note: string, due: boolean): Draft => {
  const { timeout } = argsOf(step)
  const asked = makeStep({
    verb: step.verb,
    target: step.target,
    args: { asked: 'yes', ...(timeout === undefined ? {} : { timeout }) },
  })
  const change: Change = {
    key,
    action: 'run',
    reason: 'changed',
    conflict: false,
    before: { is: 'known', aspects: now },
    after: {},
    steps: due ? [asked] : [],
    reversibility: due ? 'irreversible' : 'exact',
    stays: due ? ['a reboot ends all that runs on the host'] : [],
    actions: [],
    audit: false,
    note,
    ...sourceField(step.source),
  }
  return { change, key, execute: due ? [asked] : [], expected: undefined, early: false, actions: [] }
}

const onlyShown = (draft: Draft): Draft => ({ ...draft, change: { ...draft.change, audit: true }, execute: [] })

const inVain = (step: Step, key: Key, why: string): Diagnostic => ({
  severity: 'warning',
  code: 'does-not-settle',
  summary: `the host wants a reboot for the same reason as before the last one: ${why}`,
  detail: 'Another reboot would not help, so that none is planned.',
  hint: 'Look at what it boots: its boot loader may choose an older kernel.',
  key,
  ...sourceField(step.source),
})

/** The reboots of a list that are due, what has to wait for them, and which would be in vain; `drafts` is all else. */
export const dueReboots = (input: PlanInput, drafts: readonly Draft[]): Reboots => {
  const steps = input.audit === true ? [] : input.list.filter((step) => step.verb === 'REBOOT')
  const changed = new Set(drafts.flatMap(changedBy))
  const due: Draft[] = []
  const later = new Set<Key>()
  const diagnostics: Diagnostic[] = []
  for (const step of steps) {
    const key: Key = `reboot:${step.target}`
    const now = input.observed.get(key) ?? {}
    const cause = causeOf(step, now, changed)
    if (cause === undefined && now.required === 'still') diagnostics.push(inVain(step, key, now.why ?? ''))
    if (cause === undefined && !mayCome(step, changed)) continue
    const audit = input.meta.get(key)?.audit === true
    if (audit) {
      if (cause !== undefined) due.push(onlyShown(draftOf(step, key, now, cause, true)))
      continue
    }
    const then = followersOf(step)
    for (const one of then) later.add(one)
    const rest = then.length === 0 ? '' : `; then, in a plan of its own: ${named(then)}`
    if (cause !== undefined) due.push(draftOf(step, key, now, `${cause}${rest}`, true))
    else if (then.length > 0) due.push(draftOf(step, key, now, `looked at again after this plan${rest}`, false))
  }
  return { drafts: due, later, diagnostics }
}
