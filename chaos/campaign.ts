import { type Fault, type FaultKind, type Outcome, pointsOf, type Trial, tryFault } from './fault.ts'
import { folderGround } from './folder.ts'
import { inTwos } from './in-twos.ts'
import { folderScenarios } from './scenarios.ts'

/** At most so many of the numbers 1…total, evenly spread, the ends among them. */
const spread = (total: number, most: number): readonly number[] => {
  if (most === 0 || total === 0) return []
  if (most === 1) return [Math.ceil(total * 0.45)]
  if (total <= most) return Array.from({ length: total }, (_, i) => i + 1)
  return Array.from({ length: most }, (_, i) => 1 + Math.round((i * (total - 1)) / Math.max(1, most - 1)))
}

export interface Effort {
  /** Points of each call, for each scenario and fault. */
  readonly callPoints: number
  readonly toolPoints: number
  readonly recoveryPoints: number
}

/** What is tried at these points. */
export const faultsOf = (
  points: { readonly calls: ReadonlyMap<string, number>; readonly tools: number },
  effort: Effort,
): readonly Fault[] => {
  const atCalls = (kind: FaultKind, most: number): readonly Fault[] =>
    [...points.calls].flatMap(([call, total]) => spread(total, most).map((number) => ({ kind, call, number })))
  return [
    ...atCalls('shell', effort.callPoints),
    ...atCalls('group', effort.callPoints),
    ...spread(points.tools, effort.toolPoints).map((number): Fault => ({ kind: 'tool', call: 'tool', number })),
    ...spread(60, effort.recoveryPoints).map((number): Fault => ({ kind: 'recovery', call: 'wait4', number })),
  ]
}

/** Every scenario of a folder at every chosen point. */
export const folderCampaign = async (
  effort: Effort,
  tell: (outcome: Outcome) => void,
  alter?: (text: string) => string,
  scenarios = folderScenarios,
): Promise<readonly Outcome[]> => {
  const ground = () => folderGround(alter)
  const all: Outcome[] = []
  for (const scenario of scenarios) {
    // What is planned is what the true runtime makes of it.
    const points = await pointsOf(scenario, () => folderGround())
    const trials = faultsOf(points, effort).map((fault): Trial => ({ scenario, fault }))
    const outcomes = await inTwos(trials, async (trial, index) => {
      const outcome = await tryFault(trial, ground, points, index % 5 === 0)
      tell(outcome)
      return outcome
    })
    all.push(...outcomes)
  }
  return all
}
