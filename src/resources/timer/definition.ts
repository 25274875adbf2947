import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { accountName, argsFrom, singleLine } from '../properties.ts'
import { serviceName } from '../service/definition.ts'
import { noUnitFileStep, unitFileStep, unitPath } from '../unit/unit-file.ts'
import { calendarMistake, isSpan } from './calendar.ts'
import type { TimerProps } from './timer.ts'
import { commandText, timerText } from './timer-units.ts'

const calendar = z.string().superRefine((value, context) => {
  const mistake = calendarMistake(value)
  if (mistake !== undefined) context.addIssue({ code: 'custom', message: mistake })
})

const span = z
  .string()
  .refine(isSpan, "a time is a number with a unit: '90s', '15min', '1h 30min', '2d'")
  .meta({ title: 'time' })

const noNul = z.string().regex(/^[^\0]+$/, 'it is neither empty nor holds a NUL')
const program = z
  .tuple([noNul.startsWith('/', 'a program is an absolute path')])
  .rest(z.string().regex(/^[^\0]*$/, 'it holds no NUL'))

const schema = z.strictObject({
  onCalendar: z
    .union([calendar, z.array(calendar).min(1)])
    .optional()
    .describe("When, as systemd.time(7) has it: 'daily', 'Mon..Fri 02:30', '*-*-01 04:00'.")
    .meta({ title: 'calendar' }),
  onBoot: span.optional().describe("A time after the boot: '15min'."),
  onUnitActive: span.optional().describe("Again this long after the last time: '6h'."),
  persistent: z.boolean().optional().describe('What was missed while the host was off is made up for.'),
  randomizedDelay: span.optional().describe('Later by a random time, at most this long.'),
  accuracy: span.optional().describe('How late it may be; left out: a minute.'),
  command: z
    .union([noNul, program])
    .optional()
    .describe('What to run: text for sh, or a program with its arguments. It becomes the service of the timer.')
    .meta({ title: 'command' }),
  user: accountName.optional().describe('As whom the command runs; left out: root.'),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable has letters, digits and _'), singleLine)
    .optional()
    .describe('Environment variables of the command. No secrets: systemd shows them to everybody.'),
  unit: serviceName.optional().describe('The unit to start instead of a command; left out: NAME.service.'),
  description: singleLine.optional().describe('What it is for, in a line.'),
  enabled: z.boolean().optional().describe('False: it is there but does not run.'),
  absent: z.boolean().optional().describe('Neither the timer nor the service of the same name shall be there.'),
} satisfies Omit<Shape<TimerProps>, 'mode'>)

type Props = z.output<typeof schema>

const argvOf = (command: string | readonly string[]): readonly string[] =>
  typeof command === 'string' ? ['/bin/sh', '-c', command] : command

const together = (props: Props): readonly string[] => {
  if (props.absent === true)
    return Object.keys(props).length === 1 ? [] : ['a timer that is absent has no other property']
  const when = props.onCalendar ?? props.onBoot ?? props.onUnitActive
  return [
    ...(when === undefined ? ['give onCalendar, onBoot or onUnitActive: when?'] : []),
    ...(props.persistent !== undefined && props.onCalendar === undefined ? ['persistent needs onCalendar'] : []),
    ...(props.command !== undefined && props.unit !== undefined ? ['command and unit exclude each other'] : []),
    ...(props.command === undefined && (props.user ?? props.env) !== undefined ? ['user and env need command'] : []),
  ]
}

export const timerResource = defineResource({
  type: 'timer',
  summary: 'a timer of systemd, and what it runs',
  detail: `The timer is started and enabled. With \`command\` its service is made too; without it the service is one that is
there, or a \`unit\`. A changed time holds at once.`,
  reversal: 'Exact; what the command did meanwhile is not taken back.',
  identity: {
    name: 'name',
    summary: 'Name of the timer, without .timer.',
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,200}$/, 'a name has letters, digits and _ . : -')
      .refine((name) => !name.endsWith('.timer'), 'it is written without .timer'),
  },
  schema,
  examples: [
    {
      id: 'backup',
      props: { onCalendar: 'Mon..Fri 02:30', persistent: true, command: '/usr/local/bin/backup', user: 'backup' },
    },
    { id: 'cleanup', props: { onBoot: '15min', onUnitActive: '6h', unit: 'app-cleanup.service' } },
  ],
  together,
  lower(id, props, context) {
    const timer = `${id}.timer`
    const target = unitPath(timer, context)
    const serviceTarget = target.replace(/\.timer$/, '.service')
    if (props.absent === true) {
      const stopped = { verb: 'UNIT', target: timer, args: argsFrom({ active: false, enabled: false }) }
      return { steps: [stopped, noUnitFileStep(target), noUnitFileStep(serviceTarget)] }
    }
    const blob = (text: string) => context.content(text, 'command')
    const unit = props.unit === undefined ? undefined : context.unit(props.unit)
    const service =
      props.command === undefined
        ? []
        : [
            unitFileStep(serviceTarget, blob(commandText(id, { ...props, argv: argvOf(props.command) })), {
              verify: true,
            }),
          ]
    const on = props.enabled !== false
    return {
      steps: [
        ...service,
        unitFileStep(target, blob(timerText(id, { ...props, unit })), { verify: true }),
        { verb: 'UNIT', target: timer, args: argsFrom({ active: on, enabled: on }) },
      ],
    }
  },
})
