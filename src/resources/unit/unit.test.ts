import { describe, expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { secret, text } from '../../text/index.ts'
import { service, unit } from '../index.ts'
import type { UnitProps } from './unit.ts'

const rights = 'group=root mode=0644 owner=root parents=yes'
const verified = `${rights} validate=systemd-analyze%20verify%20%25s && RELOAD systemd`

describe('a unit file', () => {
  test('is looked at by systemd, read again, and there before the unit is started', async () => {
    const { steps, contents } = await lowered(() => {
      service('app', { running: true })
      unit('app', {
        sections: {
          Unit: { After: ['a.service', 'b.service'] },
          Service: { ExecStart: '/usr/bin/app --all', RemainAfterExit: true, Nice: 5, PrivateTmp: false },
        },
      })
    })
    expect(steps).toEqual([`COPY /etc/systemd/system/app.service blob=0 ${verified}`, 'UNIT app.service active=yes'])
    expect(contents).toEqual([
      '[Unit]\nAfter=a.service\nAfter=b.service\n\n[Service]\nExecStart=/usr/bin/app --all\nRemainAfterExit=yes\nNice=5\nPrivateTmp=no\n',
    ])
  })

  test('of the service comes before the timer that starts it', async () => {
    const { steps } = await lowered(() => {
      service('app.timer', { running: true })
      unit('app.timer', { content: '[Timer]\nOnCalendar=daily\n' })
      unit('app@.service', { content: 'x' })
      unit('app.service', { content: '[Service]\nExecStart=/bin/true\n' })
    })
    expect(steps.map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual([
      'COPY /etc/systemd/system/app.timer',
      'COPY /etc/systemd/system/app.service',
      'UNIT app.timer',
      'COPY /etc/systemd/system/app@.service',
    ])
  })

  test('may be one that systemd is not asked about', async () => {
    const { steps, contents } = await lowered(() => unit('a.mount', { content: '[Mount]\n', verify: false }))
    expect(steps).toEqual([`COPY /etc/systemd/system/a.mount blob=0 ${rights} && RELOAD systemd`])
    expect(contents).toEqual(['[Mount]\n'])
  })

  test('can go', async () => {
    const { steps } = await lowered(() => unit('a.socket', { absent: true }))
    expect(steps).toEqual(['RM /etc/systemd/system/a.socket && RELOAD systemd'])
  })

  test('is a file and nothing else where no service can be managed', async () => {
    const { steps } = await lowered(() => unit('a.service', { content: 'x' }), { capabilities: ['paths', 'owners'] })
    expect(steps).toEqual([`COPY /etc/systemd/system/a.service blob=0 ${rights}`])
  })

  test('is refused where another manager rules', async () => {
    const { diagnostics } = await lowered(() => unit('a.service', { content: 'x' }), { os: 'alpine/3.22' })
    expect(diagnostics).toMatchObject([
      { code: 'unsupported-here', summary: "unit 'a.service': its host has openrc instead of systemd" },
    ])
    const devuan = await lowered(() => unit('a.service', { content: 'x' }), { facts: { init: 'sysvinit' } })
    expect(devuan.diagnostics).toMatchObject([
      { code: 'unsupported-here', summary: expect.stringContaining('sysvinit') },
    ])
    const gentoo = await lowered(() => unit('a.service', { content: 'x' }), {
      os: 'alpine/3.22',
      facts: { init: 'systemd' },
    })
    expect(gentoo.diagnostics).toEqual([])
  })

  test('holds no secrets', async () => {
    const { diagnostics } = await lowered(() => unit('a', { content: text`[Service]\nX=${secret.env('A')}` }))
    expect(diagnostics).toMatchObject([{ code: 'held-here', hint: expect.stringContaining('EnvironmentFile=') }])
  })
})

describe('a drop-in', () => {
  test('lies beside the unit, which is named as services are', async () => {
    const { steps, contents } = await lowered(() => {
      unit('sshd', { dropIn: 'nice', sections: { Service: { ExecStartPre: ['', '/bin/true'] } } })
      unit('sshd', { dropIn: 'more', sections: { 'X-Mine': { Key: '' } } })
      unit('old.service', { dropIn: 'gone', absent: true })
    })
    expect(steps).toEqual([
      `COPY /etc/systemd/system/ssh.service.d/nice.conf blob=0 ${verified}`,
      `COPY /etc/systemd/system/ssh.service.d/more.conf blob=1 ${verified}`,
      'RM /etc/systemd/system/old.service.d/gone.conf && RELOAD systemd',
    ])
    expect(contents).toEqual(['[Service]\nExecStartPre=\nExecStartPre=/bin/true\n', '[X-Mine]\nKey=\n'])
  })
})

describe('refused', () => {
  const cases: readonly [props: UnitProps, says: RegExp][] = [
    [{}, /give either content or sections/],
    [{ content: 'x', sections: {} }, /give either content or sections/],
    [
      { sections: { Serivce: { A: 'b' } } },
      /app.service has no section Serivce; allowed are Unit, Service, Install and X/,
    ],
    [{ sections: { Timer: { OnCalendar: 'daily' } } }, /no section Timer/],
    [{ sections: { 'Ser vice': {} } }, /sections.Ser vice: a name of a section or key has letters/],
    [{ sections: { Service: { 'Exec Start': 'x' } } }, /a name of a section or key has letters/],
    [{ sections: { Service: { ExecStart: 'a\nb' } } }, /one line/],
    [{ sections: { Service: { ExecStart: 'a \\' } } }, /does not end with a backslash/],
    [{ sections: { Service: { ExecStart: { a: 1 } } } as never }, /sections.Service.ExecStart must be/],
    [{ content: 'x', dropIn: 'a/b' }, /dropIn: a drop-in is named by/],
    [{ content: 'x', dropIn: 'a.conf' }, /without .conf/],
    [{ absent: true, content: 'x' }, /absent says nothing/],
  ]
  test.each(cases)('%j', async (props, says) => {
    const found = await mistakes(() => unit('app.service', props))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(says)
  })

  test('a name that no unit can have', async () => {
    expect((await mistakes(() => unit('a/b', { absent: true })))[0]).toMatch(/a service name has letters/)
  })
})
