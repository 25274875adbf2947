import * as fs from 'node:fs'
import { join } from 'node:path'
import { type Lab, startLab } from '../lab/lab.ts'
import { type Effort, faultsOf } from './campaign.ts'
import { type Outcome, pointsOf, tryFault } from './fault.ts'
import { hostGround, inside } from './host.ts'
import { type HostScenario, hostFurniture, hostFurnitureCommands } from './host-scenarios.ts'

/** A lab of one host with all that the scenarios need; gone with what is done in it. */
export const withChaosLab = async <T>(work: (lab: Lab) => Promise<T>): Promise<T> => {
  const lab = await startLab(1, { name: `chaos${process.pid}` })
  try {
    const [host] = lab.hosts
    if (host === undefined) throw new Error('the lab has no host')
    for (const [path, text] of Object.entries(hostFurniture)) fs.writeFileSync(join(host.root, path), text)
    inside(lab.name, host, hostFurnitureCommands)
    return await work(lab)
  } finally {
    await lab.stop()
  }
}

/** The scenarios of whole hosts, one fault after the other on one host. `calls`: only at these. */
export const hostCampaign = async (
  lab: Lab,
  scenarios: readonly HostScenario[],
  effort: Effort,
  tell: (outcome: Outcome) => void,
  calls?: readonly string[],
): Promise<readonly Outcome[]> => {
  const [host] = lab.hosts
  if (host === undefined) throw new Error('the lab has no host')
  const out: Outcome[] = []
  for (const scenario of scenarios) {
    const ground = () => hostGround(lab.name, host, scenario.look)
    const points = await pointsOf(scenario, ground)
    if (points.before === points.after && scenario.verb !== 'RESTART')
      throw new Error(`${scenario.name} changes nothing`)
    const faults = faultsOf(points, effort).filter((fault) => calls === undefined || calls.includes(fault.call))
    for (const fault of faults) {
      const outcome = await tryFault({ scenario, fault }, ground, points, false)
      tell(outcome)
      out.push(outcome)
    }
  }
  return out
}
