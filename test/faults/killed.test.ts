import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, canStart, type Site, startBench } from './bench.ts'
import { startHexis } from './watched.ts'

const unit = (name: string, before: string): string =>
  `[Unit]\\nDescription=${name}\\n[Service]\\nExecStartPre=/bin/sh -c "${before}"\\nExecStart=/bin/sleep infinity\\nExecReload=/bin/sh -c "touch /srv/${name}-at; sleep 2"\\n`

describe.skipIf(!canStart)('the shell of a transaction is killed', () => {
  let bench: Bench
  const on = (command: string): Promise<string> => bench.on('h1', command)
  const until = async (what: string, command: string): Promise<void> => {
    for (let tries = 0; tries < 200; tries++) {
      if ((await bench.tryOn('h1', command)).status === 0) return
      await sleep(25)
    }
    throw new Error(`not within time: ${what}`)
  }
  /** Everything that a test may touch, with bytes, modes, owners and times of files. */
  const tree = (): Promise<string> =>
    on(
      `find /srv /etc -xdev ! -path '/srv/*-at' -type f -exec stat -c '%n %a %U %G %Y %s' {} + -o ! -type f ! -name srv ! -name etc -exec stat -c '%n %a %U %G %F' {} + | sort; find /srv /etc -type f -exec sha256sum {} + | sort | sha256sum; dpkg-query -W | sha256sum; systemctl list-units --state=active --type=service --no-legend --plain | grep -v 'user' | cut -d' ' -f1`,
    )
  const killShell = async (): Promise<void> => {
    await on(
      "u=$(systemctl list-units --no-legend --plain 'hexis-*.service' | cut -d' ' -f1); kill -9 $(systemctl show -P MainPID $u)",
    )
  }
  const common = (name: string): string => `r.directory('/srv/${name}', { mode: '0750' })
r.file('/srv/${name}/new', { content: 'new' })
r.file('/srv/${name}-old', { content: 'changed', mode: '0600' })
r.file('/srv/${name}-gone', { absent: true })
r.link('/srv/${name}-link', { target: '/srv/${name}' })
r.line('/etc/hosts', { id: '${name}', line: '10.9.9.9 ${name}' })`
  const prepare = (name: string): Promise<string> =>
    on(`echo old >/srv/${name}-old; chmod 4711 /srv/${name}-old; echo bye >/srv/${name}-gone; ln -s nowhere /srv/${name}-link
       touch -d '2001-01-01' /srv/${name}-old /srv/${name}-gone; rm -f /srv/*-at`)

  beforeAll(async () => {
    bench = await startBench(1)
  }, 600_000)
  afterAll(() => bench?.stop())

  const killedAt = async (site: Site, at: string): Promise<void> => {
    const before = await tree()
    const up = startHexis(site, 'up', '--yes')
    await until(`the transaction comes to ${at}`, `test -e ${at}`)
    await killShell()
    expect(await up.ended(), up.text()).toBe(3)
    expect(up.text()).toMatch(/error\[transaction-failed\]/)
    expect(up.text()).toContain('hint: hexis recover')
    const plan = await site.hexis(['plan'])
    expect(plan.status).toBe(0)
    expect(plan.err).toMatch(/warning\[interrupted-transaction\] transaction \S+ of \S+@\S+ was interrupted here/)
    const recovered = await site.hexis(['recover'])
    expect(recovered.status, recovered.all).toBe(0)
    expect(recovered.out).toContain('Done: 1 undone')
    await on(`rm -f ${at}`)
    expect(await tree()).toBe(before)
    expect((await site.hexis(['plan'])).err).not.toContain('interrupted')
    expect(await on('ls -A /var/lib/hexis/blobs/inodes; find /srv /etc -name ".hexis-*"')).toBe('')
  }

  test('while a command runs', async () => {
    await prepare('exec')
    const site = bench.site(`${common('exec')}
r.exec('exec', { command: 'touch /srv/exec-at; sleep 1.5; touch /srv/exec-made', undo: 'rm -f /srv/exec-made' })
r.file('/srv/exec-late', { content: 'late' })`)
    await killedAt(site, '/srv/exec-at')
  })

  test('while a file is validated', async () => {
    await prepare('validate')
    const site = bench.site(`${common('validate')}
r.file('/srv/validate-late', { content: 'late', validate: 'test -s %s && touch /srv/validate-at && sleep 1.5' })`)
    await killedAt(site, '/srv/validate-at')
  })

  test('while a unit is started and its dependents wait', async () => {
    await prepare('unit')
    const site = bench.site(`${common('unit')}
r.file('/etc/systemd/system/unit-x.service', { content: '${unit('unit-x', 'touch /srv/unit-at; sleep 1')}' })
r.service('unit-x', { running: true })
r.file('/srv/unit-late', { content: 'late' })`)
    await killedAt(site, '/srv/unit-at')
  })

  test('while an action reloads a unit', async () => {
    await prepare('act')
    await on(
      `printf '${unit('act-x', 'true')}' >/etc/systemd/system/act-x.service; systemctl daemon-reload; systemctl start act-x`,
    )
    const site = bench.site(`${common('act')}
r.file('/etc/act-x.conf', { content: 'x', onChange: r.reload('act-x') })`)
    await killedAt(site, '/srv/act-x-at')
  })

  test('while packages are installed', async () => {
    await prepare('pkg')
    const site = bench.site(`${common('pkg')}
r.pkg('hexis-tool-a')
r.file('/srv/pkg-late', { content: 'late' })`)
    await on(`mkdir -p /etc/dpkg/dpkg.cfg.d; echo 'pre-invoke="touch /srv/pkg-at; sleep 1"' >/etc/dpkg/dpkg.cfg.d/slow`)
    await killedAt(site, '/srv/pkg-at')
    await on('rm /etc/dpkg/dpkg.cfg.d/slow')
  })

  test('the next up recovers by itself, says so and goes on', async () => {
    await prepare('next')
    const site = bench.site(`${common('next')}
r.exec('next', { command: 'touch /srv/next-at; sleep 1', undo: 'true' })`)
    const up = startHexis(site, 'up', '--yes')
    await until('the command begins', 'test -e /srv/next-at')
    await killShell()
    expect(await up.ended()).toBe(3)
    const next = await site.up()
    expect(next.err).toMatch(/transaction \S+ of \S+@\S+ had been interrupted: it was undone/)
    expect(next.status, next.all).toBe(0)
    expect(next.out).toContain('Done: 1 changed')
    expect(await on('cat /srv/next-old; ls /srv/next')).toBe('changednew\n')
  })
})
