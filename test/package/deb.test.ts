import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool, until } from '../../lab/run.ts'
import { version } from '../../package/repository.ts'
import { commands } from '../../src/cli/table/table.ts'
import { apart, dist, packaged, placeExecutable, type Ran } from './packaged.ts'

const deb = (arch: string): string => join(dist, `hexis_${version}_${arch}.deb`)

let folder: string
beforeAll(async () => {
  await packaged()
  folder = mkdtempSync(join(tmpdir(), 'hexis-deb-'))
}, 700_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What `dpkg-deb -c` says of files: mode, owner, path. */
const contents = async (arch: string): Promise<readonly string[]> =>
  (await tool(['dpkg-deb', '-c', deb(arch)], { timeoutMs: 60_000 }))
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/))
    .filter(([mode = '']) => mode.startsWith('-'))
    .map(([mode, owner, , , , path]) => `${mode} ${owner} ${path}`)

test.each(['amd64', 'arm64'])('the package for %s holds these files, all of root', async (arch) => {
  expect(await contents(arch)).toEqual([
    '-rwxr-xr-x root/root ./usr/bin/hexis',
    '-rw-r--r-- root/root ./usr/lib/systemd/system/hexis-agent.service',
    '-rw-r--r-- root/root ./usr/share/bash-completion/completions/hexis',
    '-rw-r--r-- root/root ./usr/share/doc/hexis/changelog.gz',
    '-rw-r--r-- root/root ./usr/share/doc/hexis/copyright',
    '-rw-r--r-- root/root ./usr/share/fish/vendor_completions.d/hexis.fish',
    '-rw-r--r-- root/root ./usr/share/hexis/monitoring/alerts.yaml',
    '-rw-r--r-- root/root ./usr/share/hexis/monitoring/dashboard.json',
    '-rw-r--r-- root/root ./usr/share/man/man1/hexis.1.gz',
    '-rw-r--r-- root/root ./usr/share/zsh/vendor-completions/_hexis',
  ])
  expect((await tool(['dpkg-deb', '-f', deb(arch), 'Package', 'Version', 'Architecture'])).trim()).toBe(
    `Package: hexis\nVersion: ${version}\nArchitecture: ${arch}`,
  )
})

test('hexis(1) renders without a warning and has every command', async () => {
  await tool(['dpkg-deb', '-x', deb('amd64'), join(folder, 'whole')], { timeoutMs: 60_000 })
  const page = join(folder, 'whole/usr/share/man/man1/hexis.1.gz')
  const rendered = await tool(['sh', '-c', `zcat "$0" | groff -man -ww -Tutf8 -P-cbou 2>&1`, page])
  expect(rendered).not.toMatch(/warning|error:/)
  const headings = rendered.split('\n').flatMap((line) => /^ {3}hexis ([a-z-]+)$/.exec(line)?.[1] ?? [])
  expect(headings).toEqual(expect.arrayContaining(commands.map((spec) => spec.name)))
  expect(rendered).toMatch(/^EXIT STATUS$/m)
})

