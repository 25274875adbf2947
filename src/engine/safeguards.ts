import type { LoadedConfig } from '../config/index.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { blobNames } from '../plan/index.ts'
import type { Change } from '../plan/plan.ts'
import type { Analysed } from './analysed.ts'
import type { EngineOptions, UpOptions } from './types.ts'

const removalKeys = 10
const removalShare = 0.2

const named = (changes: readonly Change[]): string => {
  const keys = changes.map((c) => c.key)
  return `${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ` and ${keys.length - 5} more` : ''}`
}

/** A plan that takes away much of what a host holds is more often a mistake than a wish. */
const massRemoval = ({ host, plan, hello }: Analysed): Diagnostic | undefined => {
  const removals = plan.changes.filter((c) => c.reason === 'removed')
  const held = hello.ledger.entries.size
  if (removals.length === 0) return undefined
  const all = removals.length >= held
  if (!all && (removals.length <= removalKeys || removals.length <= held * removalShare)) return undefined
  return {
    severity: 'error',
    code: 'many-removals',
    summary: `the plan takes away ${removals.length} of the ${held} things that this site holds on the host`,
    detail: named(removals),
    hint: 'If that is what you want, give --allow-removals (--yes does not imply it).',
    host,
  }
}

const irreversible = (
  { host, plan }: Analysed,
  allowed: EngineOptions['allowIrreversible'] = false,
): Diagnostic | undefined => {
  if (allowed === true) return undefined
  const steps = plan.changes.filter(
    (c) => c.reversibility === 'irreversible' && !c.audit && (allowed === false || !allowed(c)),
  )
  if (steps.length === 0) return undefined
  const first = steps[0]?.source
  return {
    severity: 'error',
    code: 'irreversible',
    summary: `the plan holds ${steps.length} step${steps.length === 1 ? '' : 's'} that cannot be taken back: ${named(steps)}`,
    detail: [...new Set(steps.flatMap((s) => s.stays))].join('\n'),
    hint: 'Declare how to undo it (undo: …), or give --allow-irreversible.',
    host,
    ...(first === undefined ? {} : { source: first }),
  }
}

/** The host has what this commit does not know: to go on would take the work of others away. */
const otherHistory = ({ host, hello, desired }: Analysed, inForce: string): Diagnostic => {
  const generation = hello.generations.find((g) => g.number === hello.ledger.generation)
  return {
    severity: 'error',
    code: 'other-history',
    summary: `the host has commit ${inForce.slice(0, 12)}, which is no ancestor of ${desired.commit.slice(0, 12)}`,
    detail: `${generation?.who ?? 'somebody'} brought it there with generation ${hello.ledger.generation}; your checkout lacks that work.`,
    hint: 'Pull and merge first, or give --force-commit if the older or unrelated commit is meant.',
    host,
  }
}

/** Whether the commit in force on the host is part of the history that the plan comes from. */
export const historyGuard = async (
  analysed: Analysed,
  options: EngineOptions,
  isAncestor: LoadedConfig['isAncestor'],
): Promise<readonly Diagnostic[]> => {
  const { desired, hello } = analysed
  const inForce = hello.generations.find((g) => g.number === hello.ledger.generation)?.commit ?? 'none'
  const known = inForce !== 'none' && desired.commit !== 'none' && inForce !== desired.commit
  if (!known || desired.rollback === true || options.forceCommit === true) return []
  return (await isAncestor(inForce, desired.commit)) ? [] : [otherHistory(analysed, inForce)]
}

/** A list of the host itself may name contents that it keeps no more. */
const gone = ({ host, plan, gone: names }: Analysed): Diagnostic | undefined => {
  const steps = plan.ops.filter(({ step }) => blobNames(step).some((name) => names.has(name)))
  if (steps.length === 0) return undefined
  const keys = steps.map(({ key }) => key)
  return {
    severity: 'error',
    code: 'content-gone',
    summary: `the host keeps no more what this list wants of ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ` and ${keys.length - 5} more` : ''}`,
    hint: 'Go back to another generation, or check that commit out and run hexis up.',
    host,
  }
}

/** An agent that enforces would take back, in its next cycle, what others bring to the host. */
export const agentGuard = (
  { host, hello, plan }: Analysed,
  options: EngineOptions & Pick<UpOptions, 'via'>,
): readonly Diagnostic[] => {
  const { agent } = hello
  if (agent === undefined || !agent.enforces || agent.site !== plan.site) return []
  if (options.via === 'agent' || options.forceCommit === true) return []
  return [
    {
      severity: 'error',
      code: 'agent-active',
      summary: 'an agent on the host enforces this site: it would take back what is pushed',
      detail: 'Agent and push share one list; the agent brings the host to its own commit in every cycle.',
      hint: "Push to the branch that it follows; or freeze it on the host (hexis agent freeze --why '…'); or give --force-commit.",
      host,
    },
  ]
}

/** What must be asked for by name before this plan may run, and what cannot run at all. */
export const safeguards = (analysed: Analysed, options: EngineOptions): readonly Diagnostic[] => [
  ...[gone(analysed) ?? []].flat(),
  ...(options.allowRemovals === true ? [] : [massRemoval(analysed) ?? []].flat()),
  ...[irreversible(analysed, options.allowIrreversible) ?? []].flat(),
]
