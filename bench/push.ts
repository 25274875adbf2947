import { type Lab, startLab } from '../lab/lab.ts'
import { tool } from '../lab/run.ts'
import { type ScratchSite, scratchSite } from '../test/scratch-site.ts'
import { median, seconds, writeFigures } from './report.ts'

export interface PushOptions {
  readonly hosts: number
  /** Of the second run and the floor; the first run happens once on untouched hosts. */
  readonly runs: number
  readonly json: string | undefined
}

/** The workload of the comparison with other tools: 10 groups, users and directories, 100 files, packages, a service. */
const config = (lab: Lab): string => `import { defineSite } from 'hexis'
import { directory, file, group, pkg, service, user } from 'hexis/resources'

export default defineSite({
  id: 'bench',
  hosts: {
${lab.hosts.map((host) => `    ${host.name}: {},`).join('\n')}
  },
  defaults: { ssh: { configFile: '${lab.sshConfig}' } },
  configure(host) {
    for (let i = 0; i < 10; i++) {
      group(\`bench\${i}\`, { gid: 2000 + i })
      user(\`bench\${i}\`, { uid: 2000 + i, group: \`bench\${i}\`, home: '/nonexistent', shell: '/usr/sbin/nologin' })
      directory(\`/srv/bench\${i}\`, { owner: \`bench\${i}\`, group: \`bench\${i}\`, mode: '0750' })
    }
    for (let i = 0; i < 100; i++)
      file(\`/srv/bench\${i % 10}/file\${i}\`, { content: \`\${host.name} \${i}\\n\`.repeat(20), mode: '0640' })
    pkg(['bash', 'coreutils', 'sudo', 'procps', 'openssh-server', 'dbus'])
    service('ssh', { enabled: true, running: true })
  },
})
`

const floorOf = (lab: Lab): Promise<unknown> =>
  Promise.all(
    lab.hosts.map((host) =>
      tool([
        'ssh',
        '-F',
        lab.sshConfig,
        host.name,
        'stat -c "%n %a %U %G" /srv/bench*/file* >/dev/null; sha256sum /srv/bench*/file* >/dev/null',
      ]),
    ),
  )

const up = async (site: ScratchSite, changes: number): Promise<void> => {
  const ran = await site.hexis(['up', '--yes', '--json'], { timeoutMs: 600_000 })
  const end = JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '{}')
  const hosts: readonly { changes: number }[] = Object.values(end.hosts ?? {})
  if (ran.status !== 0 || hosts.some((host) => host.changes < changes || (changes === 0 && host.changes > 0)))
    throw new Error(`hexis up ended with ${ran.status}:\n${ran.all.slice(-4000)}`)
}

/** Measures and prints; with `json`, writes `{ floor, first, second }` too. */
export const push = async (options: PushOptions): Promise<void> => {
  process.stdout.write(`starting ${options.hosts} hosts …\n`)
  const lab = await startLab(options.hosts, { name: `bench${process.pid}` })
  const site = scratchSite()
  try {
    site.write(config(lab))
    const first = await seconds(() => up(site, 120))
    const [second, floor]: [number[], number[]] = [[], []]
    for (let run = 0; run < options.runs; run++) {
      second.push(await seconds(() => up(site, 0)))
      floor.push(await seconds(() => floorOf(lab)))
    }
    const result = { floor: median(floor), first, second: median(second) }
    const line = (name: string, value: number): string =>
      `${name.padEnd(34)}${value.toFixed(2).padStart(7)} s  ${(value / result.floor).toFixed(1).padStart(6)} × floor\n`
    process.stdout.write(
      `${options.hosts} hosts, 137 resources each, ${options.runs} runs\n` +
        line('floor (plain ssh, stat, sha256sum)', result.floor) +
        line('first run', result.first) +
        line('second run, nothing to change', result.second),
    )
    writeFigures(options.json, result)
  } finally {
    site.dispose()
    await lab.stop()
  }
}
