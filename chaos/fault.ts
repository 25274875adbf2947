import { type Ground, runToEnd, type Scenario } from './stage.ts'

/** Who dies: the transaction's shell alone, with all that it started, or all of it around a tool. */
export type FaultKind = 'shell' | 'group' | 'tool' | 'recovery'

/** Where it dies: the Nth call of that name by the shell, or the Nth tool. */
export interface Fault {
  readonly kind: FaultKind
  readonly call: string
  readonly number: number
}

export interface Trial {
  readonly scenario: Scenario
  readonly fault: Fault
}

export interface Outcome extends Trial {
  /** The last record of the journal when it died: `begin`, `batch`, `done`, `commit`; `none` where nothing had begun. */
  readonly point: string
  readonly ended: 'before' | 'after' | 'neither'
  readonly violations: readonly string[]
}

/** Calls by which a shell writes, starts, waits and opens; it changes nothing in any other way. */
export const shellCalls = ['openat', 'write', 'clone', 'vfork', 'fork', 'wait4', 'dup2', 'pipe2'] as const

const straced = (calls: string, more: readonly string[]): readonly string[] => [
  'strace',
  '-qq',
  '-e',
  `trace=${calls}`,
  ...more,
]

/** The points of a scenario: how often its shell makes each call, and how many tools it runs. */
export const pointsOf = async (
  scenario: Scenario,
  ground: () => Ground,
): Promise<{
  readonly calls: ReadonlyMap<string, number>
  readonly tools: number
  readonly before: string
  readonly after: string
}> => {
  const g = ground()
  try {
    scenario.furnish(g)
    const before = g.look(true)
    g.tools?.arm(0, 'before')
    const log = straced(shellCalls.map((c) => `?${c}`).join(','), [])
    const said = await runToEnd(g.start(log, ['tx', g.prepare('t1', scenario.ops(g))]))
    const tools = g.tools?.calls() ?? 0
    g.tools?.disarm()
    if (!said.includes('end committed 0 ""'))
      throw new Error(`${scenario.name} does not commit: ${/^end .*/m.exec(said)?.[0] ?? said}`)
    const calls = new Map<string, number>()
    for (const [, name] of said.matchAll(/^(?:\[pid \d+\] )?(\w+)\(/gm))
      if (name !== undefined && (shellCalls as readonly string[]).includes(name))
        calls.set(name, (calls.get(name) ?? 0) + 1)
    const after = g.look(false)
    await goBack(g, scenario, before)
    return { calls, tools, before, after }
  } finally {
    g.dispose()
  }
}

/** Where a host goes on to the next fault, a committed transaction is taken back. */
const goBack = async (g: Ground, scenario: Scenario, before: string): Promise<string> => {
  if (scenario.back === undefined) return ''
  const said = await runToEnd(g.start([], ['tx', g.prepare('back', scenario.back)]))
  return g.look(true) === before ? '' : `it cannot be brought back: ${said}`
}

const killing = ({ call, number }: Fault): readonly string[] =>
  straced(call, ['-o', '/dev/null', '-e', `inject=${call}:signal=KILL:when=${number}`])

const lastRecord = (g: Ground): string => {
  const log = g.state('journal/t1/log')
  if (g.state('journal/t1/end') !== undefined) return 'end'
  return log?.trimEnd().split('\n').at(-1)?.split(' ')[0] ?? 'none'
}

/** Carries the scenario out and lets the fault happen. */
const strike = async (g: Ground, scenario: Scenario, fault: Fault): Promise<string> => {
  const dir = g.prepare('t1', scenario.ops(g))
  if (fault.kind === 'tool') {
    g.tools?.arm(fault.number, fault.number % 2 === 0 ? 'before' : 'after')
    await runToEnd(g.start([], ['tx', dir]))
    g.tools?.disarm()
    return lastRecord(g)
  }
  if (fault.kind === 'recovery') {
    // The transaction dies half-way, then what takes it back dies at the point.
    const first = g.start(killing({ kind: 'group', call: 'wait4', number: 40 }), ['tx', dir])
    await runToEnd(first)
    first.killGroup()
    const second = g.start(killing(fault), ['recover'])
    await runToEnd(second)
    second.killGroup()
    return lastRecord(g)
  }
  const run = g.start(killing(fault), ['tx', dir])
  await runToEnd(run)
  if (fault.kind === 'group') run.killGroup()
  return lastRecord(g)
}

/** What the next contact finds and does; what is not as promised. */
export const tryFault = async (
  { scenario, fault }: Trial,
  ground: () => Ground,
  known: { readonly before: string; readonly after: string },
  thorough: boolean,
): Promise<Outcome> => {
  const g = ground()
  const violations: string[] = []
  const hold = (what: string, holds: boolean): void => {
    if (!holds) violations.push(what)
  }
  try {
    scenario.furnish(g)
    const before = g.look(true)
    const point = await strike(g, scenario, fault)
    const recovered = await runToEnd(g.start([], ['recover']))
    const open = await runToEnd(g.start([], ['interrupted']))
    hold(`the journal stays open: ${open}${recovered}`, open.trim() === '')
    const end = g.state('journal/t1/end')?.split(' ')[1] ?? 'none'
    const now = g.look(true)
    const isBefore = now === before
    const isAfter = g.look(false) === known.after
    if (end === 'committed') hold('committed, but not all is as planned', isAfter)
    else hold(`${end}, but not all is as it was`, isBefore)
    hold(`it ended as ${end}`, ['committed', 'undone', 'none'].includes(end))
    hold('a temporary is left', !/\.hexis-/.test(now))
    hold('the ledger does not say so', (g.state('sites/shop/ledger') !== undefined) === (end === 'committed'))
    if (end !== 'committed') hold('an earlier file is kept for nothing', g.stateNames('blobs/inodes').length === 0)
    if (thorough) {
      await runToEnd(g.start([], ['recover']))
      hold('a second recovery changes something', g.look(true) === now)
      if (end !== 'committed') {
        const again = await runToEnd(g.start([], ['tx', g.prepare('t2', scenario.ops(g))]))
        hold(`it cannot be carried out after that: ${again}`, again.includes('end committed'))
        hold('carried out after that, not all is as planned', g.look(false) === known.after)
      }
    }
    if (scenario.back !== undefined && !isBefore) {
      const stuck = await goBack(g, scenario, before)
      hold(stuck, stuck === '')
    }
    return {
      scenario,
      fault,
      point,
      ended: isAfter && !isBefore ? 'after' : isBefore ? 'before' : 'neither',
      violations,
    }
  } catch (error) {
    return { scenario, fault, point: 'unknown', ended: 'neither', violations: [String(error)] }
  } finally {
    g.dispose()
  }
}
