import type { Before } from './order.ts'
import { isPathStep, type PlacedStep, parentOf } from './placed-step.ts'

/** The kinds that are carried out in batches, in the order in which they need each other. */
const ranks: Readonly<Record<string, number>> = { group: 0, user: 1, path: 2, sysctl: 3 }
const pathRank = 2

const isRemoval = (step: PlacedStep): boolean => step.verb === 'RM' || step.args?.type === 'absent'

/** Undefined for a step that nothing is moved across: a removal, a package, a unit, a command. */
const rankOf = (step: PlacedStep): number | undefined => (isRemoval(step) ? undefined : ranks[step.kind])

const ancestors = (path: string): readonly string[] => {
  const out: string[] = []
  for (let at = parentOf(path); at !== undefined; at = parentOf(at)) out.push(at)
  return out
}

/** Paths that the tools for accounts read or write: their settings, the home's folders, the shell. */
const matters = (account: PlacedStep): ((path: string) => boolean) => {
  const { home = `/home/${account.target}`, shell } = account.args ?? {}
  const own = new Set([home, ...ancestors(home), ...(shell === undefined ? [] : [shell, ...ancestors(shell)])])
  return (path) => path.startsWith('/etc/') || own.has(path)
}

/** True where a step gives a group members whose accounts are written before it: it stays behind them. */
const isBehindMembers = (
  step: PlacedStep | undefined,
  earlier: readonly { readonly number: number }[],
  steps: readonly PlacedStep[],
): boolean => {
  const members = step?.kind === 'group' ? step.args?.members?.split(',') : undefined
  if (members === undefined) return false
  return earlier.some(({ number }) => steps[number]?.kind === 'user' && members.includes(steps[number].target))
}

/** How many batches these make. */
const runs = (numbers: readonly number[], steps: readonly PlacedStep[]): number =>
  numbers.filter((number, at) => steps[number]?.kind !== steps[numbers[at - 1] ?? -1]?.kind).length

/**
 * The same order with groups, users and paths gathered where they stand mixed: a host does a run of one kind as one
 * batch. Where that saves no batch, the written order stays. What needs a thing (`before`) stays behind it, and so does an account behind a path that its tools read;
 * nothing moves across a step of another kind. Numbers that stand for no step drop out.
 */
export const gathered = (order: readonly number[], steps: readonly PlacedStep[], before: Before): readonly number[] => {
  const out: number[] = []
  let open: { readonly number: number; readonly rank: number }[] = []
  let paths: string[] = []
  const known = new Map<number, number>()
  const flush = (): void => {
    const sorted = open.toSorted((a, b) => a.rank - b.rank).map((one) => one.number)
    const written = open.map((one) => one.number)
    out.push(...(runs(sorted, steps) < runs(written, steps) ? sorted : written))
    open = []
    paths = []
    known.clear()
  }
  for (const number of order) {
    const step = steps[number]
    const own = step === undefined ? 0 : rankOf(step)
    if (own === undefined) {
      flush()
      out.push(number)
      continue
    }
    const needed = Math.max(0, ...[...(before[number] ?? [])].map((one) => known.get(one) ?? 0))
    const late = step !== undefined && own < pathRank && paths.some(matters(step)) ? pathRank : 0
    const members = isBehindMembers(step, open, steps)
    const rank = Math.max(own, needed, late, members ? (ranks.user ?? 0) : 0)
    known.set(number, rank)
    if (step === undefined) continue
    open.push({ number, rank })
    if (isPathStep(step)) paths.push(step.target)
  }
  flush()
  return out
}