describe.skipIf(process.getuid?.() !== 0)('on a real host', () => {
  let lab: Lab
  let executable: string

  beforeAll(async () => {
    lab = await startLab(1, { name: `deb${process.pid}` })
    executable = placeExecutable(folder)
    copyFileSync(deb('amd64'), join(lab.hosts[0]?.root ?? '', 'root/hexis.deb'))
  }, 700_000)
  afterAll(async () => lab?.stop())

  const hexis = (...args: readonly string[]): Promise<Ran> => apart(folder, [executable, ...args])
  const on = (command: string): Promise<string> =>
    tool(['ssh', '-F', lab.sshConfig, 'h1', command], { timeoutMs: 120_000 })

  test('the executable brings a host over ssh to what is declared, and back', async () => {
    writeFileSync(
      join(folder, 'site.ts'),
      `import { defineSite } from 'hexis'
import { file, line, service, user } from 'hexis/resources'
export default defineSite({
  id: 'packaged',
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}' } } },
  configure(host) {
    user('app', { uid: 900 })
    file('/etc/app.conf', { content: \`on \${host.name}\\n\`, owner: 'app' })
    line('/etc/hosts', { id: 'db', match: /\\sdb$/, line: '10.0.0.5 db' })
    service('ssh', { running: true })
  },
})
`,
    )
    const up = await hexis('up', '--yes')
    expect(up.status, `${up.out}${up.err}`).toBe(0)
    expect(await on('stat -c %U /etc/app.conf; cat /etc/app.conf; tail -1 /etc/hosts')).toBe(
      'app\non h1\n10.0.0.5 db\n',
    )
    expect((await hexis('plan', '--detailed-exitcode')).status).toBe(0)
    const back = await hexis('rollback', '--on', 'h1', '--to', '0', '--yes', '--allow-removals')
    expect(back.status, `${back.out}${back.err}`).toBe(0)
    expect(await on('ls /etc/app.conf 2>&1; id app 2>&1; grep -c db /etc/hosts || :')).toMatch(
      /No such.*\n.*no such user\n0\n/s,
    )
  })

  /** Everything but the records of dpkg, and those of Hexis, which a removal leaves. */
  const files = (): Promise<string> =>
    on(
      'find /etc /usr /opt /srv /var -xdev | grep -v -e ^/var/lib/dpkg/ -e ^/var/lib/hexis -e ^/var/log/ -e ^/var/cache/ -e ^/var/tmp/ | sort',
    )

  test('dpkg installs it without starting anything, the unit runs the agent, and a removal leaves nothing but what Hexis must know', async () => {
    const before = await files()
    await on('dpkg -i /root/hexis.deb')
    expect(await on('systemctl is-enabled hexis-agent || :; systemctl is-active hexis-agent || :')).toBe(
      'disabled\ninactive\n',
    )
    expect(await on('systemd-analyze verify --man=no hexis-agent.service 2>&1')).toBe('')
    expect(await on('systemctl show -p KillMode -p Restart -p ProtectSystem hexis-agent')).toBe(
      'Restart=on-failure\nProtectSystem=no\nKillMode=mixed\n',
    )
    expect(await on('command -v node || hexis --version')).toBe(`${version}\n`)
    expect(await on('hexis completion bash | cmp - /usr/share/bash-completion/completions/hexis')).toBe('')
    await on('mkdir -p made && hexis init made >/dev/null && hexis up --yes -C made')
    expect(await on('cat made/sandbox/etc/motd')).toBe('Hello from Hexis, this is box.\n')

    expect(await on('systemctl start hexis-agent 2>&1 || :')).toMatch(/[Aa]ssertion failed/)
    const settings = JSON.stringify({ repository: '/srv/no-such-repository', host: 'h1' })
    await on(`mkdir /etc/hexis && echo '${settings}' >/etc/hexis/agent.json && systemctl start hexis-agent`)
    await until('an answer of the agent', async () => /^host +h1/m.test(await on('hexis agent status || :')), 60_000)
    expect(await on('systemctl is-active hexis-agent')).toBe('active\n')
    expect(
      await on('stat -c %a:%U /etc/hexis/agent.key; HEXIS_AGE_IDENTITY=/etc/hexis/agent.key hexis secret key'),
    ).toMatch(/^600:root\nage1[a-z0-9]{58}\n$/)
    await on('rm -r /etc/hexis')

    await on('systemctl --quiet enable hexis-agent 2>&1; dpkg -i /root/hexis.deb')
    expect(await on('systemctl is-enabled hexis-agent; systemctl is-active hexis-agent')).toBe('enabled\nactive\n')
    expect(await on('dpkg -r hexis 2>&1')).not.toMatch(/warning|error/i)
    expect(await on('systemctl is-enabled hexis-agent 2>&1 || :')).toMatch(/not-found|No such file|Failed to get/)
    expect(await on('pgrep -x hexis || :')).toBe('')
    expect(await files()).toBe(before)
  })
})

test('what others wrote and is inside comes with its licence', () => {
  const text = readFileSync(join(folder, 'whole/usr/share/doc/hexis/copyright'), 'utf8')
  for (const name of ['Hexis', 'zod', 'commander', 'yaml', '@types/node', 'Node.js'])
    expect(text).toContain(`${name}\n${'-'.repeat(name.length)}\n`)
})
