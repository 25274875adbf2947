import { describe, expect, test } from 'vitest'
import { lowered } from '../../../test/lowered.ts'
import { file, service, unit } from '../index.ts'

describe('a service where systemd does not manage services', () => {
  test.each([
    ['openrc', { os: 'alpine/3.22' }],
    ['sysvinit', { os: 'devuan/5' }],
    ['openrc', { facts: { init: 'openrc' } }],
    ['sysvinit', { facts: { init: 'sysvinit' } }],
  ])('has no mask by %s, and no other units (%o)', async (manager, where) => {
    const { diagnostics } = await lowered(() => {
      service('one', { masked: true })
      service('two.timer', { enabled: true })
      service('three', { masked: false, running: false, enabled: false })
    }, where)
    expect(diagnostics).toMatchObject([
      { code: 'unsupported-here', summary: `service 'one': ${manager} cannot mask a service` },
      {
        code: 'unsupported-here',
        summary: `service 'two.timer': two.timer is a unit of systemd, and its host has ${manager}`,
      },
    ])
  })

  test('goes by what the host says, whatever its operating system usually has', async () => {
    const masked = () => service('one', { masked: true })
    expect((await lowered(masked, { os: 'devuan/5', facts: { init: 'systemd' } })).diagnostics).toEqual([])
    expect((await lowered(masked, { facts: { init: 'other' } })).diagnostics).toEqual([])
    expect((await lowered(() => unit('a', { content: 'x' }), { os: 'devuan/6' })).diagnostics).toHaveLength(1)
  })

  test('comes after its script, and stops before that goes', async () => {
    const { steps } = await lowered(() => {
      service('app', { running: true })
      file('/etc/init.d/app', { content: 'x', mode: '0755' })
      file('/etc/init.d/old', { absent: true })
      service('old', { running: false })
    })
    expect(steps.map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual([
      'COPY /etc/init.d/app',
      'UNIT app.service',
      'UNIT old.service',
      'RM /etc/init.d/old',
    ])
  })

  test('has the names of its family', async () => {
    const names = async (os: string) =>
      (await lowered(() => ['sshd', 'cron', 'ntp'].map((name) => service(name, { enabled: true })), { os })).steps
    expect(await names('alpine/3.22')).toEqual([
      'UNIT sshd.service enabled=yes',
      'UNIT cronie.service enabled=yes',
      'UNIT ntpd.service enabled=yes',
    ])
    expect(await names('devuan/5')).toEqual([
      'UNIT ssh.service enabled=yes',
      'UNIT cron.service enabled=yes',
      'UNIT ntpsec.service enabled=yes',
    ])
  })
})
