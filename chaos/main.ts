import { folderCampaign } from './campaign.ts'
import type { Outcome } from './fault.ts'
import { folderGround } from './folder.ts'
import { hostScenarios } from './host-scenarios.ts'
import { hostCampaign, withChaosLab } from './hosts.ts'
import { orderViolations } from './order.ts'
import { type Row, report, rowOf, rowOfRun, writeReport } from './report.ts'
import { type RunFault, runCampaign, runFaults } from './runs.ts'
import { sabotages } from './sabotage.ts'
import { folderScenarios } from './scenarios.ts'

const usage = `usage: ./dev chaos [--short] [--sabotage] [--write]
  kills transactions, recoveries, controllers, links and hosts at every kind of point, and looks at what is left
  --short     a sample, within a minute; part of ./dev test
  --sabotage  the same on runtimes that lack one thing each: every one of them has to be found out
  --write     puts the table into docs/reliability.md
`

const out = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const asRoot = process.getuid?.() === 0
let seen = 0

/** What is wrong at once, and a sign of life. */
const tell = (row: Row, what: string): void => {
  seen++
  for (const violation of row.violations) out(`VIOLATION ${what}: ${violation}`)
  if (process.stderr.isTTY && seen % 10 === 0) process.stderr.write(`\r${seen} faults`)
}

const tellOutcome = (outcome: Outcome): void => {
  const { scenario, fault, point } = outcome
  tell(rowOf(outcome), `${scenario.name}, ${fault.kind} at ${fault.call} ${fault.number} (${point})`)
}

const ordered = async (alter?: (text: string) => string): Promise<readonly string[]> => {
  const wrong: string[] = []
  for (const scenario of folderScenarios) wrong.push(...(await orderViolations(scenario, () => folderGround(alter))))
  return wrong
}

/** Which records of a whole run are struck: spread over its life. */
const runPlan = (times: number): readonly { readonly fault: RunFault; readonly records: number }[] =>
  Array.from({ length: times }, (_, i) => runFaults.map((fault) => ({ fault, records: 1 + i * 2 }))).flat()

const campaign = async (
  short: boolean,
): Promise<{ readonly rows: readonly Row[]; readonly order: readonly string[] }> => {
  const effort = short
    ? { callPoints: 1, toolPoints: 4, recoveryPoints: 2 }
    : { callPoints: 25, toolPoints: 60, recoveryPoints: 30 }
  const rows: Row[] = (await folderCampaign(effort, tellOutcome)).map(rowOf)
  const order = await ordered()
  for (const what of order) out(`VIOLATION order: ${what}`)
  if (!asRoot) out('not root: what needs a whole host is left out')
  else
    await withChaosLab(async (lab) => {
      const scenarios = short
        ? hostScenarios.filter((one) => ['USER', 'PACKAGE', 'UNIT', 'EXEC'].includes(one.verb))
        : hostScenarios
      const hostEffort = { callPoints: short ? 1 : 3, toolPoints: 0, recoveryPoints: 0 }
      const calls = short ? ['wait4', 'openat'] : undefined
      rows.push(...(await hostCampaign(lab, scenarios, hostEffort, tellOutcome, calls)).map(rowOf))
      const runs = await runCampaign(
        lab,
        short
          ? [
              { fault: 'controller', records: 3 },
              { fault: 'power', records: 4 },
            ]
          : runPlan(8),
        (outcome) => tell(rowOfRun(outcome), `a run, ${outcome.fault} at ${outcome.records} records`),
      )
      rows.push(...runs.map(rowOfRun))
    })
  return { rows, order }
}

const sabotage = async (): Promise<number> => {
  let undetected = 0
  let faults = 0
  let violations = 0
  for (const { name, alter } of sabotages) {
    const late = await ordered(alter)
    const struck = await folderCampaign(
      { callPoints: 2, toolPoints: 12, recoveryPoints: 0 },
      () => {},
      alter,
      folderScenarios.slice(0, 3),
    )
    const wrong = late.length + struck.filter((one) => one.violations.length > 0).length
    out(
      `${wrong > 0 ? 'found out' : 'NOT FOUND OUT'}: ${name} (${late.length} by order, ${wrong - late.length} by faults)`,
    )
    faults += struck.length
    violations += wrong
    if (wrong === 0) undetected++
  }
  out(`${faults} faults, ${violations} violations`)
  return undetected === 0 ? 0 : 1
}

const main = async (args: readonly string[]): Promise<number> => {
  const unknown = args.find((arg) => !['--short', '--sabotage', '--write'].includes(arg))
  if (unknown !== undefined) {
    process.stderr.write(usage)
    return 1
  }
  if (args.includes('--sabotage')) return sabotage()
  const { rows, order } = await campaign(args.includes('--short'))
  const text = report(rows, order, folderScenarios.length)
  const violations = rows.filter((row) => row.violations.length > 0).length + order.length
  const lastLine = `${rows.length} faults, ${violations} violations`
  if (args.includes('--write')) writeReport(text, lastLine)
  out(text)
  out(lastLine)
  return violations === 0 ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
