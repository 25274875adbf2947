import { setTimeout as wait } from 'node:timers/promises'
import { Fleet } from './fleet.ts'

const usage = `usage: ./dev soak [--agents N] [--commits N] [--every SECONDS]
  real hosts with agents and a repository; many commits, one every few seconds: all end on the last one, none is lost,
  and no agent grows (10 agents, 200 commits, one every 3 s)
`

const optionOf = (args: readonly string[], name: string, otherwise: number): number => {
  const at = args.indexOf(`--${name}`)
  return at === -1 ? otherwise : Number(args[at + 1])
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const bodyOf = (number: number): string => `
    file('/etc/soak', { content: '${number}\\n' })
    file('/etc/soak-${number % 5}', { content: '${number}\\n' })`

/** Memory of the agent on each host, in MB. */
const memory = async (fleet: Fleet): Promise<readonly number[]> => {
  const look = 'grep VmRSS /proc/$(systemctl show -p MainPID --value hexis-agent)/status'
  const said = await Promise.all(fleet.names.map((name) => fleet.on(name, look)))
  return said.map(({ out }) => Number(/(\d+) kB/.exec(out)?.[1] ?? Number.NaN) / 1024)
}

const restarts = async (fleet: Fleet): Promise<number> => {
  const said = await Promise.all(
    fleet.names.map((name) => fleet.on(name, 'systemctl show -p NRestarts --value hexis-agent')),
  )
  return said.reduce((sum, { out }) => sum + Number(out), 0)
}

const largest = (all: readonly number[]): number => Math.max(...all)

/** How much a warm agent may grow over all commits. */
const growthLimit = 1.25

const soak = async (agents: number, commits: number, everyMs: number): Promise<boolean> => {
  const fleet = await Fleet.start({ agents, canaries: 0 })
  try {
    fleet.commit(bodyOf(0), 'main')
    for (const ran of await fleet.install('2s')) if (ran.status !== 0) throw new Error(ran.all)
    await fleet.all('all are on the first commit', ({ state }) => state === 'ok')
    const warmAfter = Math.ceil(commits / 4)
    let warm: readonly number[] = []
    let last = ''
    for (let number = 1; number <= commits; number++) {
      last = fleet.commit(bodyOf(number), 'main')
      await wait(everyMs)
      if (number === warmAfter) warm = await memory(fleet)
      if (number % 20 === 0) say(`${number} commits, largest agent ${largest(await memory(fleet)).toFixed(0)} MB`)
    }
    await fleet.all('all are on the last commit', ({ commit, state }) => commit === last && state === 'ok', 300_000)
    const end = await memory(fleet)
    const files = await Promise.all(fleet.names.map((name) => fleet.on(name, 'cat /etc/soak')))
    const lost = files.filter(({ out }) => out !== `${commits}\n`).length
    const growth = largest(end.map((mb, index) => mb / (warm[index] ?? Number.NaN)))
    const restarted = await restarts(fleet)
    say(
      `${agents} agents, ${commits} commits: ${lost} lost, ${restarted} restarts, memory after a quarter ${largest(warm).toFixed(0)} MB, at the end ${largest(end).toFixed(0)} MB (× ${growth.toFixed(2)})`,
    )
    return lost === 0 && restarted === 0 && growth <= growthLimit
  } finally {
    await fleet.stop()
  }
}

const args = process.argv.slice(2)
if (args.includes('--help')) process.stdout.write(usage)
else {
  const isKept = await soak(
    optionOf(args, 'agents', 10),
    optionOf(args, 'commits', 200),
    optionOf(args, 'every', 3) * 1000,
  )
  process.exitCode = isKept ? 0 : 1
}
