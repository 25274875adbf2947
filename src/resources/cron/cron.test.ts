import { describe, expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { cron } from '../index.ts'
import type { CronProps } from './cron.ts'
import { scheduleOf } from './schedule.ts'

const job = async (props: Partial<CronProps>): Promise<string | undefined> =>
  (await lowered(() => cron('job', { schedule: '0 1 * * *', command: 'x', ...props }))).contents[0]

describe('a schedule', () => {
  test.each([
    ['30 2 * * *', '30 2 * * *'],
    ['  */5\t8-18/2 1,15  * *', '*/5 8-18/2 1,15 * *'],
    ['0 0 * JAN,mar-may mon-fri', '0 0 * 1,3-5 1-5'],
    ['0 0 * * sat-sun', '0 0 * * 6-7'],
    ['0 0 29 2 *', '0 0 29 2 *'],
    ['0 0 31 2 mon', '0 0 31 2 1'],
    ['@Daily', '@daily'],
    [{ minute: 5 }, '5 * * * *'],
    [{ minute: '*/10', hour: '8-18', weekday: 'mon-fri' }, '*/10 8-18 * * 1-5'],
  ])('%j is %j', (schedule, text) => {
    expect(scheduleOf(schedule)).toEqual({ text })
  })

  test.each([
    ['61 * * * *', "minute '61': 0 to 59 are allowed"],
    ['* 24 * * *', "hour '24': 0 to 23 are allowed"],
    ['* * 0 * *', "day '0': 1 to 31 are allowed"],
    ['* * * 13 *', "month '13': 1 to 12 or jan to dec are allowed"],
    ['* * * * 8', "weekday '8': 0 to 7 or sun to sat are allowed"],
    ['* * * * freitag', "weekday 'freitag': 0 to 7 or sun to sat are allowed"],
    ['0,60 * * * *', "minute '60': 0 to 59 are allowed"],
    ['-1 * * * *', "minute '-1' is no value, range (1-5), * or step (*/10); 0 to 59 are allowed"],
    ['1, * * * *', "minute '' is no value, range (1-5), * or step (*/10); 0 to 59 are allowed"],
    ['30-10 * * * *', "minute '30-10': a range goes upwards"],
    ['*/0 * * * *', "minute '*/0': a step is 1 or more"],
    ['5/10 * * * *', "minute '5/10': a step needs a range, such as 5-59/10"],
    ['0 0 30 feb *', 'day 30 never comes in month 2'],
    ['0 0 31 4,6 *', 'day 31 never comes in month 4,6'],
    ['* * * *', /five fields .* this has 4$/],
    ['', /this has 0$/],
    ['@dayly', /^'@dayly' is none of @reboot, .*@daily/],
    [{ minute: 99 }, "minute '99': 0 to 59 are allowed"],
  ])('%j is refused with what is allowed', (schedule, says) => {
    const { mistake } = scheduleOf(schedule)
    if (typeof says === 'string') expect(mistake).toBe(says)
    else expect(mistake).toMatch(says)
  })
})

describe('a job', () => {
  test('is a file of its own that only root writes', async () => {
    const { steps, contents } = await lowered(() =>
      cron('backup', { schedule: '30 2 * * *', user: 'app', command: ' run --all ', env: { MAILTO: 'ops', A: '' } }),
    )
    expect(steps).toEqual(['COPY /etc/cron.d/backup blob=0 group=root mode=0644 owner=root'])
    expect(contents).toEqual(['MAILTO=ops\nA=""\n30 2 * * * app run --all\n'])
  })

  test('that is absent is removed', async () => {
    expect((await lowered(() => cron('old', { absent: true }))).steps).toEqual(['RM /etc/cron.d/old'])
  })

  test.each([
    ['date +%F', 'date +\\%F'],
    ['date +\\%F', 'date +\\%F'],
    ["printf '%s %s'", "printf '\\%s \\%s'"],
    ["grep '\\.log$' %", "grep '\\.log$' \\%"],
  ])('with the command %j says %j to cron', async (command, line) => {
    expect(await job({ command })).toBe(`0 1 * * * root ${line}\n`)
  })

  test.each([
    ['a b', 'a b'],
    [' a', '" a"'],
    ['"a" b', `'"a" b'`],
    ['', '""'],
    ['a "b"', 'a "b"'],
    ["it's", "it's"],
    ["'a", `"'a"`],
  ])('with the variable %j says %j to cron', async (value, line) => {
    expect(await job({ env: { V: value } })).toBe(`V=${line}\n0 1 * * * root x\n`)
  })

  test.each<[Partial<CronProps>, RegExp]>([
    [{ schedule: '61 * * * *' }, /^cron 'job': schedule: minute '61': 0 to 59 are allowed \(it is the text '61 /],
    [{ schedule: { hour: 2 } as never }, /schedule\.minute is missing/],
    [{ schedule: { minute: 1, hours: 2 } as never }, /unknown property 'schedule.hours'/],
    [{ command: 'a\nb' }, /one line/],
    [{ command: ' ' }, /says something/],
    [{ command: 'x'.repeat(990) + '%'.repeat(9) }, /at most 998 bytes; put a longer one into a script/],
    [{ user: 'a b' }, /user: a name/],
    [{ env: { 'A-B': 'x' } }, /env\.A-B: a variable has letters, digits and _$/],
    [{ env: { A: ` "'` } }, /cron holds no value/],
    [{ env: { A: 'a ' } }, /ends in a blank/],
    [{ env: { A: '"a" "b"' } }, /in quotes itself/],
    [{ command: 'printf a\\\\n' }, /two backslashes; put such a command into a script/],
    [{ absent: true }, /no other property/],
  ])('%j is refused', async (props, says) => {
    const found = await mistakes(() => cron('job', { schedule: '0 1 * * *', command: 'x', ...props }))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(says)
  })

  test('says when and what', async () => {
    expect(await mistakes(() => cron('job', { command: 'x' }))).toEqual(["cron 'job': give schedule and command"])
    expect(await mistakes(() => cron('job', { schedule: '@daily' }))).toHaveLength(1)
  })

  test('has a name that cron reads', async () => {
    expect(await mistakes(() => cron('a.b', { absent: true }))).toEqual([
      expect.stringMatching(/cron passes over others/),
    ])
  })
})
