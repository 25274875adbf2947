import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, canStart, type Site, startBench } from './bench.ts'
import { startHexis, startOnTerminal, type Watched } from './watched.ts'

describe.skipIf(!canStart)('interruptions', () => {
  let bench: Bench
  const on = (command: string): Promise<string> => bench.on('h1', command)
  const until = async (what: string, command: string): Promise<void> => {
    for (let tries = 0; tries < 150; tries++) {
      if ((await bench.tryOn('h1', command)).status === 0) return
      await sleep(30)
    }
    throw new Error(`not within time: ${what}`)
  }
  /** A file, a command that takes its time, another file. */
  const slow = (name: string, seconds: number): string => `r.directory('/srv/${name}')
r.file('/srv/${name}/one', { content: 'one' })
r.exec('slow-${name}', { command: 'touch /srv/${name}/began; sleep ${seconds}', undo: 'rm -f /srv/${name}/began',
  unless: 'test -e /srv/${name}/two' })
r.file('/srv/${name}/two', { content: 'two' })`
  const start = (site: Site): Watched => startHexis(site, 'up', '--yes')
  const began = (name: string): Promise<void> => until('the slow command begins', `test -e /srv/${name}/began`)
  const none = (name: string): Promise<string> => on(`ls -A /srv | grep -cx ${name} || :`)

  beforeAll(async () => {
    bench = await startBench(1)
  }, 600_000)
  afterAll(() => bench?.stop())

  test('Ctrl-C at the question: nothing was changed, exit 130', async () => {
    const site = bench.site(slow('prompt', 0))
    const up = startOnTerminal(site, 'up')
    await up.said('Carry this out on 1 host?')
    up.type('\x03')
    expect(await up.ended()).toBe(130)
    expect(up.text()).toContain('Interrupted at the question: nothing was changed.')
    expect(await none('prompt')).toBe('0\n')
    expect(await on('ls -A /var/lib/hexis/journal 2>/dev/null | wc -l')).toBe('0\n')
  })

  test('Ctrl-C while a host works: it finishes, the output says so, exit 130', async () => {
    const site = bench.site(slow('once', 2))
    const up = start(site)
    await began('once')
    up.signal('SIGINT')
    expect(await up.ended()).toBe(130)
    expect(up.text()).toContain('Interrupted: nothing new begins, hosts finish or undo what they have begun.')
    expect(up.text()).toMatch(/h1 +changed +4 changes +generation 1\nDone: 1 changed/)
    expect(await on('cat /srv/once/two')).toBe('two')
  })

  test('a second Ctrl-C leaves at once; the host finishes by itself and the next plan tells of it', async () => {
    const site = bench.site(slow('twice', 4))
    const up = start(site)
    await began('twice')
    up.signal('SIGINT')
    await up.said('Once more leaves at once')
    const from = Date.now()
    up.signal('SIGINT')
    expect(await up.ended()).toBe(130)
    expect(Date.now() - from).toBeLessThan(1000)
    expect(up.text()).toContain('Left. Hosts finish or undo by themselves')
    const plan = await site.hexis(['plan'])
    expect(plan.err).toMatch(
      /warning\[transaction-at-work\] transaction \S+ of \S+@\S+ is being carried out here since /,
    )
    await until('the host ends by itself', 'test -e /srv/twice/two && sleep 0.3')
    const next = await site.up()
    expect(next.status).toBe(0)
    expect(next.out).toContain('h1  converged                generation 1')
  })

  test('SIGKILL of hexis: the next run waits for the host, says so, and goes on from there', async () => {
    const site = bench.site(slow('killed', 4))
    const up = start(site)
    await began('killed')
    up.signal('SIGKILL')
    expect(await up.ended()).toBe('SIGKILL')
    const next = await site.up()
    expect(next.status).toBe(0)
    expect(next.err).toMatch(/waits up to 10 s for another run: \S+@\S+ since .* UTC, transaction \S+ \(process \d+\)/)
    expect(next.err).toContain('another run changed what is held on this host since the plan was made: generation 1 by')
    expect(next.out).toContain('h1  converged                generation 1')
    expect(await on('cat /srv/killed/two')).toBe('two')
  })

  test('two at the same time: the second waits, then plans anew', async () => {
    const site = bench.site(slow('both', 3))
    const first = start(site)
    await began('both')
    const second = await site.up()
    expect(await first.ended()).toBe(0)
    expect(second.status).toBe(0)
    expect(second.err).toContain('It is planned anew.')
    expect(second.out).toContain('Done: 1 converged')
    expect((await site.json(['log', 'h1'])) as { generations: unknown[] }).toMatchObject({
      generations: [{ number: 1 }],
    })
  })

  test('two at the same time, the first takes long: the second refuses and names it', { timeout: 60_000 }, async () => {
    const site = bench.site(slow('long', 13))
    const first = start(site)
    await began('long')
    const second = await site.up()
    expect(second.status).toBe(3)
    expect(second.err).toMatch(
      /error\[host-busy\] not begun: another run holds the lock: \S+@\S+ since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, transaction \S+ \(process \d+\)\n {2}Nothing was changed\.\n {2}on: host h1\n {2}hint: Wait until it has ended/,
    )
    expect(second.out).toContain('Done: 1 refused')
    expect(await first.ended()).toBe(0)
  })

  test('the host crashes in the middle: exit 4; after its boot plan is as before, up undoes and goes on', async () => {
    const site = bench.site(slow('crash', 30))
    await on('mkdir -p /srv/crash; echo old >/srv/crash/one; chmod 600 /srv/crash/one; sync')
    const up = start(site)
    await began('crash')
    await bench.lab.kill('h1')
    expect(await up.ended()).toBe(4)
    expect(up.text()).toContain('error[connection-lost] the connection was lost while the host carried out the plan')
    expect(up.text()).toContain('on: host h1')
    await bench.lab.boot('h1')
    const plan = await site.hexis(['plan', '--private'])
    expect(plan.err).toMatch(/warning\[interrupted-transaction\] transaction \S+ of \S+@\S+ was interrupted here/)
    expect(plan.err).toContain('hexis recover --on h1')
    expect(plan.out).toContain('~ path:/srv/crash/one')
    expect(plan.out).toContain('-old')
    site.configure(slow('crash', 0))
    const next = await site.up()
    expect(next.err).toMatch(/transaction \S+ of \S+@\S+ had been interrupted: it was undone/)
    expect(next.status).toBe(0)
    expect(await on('cat /srv/crash/one /srv/crash/two')).toBe('onetwo')
    expect((await site.up('--on', 'h1')).out).toContain('Done: 1 converged')
    const back = await site.hexis(['rollback', '--to', '0', '--yes', '--on', 'h1'])
    expect(back.status, back.all).toBe(0)
    expect(await on('cd /srv/crash && ls -A && cat one && stat -c %a one')).toBe('one\nold\n600\n')
  })
})
