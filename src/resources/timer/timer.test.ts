import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { timer } from '../index.ts'
import { calendarMistake, isSpan } from './calendar.ts'
import type { TimerProps } from './timer.ts'
import { commandText } from './timer-units.ts'

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

/** What systemd itself says of it. */
const accepted = (kind: 'calendar' | 'timespan', text: string): boolean =>
  spawnSync('systemd-analyze', [kind, '--', text]).status === 0

describe('a calendar expression', () => {
  const good = [
    'daily',
    'Weekly',
    'quarterly',
    'daily UTC',
    'Mon..Fri 02:30',
    'mon,Wed,sat..sun *-*-* 1:05',
    'Monday 00:00:00',
    'Fri',
    '*-*-01 04:00 Europe/Berlin',
    '2030-02-28',
    '12-24 18:00:00',
    '*-02~01',
    '*-1,4,7,10-1..7/2 8..18/2:0/15',
    '*:0/5',
    '*-*-* *:*:0/30.5',
    '08:05:40 UTC',
  ]
  test.each(good)('%s is one', (text) => {
    expect(calendarMistake(text)).toBeUndefined()
    if (hasSystemd) expect(accepted('calendar', text)).toBe(true)
  })

  const bad: readonly (readonly [text: string, says: RegExp])[] = [
    ['dayly', /'dayly' is neither a weekday \(Mon to Sun\) nor one of minutely, hourly, daily/],
    ['Mon..Fry 02:30', /'Fry' is neither a weekday/],
    ['25:00', /hour '25': 0 to 23 are allowed/],
    ['02:61', /minute '61': 0 to 59 are allowed/],
    ['*-13-01', /month '13': 1 to 12 are allowed/],
    ['*-*-32', /day '32': 1 to 31 are allowed/],
    ['*-*-5..3', /day '5..3': a range goes upwards/],
    ['*:0/0', /a step is more than 0/],
    ['02', /'02' is no date/],
    ['1:2:3:4', /is no time: HH:MM or HH:MM:SS/],
    ['0 2 * * *', /too much/],
    ['02:30 Mon', /too much/],
    ['daily 02:00', /nothing comes after 'daily'/],
    ['', /no time/],
  ]
  test.each(bad)('%s is none', (text, says) => {
    expect(calendarMistake(text)).toMatch(says)
    if (hasSystemd) expect(accepted('calendar', text)).toBe(false)
  })

  test.each(['90', '15min', '1h 30min', '1h30m', '2d', '0.5s', '1 week'])('%s is a time', (text) => {
    expect(isSpan(text)).toBe(true)
    if (hasSystemd) expect(accepted('timespan', text)).toBe(true)
  })
  test.each(['', 'soon', '5 parsecs', '-1s', 'min 5'])('%j is no time', (text) => {
    expect(isSpan(text)).toBe(false)
    if (hasSystemd) expect(accepted('timespan', text)).toBe(false)
  })
})

const verified =
  'group=root mode=0644 owner=root parents=yes validate=systemd-analyze%20verify%20%25s && RELOAD systemd'

describe('a timer', () => {
  test('with a command is a service and a timer, and runs', async () => {
    const { steps, contents } = await lowered(() =>
      timer('backup', {
        onCalendar: ['Mon 02:30', 'daily'],
        persistent: true,
        randomizedDelay: '1h',
        command: 'tar c "$HOME" | zstd >/b/$(date +%F)',
        user: 'app',
        env: { A: 'b c', P: '100%' },
        description: '100% of it',
      }),
    )
    expect(steps).toEqual([
      `COPY /etc/systemd/system/backup.service blob=0 ${verified}`,
      `COPY /etc/systemd/system/backup.timer blob=1 ${verified}`,
      'UNIT backup.timer active=yes enabled=yes',
    ])
    expect(contents[0]).toBe(`[Unit]
Description=100%% of it

[Service]
Type=oneshot
User=app
Environment="A=b c"
Environment=P=100%%
ExecStart=/bin/sh -c "tar c \\"$$HOME\\" | zstd >/b/$$(date +%%F)"
`)
    expect(contents[1]).toBe(`[Unit]
Description=100%% of it

[Timer]
OnCalendar=Mon 02:30
OnCalendar=daily
Persistent=yes
RandomizedDelaySec=1h

[Install]
WantedBy=timers.target
`)
  })

  test('without one starts a unit, named as services are', async () => {
    const { steps, contents } = await lowered(() =>
      timer('again', { onBoot: '5min', onUnitActive: '6h', accuracy: '1s', unit: 'sshd', enabled: false }),
    )
    expect(steps).toEqual([
      `COPY /etc/systemd/system/again.timer blob=0 ${verified}`,
      'UNIT again.timer active=no enabled=no',
    ])
    expect(contents[0]).toContain('[Timer]\nOnBootSec=5min\nOnUnitActiveSec=6h\nAccuracySec=1s\nUnit=ssh.service\n')
  })

  test('that is absent is stopped before its files go', async () => {
    expect((await lowered(() => timer('old', { absent: true }))).steps).toEqual([
      'UNIT old.timer active=no enabled=no',
      'RM /etc/systemd/system/old.timer && RELOAD systemd',
      'RM /etc/systemd/system/old.service && RELOAD systemd',
    ])
  })

  test('quotes each word as systemd reads it', () => {
    expect(commandText('x', { argv: ['/bin/a', "it's", '', 'a\nb\\', '$X $(y)', ';', '%n'] })).toContain(
      `ExecStart=/bin/a "it's" "" "a\\nb\\\\" "$$X $$(y)" ";" %%n\n`,
    )
  })

  test.each<[TimerProps, RegExp]>([
    [{}, /when\?/],
    [{ onCalendar: '25:00' }, /^timer 'job': onCalendar: hour '25': 0 to 23 are allowed/],
    [{ onCalendar: ['daily', '25:00'] }, /onCalendar\[1\]: hour '25'/],
    [{ onBoot: 'soon' }, /onBoot: a time is a number with a unit/],
    [{ onBoot: '5min', persistent: true }, /persistent needs onCalendar/],
    [{ onCalendar: 'daily', command: 'x', unit: 'y' }, /exclude each other/],
    [{ onCalendar: 'daily', user: 'app' }, /need command/],
    [{ onCalendar: 'daily', command: '' }, /command/],
    [{ onCalendar: 'daily', command: ['backup'] }, /command\[0\]: a program is an absolute path/],
    [{ onCalendar: 'daily', absent: true }, /no other property/],
  ])('%j is refused', async (props, says) => {
    const found = await mistakes(() => timer('job', props))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(says)
  })

  test('is refused once where another manager rules', async () => {
    const { diagnostics } = await lowered(() => timer('a', { onCalendar: 'daily', command: 'x' }), {
      os: 'alpine/3.22',
    })
    expect(diagnostics.map((one) => one.code)).toEqual(['unsupported-here'])
  })

  test('is named without its suffix', async () => {
    expect((await mistakes(() => timer('a.timer', { absent: true })))[0]).toMatch(/without .timer/)
  })
})
