import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canBoot, Machine } from './machine.ts'
import { type Shell, shells } from './root.ts'
import { type Op, prepare, transact } from './transact.ts'

const forward = 'net.ipv4.ip_forward'
const ofInterface = 'net.ipv4.conf.lo.forwarding'
const memory = 'net.ipv4.tcp_rmem'
const linger = 'net.ipv4.tcp_fin_timeout'

describe.skipIf(!canBoot())('settings of a running kernel', () => {
  let machine: Machine | undefined
  beforeAll(async () => {
    machine = await Machine.boot()
  })
  afterAll(async () => machine?.stop())

  describe.each([...shells, 'busybox only'] as const)('by %s', (shell: Shell) => {
    const on = (test: (m: Machine) => void) => (context: { skip: (why: string) => void }) => {
      if (machine === undefined) return context.skip('containers do not start here')
      machine.shell = shell
      test(machine)
    }
    const value = (m: Machine, name: string): string | undefined => m.observe('sysctl', [name])[name]

    it(
      'are read whole, in the order asked; what is not there or no name is not known',
      on((m) => {
        m.run(`printf '4096 20000 30000' >/proc/sys/net/ipv4/tcp_rmem; printf 60 >/proc/sys/net/ipv4/tcp_fin_timeout`)
        const odd = ['net.nosuch', 'net', 'net.ipv4.//./', 'net.ipv4.//.ipv4.ip_forward', '-s', 'net.a%20b', 'net..x']
        const asked = [linger, ...odd, memory, 'kernel.ostype', 'net.ipv4.conf.lo.forwarding', 'net.ipv4.route.flush']
        expect(Object.entries(m.observe('sysctl', asked))).toEqual([
          [linger, 'value=60'],
          ...odd.map((name) => [name, 'value=?']),
          [memory, 'value=4096%2020000%2030000'],
          ['kernel.ostype', 'value=Linux'],
          [ofInterface, 'value=0'],
          ['net.ipv4.route.flush', 'value=?'],
        ])
      }),
    )

    it(
      'are set and put back, also those of an interface with a dot in its name',
      on((m) => {
        m.run('ip link add dummy.7 type dummy 2>/dev/null || ip link add dummy.7 type bridge')
        const dotted = 'net.ipv4.conf.dummy/7.rp_filter'
        const before = m.observe('sysctl', [dotted, linger])
        expect(m.apply('sysctl', [`SYSCTL ${dotted} value=1`, `SYSCTL ${linger} value=33`])).toMatchObject({
          status: 0,
          error: '',
          did: [1, 2],
        })
        expect(m.run('cat /proc/sys/net/ipv4/conf/dummy.7/rp_filter /proc/sys/net/ipv4/tcp_fin_timeout')).toBe(
          '1\n33\n',
        )
        const back = [linger, dotted].map((name) => `SYSCTL ${name} ${before[name]}`)
        expect(m.apply('sysctl', back, { undo: true })).toMatchObject({ status: 0, error: '' })
        expect(m.observe('sysctl', [dotted, linger])).toEqual(before)
        m.run('ip link del dummy.7')
      }),
    )

    it(
      'that the kernel sets along with another one hold all the same',
      on((m) => {
        const both = m.apply('sysctl', [`SYSCTL ${ofInterface} value=0`, `SYSCTL ${forward} value=1`])
        expect(both).toMatchObject({ status: 0, error: '', did: [1, 2] })
        expect([value(m, ofInterface), value(m, forward)]).toEqual(['value=0', 'value=1'])
        expect(m.apply('sysctl', [`SYSCTL ${forward} value=0`]).status).toBe(0)
      }),
    )

    it(
      'fail with the word of the kernel where it refuses them',
      on((m) => {
        const refused = (name: string, wanted: string) => {
          const { status, error, did } = m.apply('sysctl', [
            `SYSCTL ${linger} value=60`,
            `SYSCTL ${name} value=${wanted}`,
          ])
          expect({ status, did }).toEqual({ status: 1, did: [1] })
          return error.trimEnd()
        }
        expect(refused(forward, 'yes')).toBe(`the kernel does not take yes for ${forward}: Invalid argument`)
        expect(refused('vm.swappiness', '7')).toMatch(
          /^the kernel does not take 7 for vm.swappiness: (Read-only file system|Permission denied)$/,
        )
        expect(refused('net.nosuch.key', '1')).toBe('the kernel has no setting net.nosuch.key (is its module loaded?)')
        expect(refused('net.ipv4.route.flush', '1')).toContain('can only be written')
        expect(refused('net.ipv4.//.//.//.//.etc.passwd', '1')).toContain('is no name of a setting')
      }),
    )

    it(
      'come back exactly where a later step of the transaction fails',
      on((m) => {
        m.run(`printf '4096 20000 30000' >/proc/sys/net/ipv4/tcp_rmem; printf 60 >/proc/sys/net/ipv4/tcp_fin_timeout`)
        const fails: readonly Op[] = [
          ['sysctl', 'SYSCTL', memory, 'value=4096%2022222%2033333'],
          ['sysctl', 'SYSCTL', linger, 'value=30'],
          ['sysctl', 'SYSCTL', 'net.nosuch.key', 'value=?'],
          ['exec', 'EXEC', 'look', `command=cat%20/proc/sys/net/ipv4/tcp_fin_timeout>/seen%3Bfalse undo=true`],
        ]
        expect(transact(m, `tx-${shell.replace(/\W+/g, '-')}`, fails).at(-1)).toMatch(/^end undone 4/)
        expect(m.read('/seen')).toBe('30\n')
        expect([value(m, memory), value(m, linger)]).toEqual(['value=4096%2020000%2030000', 'value=60'])
        const refused: readonly Op[] = [
          ['sysctl', 'SYSCTL', linger, 'value=31'],
          ['sysctl', 'SYSCTL', forward, 'value=often'],
        ]
        const end = transact(m, `tx2-${shell.replace(/\W+/g, '-')}`, refused).at(-1)
        expect(end).toMatch(/^end undone 2 .*does%20not%20take%20often/)
        expect(value(m, linger)).toBe('value=60')
      }),
    )

    it(
      'come back by recovery after a kill in the middle',
      on((m) => {
        m.run(`printf '4096 20000 30000' >/proc/sys/net/ipv4/tcp_rmem; printf 60 >/proc/sys/net/ipv4/tcp_fin_timeout`)
        const dir = prepare(m, `kill-${shell.replace(/\W+/g, '-')}`, [
          ['sysctl', 'SYSCTL', memory, 'value=4096%2022222%2033333'],
          ['sysctl', 'SYSCTL', linger, 'value=30'],
          ['exec', 'EXEC', 'kill', `command=kill%20-9%20$(cat%20/run/tx.pid)%20$PPID undo=true`],
        ])
        m.script(`echo $$ >/run/tx.pid; hx_main tx ${dir}`)
        expect([value(m, memory), value(m, linger)]).toEqual(['value=4096%2022222%2033333', 'value=30'])
        expect(m.script('hx_main recover').stdout).toMatch(/end undone/)
        expect([value(m, memory), value(m, linger)]).toEqual(['value=4096%2020000%2030000', 'value=60'])
      }),
    )
  })
})
