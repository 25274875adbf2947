import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { accountName, singleLine } from '../properties.ts'
import type { CronFields, CronProps } from './cron.ts'
import { scheduleOf } from './schedule.ts'

/** Longest command that every cron runs; some leave out longer ones and say so nowhere but in their log. */
const commandLimitBytes = 998

const field = z.union([z.int(), z.string()])

const fieldsSchema = z.strictObject({
  minute: field,
  hour: field.optional(),
  day: field.optional(),
  month: field.optional(),
  weekday: field.optional(),
} satisfies Record<keyof CronFields, z.ZodType>)

const schedule = z
  .union([z.string(), fieldsSchema])
  .superRefine((value, context) => {
    const { mistake } = scheduleOf(value)
    if (mistake !== undefined) context.addIssue({ code: 'custom', message: mistake })
  })
  .meta({ title: 'schedule' })

const command = singleLine
  .regex(/\S/, 'a command says something')
  .regex(/^(?!.*\\\\)/, 'crons differ in how they read two backslashes; put such a command into a script')
  .refine(
    (value) => Buffer.byteLength(escaped(value)) <= commandLimitBytes,
    `cron takes commands of at most ${commandLimitBytes} bytes; put a longer one into a script`,
  )

/** cron(8) ends a command at a `%` that has no backslash. */
const escaped = (command: string): string => command.trim().replace(/\\?%/g, '\\%')

/**
 * A value as every cron reads it: blanks before it only count in quotes, those behind it never, there is no escape, and
 * quotes around a whole value are taken off twice by some. Undefined: it cannot be said.
 */
const envValue = (value: string): string | undefined => {
  if (/\s$|^(['"]).*\1$/.test(value)) return undefined
  if (/^[^\s'"]/.test(value)) return value
  const quote = ['"', "'"].find((one) => !value.includes(one))
  return quote === undefined ? undefined : `${quote}${value}${quote}`
}

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable has letters, digits and _')

const schema = z.strictObject({
  schedule: schedule
    .optional()
    .describe(
      "When: '30 2 * * mon-fri', a word such as '@daily', or { minute, hour, day, month, weekday }; only minute must be said.",
    ),
  command: command.optional().describe('What to run, as sh reads it; a % is a %.'),
  user: accountName.optional().describe('As whom; left out: root.'),
  env: z
    .record(
      variable,
      singleLine.refine(
        (value) => envValue(value) !== undefined,
        'cron holds no value that ends in a blank, is in quotes itself, or begins with one and has both sorts',
      ),
    )
    .optional()
    .describe('Environment variables, also MAILTO and CRON_TZ. No secrets: anybody can read the file.'),
  absent: z.boolean().optional().describe('The job shall not be there.'),
} satisfies Omit<Shape<CronProps>, 'mode'>)

export const cronResource = defineResource({
  type: 'cron',
  summary: 'a job of cron, in a file of its own',
  detail: `Where both day and weekday are said, cron runs the job on each of the two. It passes over jobs of users who are
not there: where the user is declared too, say so with \`after\`. What runs cron itself is a \`pkg\` and a \`service\`.`,
  reversal: 'Exact; what the job did meanwhile is not taken back.',
  identity: {
    name: 'name',
    summary: 'Name of the file; cron passes over names with a dot.',
    schema: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'a name has letters, digits, - and _: cron passes over others'),
  },
  schema,
  examples: [
    {
      id: 'backup',
      props: { schedule: '30 2 * * mon-fri', command: '/usr/local/bin/backup', env: { MAILTO: 'ops' } },
    },
    {
      id: 'report',
      props: { schedule: { minute: 0, hour: '8-18/2' }, user: 'www-data', command: 'report --day $(date +%F)' },
    },
    { id: 'old-job', props: { absent: true } },
  ],
  together(props) {
    if (props.absent === true)
      return Object.keys(props).length === 1 ? [] : ['a job that is absent has no other property']
    return props.schedule === undefined || props.command === undefined ? ['give schedule and command'] : []
  },
  lower(id, props, context) {
    const target = `${context.profile.name('paths', 'cron-dir')}/${id}`
    if (props.absent === true) return { steps: [{ verb: 'RM', target }] }
    const when = scheduleOf(props.schedule ?? '').text ?? ''
    const env = Object.entries(props.env ?? {}).map(([name, value]) => `${name}=${envValue(value) ?? ''}\n`)
    const job = `${when} ${props.user ?? 'root'} ${escaped(props.command ?? '')}\n`
    const blob = context.content(`${env.join('')}${job}`, 'command')
    return { steps: [{ verb: 'COPY', target, args: { blob, group: 'root', mode: '0644', owner: 'root' } }] }
  },
})
