import { z } from 'zod'
import { encode } from '../../steps/encoding.ts'
import type { LowerContext, Probe } from '../definition.ts'
import { defineResource, type Shape } from '../definition.ts'
import { accountName, argsFrom, asJson, hostPath, normalPath, singleLine, textProperty } from '../properties.ts'
import type { CommandProps, ExecProps } from './exec.ts'

/** Seconds; a day is longer than any step should take. */
const timeoutLimit = 86_400
const defaultTimeout = 300
/** Seconds that a read-only command of a plan may take. */
const defaultProbeTimeout = 30

const noNul = z.string().regex(/^[^\0]*$/, 'it holds no NUL')

export const commandShape = {
  user: accountName.optional().describe('As whom; left out: root.'),
  directory: hostPath.optional().describe('In which directory; left out: /.'),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable has letters, digits and _'), singleLine)
    .optional()
    .describe('Environment variables. No secrets: others can see them.'),
  timeout: z
    .number()
    .positive()
    .max(timeoutLimit)
    .optional()
    .describe('Seconds until it is ended; left out: 300, for a probe 30.'),
} satisfies Shape<CommandProps>

export const commandText = z.union([noNul.min(1), z.array(noNul).min(1)]).meta({ title: 'command' })

const schema = z.strictObject({
  command: commandText.describe('What to run: text for sh, or a program with its arguments.'),
  creates: hostPath.optional().describe('Done when this path exists.'),
  unless: noNul
    .min(1)
    .optional()
    .describe('Done when this command succeeds. It also runs in plans and must only read.'),
  onlyIf: noNul.min(1).optional().describe('Done when this command fails. It also runs in plans and must only read.'),
  undo: noNul.min(1).optional().describe('Takes it back; without it the change is irreversible.'),
  stdin: textProperty.optional().describe('Standard input; the place for secrets.'),
  ok: z.array(z.int().min(0).max(255)).min(1).optional().describe('Exit codes that are no failure; left out: 0.'),
  ...commandShape,
} satisfies Omit<Shape<ExecProps>, 'mode'>)

type CommandOutput = Pick<z.output<typeof schema>, 'user' | 'directory' | 'env' | 'timeout'>

/** A program with its arguments; text is given to sh. */
export const argvOf = (command: string | readonly string[]): readonly string[] =>
  typeof command === 'string' ? ['sh', '-c', command] : command

/** A read-only command with the surroundings that its resource says. */
export const probeOf = (id: string, argv: readonly string[], props: CommandOutput, stdin?: string): Probe => ({
  id,
  argv,
  timeoutMs: (props.timeout ?? defaultProbeTimeout) * 1000,
  ...(stdin === undefined ? {} : { stdin }),
  ...(props.user === undefined ? {} : { user: props.user }),
  ...(props.directory === undefined ? {} : { directory: normalPath(props.directory) }),
  ...(props.env === undefined ? {} : { env: props.env }),
})

/** Words in one argument: each encoded, parted by spaces. */
const words = (list: readonly string[]): string => list.map(encode).join(' ')

/** `NAME=VALUE`, one a line. */
const envLines = (env: Readonly<Record<string, string>> | undefined): string | undefined =>
  env === undefined
    ? undefined
    : Object.entries(env)
        .toSorted()
        .map(([name, value]) => `${name}=${value}`)
        .join('\n')

const argsOf = (props: z.output<typeof schema>, context: LowerContext) =>
  argsFrom({
    command: typeof props.command === 'string' ? props.command : undefined,
    argv: typeof props.command === 'string' ? undefined : words(props.command),
    creates: props.creates === undefined ? undefined : normalPath(props.creates),
    unless: props.unless,
    onlyif: props.onlyIf,
    undo: props.undo,
    stdin: props.stdin === undefined ? undefined : context.content(asJson(props.stdin), 'stdin'),
    ok: props.ok?.toSorted((a, b) => a - b).join(','),
    user: props.user,
    directory: props.directory === undefined ? undefined : normalPath(props.directory),
    env: envLines(props.env),
    timeout: Math.ceil(props.timeout ?? defaultTimeout),
  })

export const execResource = defineResource({
  type: 'exec',
  summary: 'a command, for what no resource can say',
  detail: `Done when \`creates\` exists, \`unless\` succeeds or \`onlyIf\` fails; without any of them it runs once, and again
when its declaration changed. \`unless\` and \`onlyIf\` also run in plans: they must only read.`,
  reversal: 'None without `undo`: the plan says so and needs --allow-irreversible. With it best effort.',
  identity: {
    name: 'id',
    summary: 'A name for the command, unique on the host.',
    schema: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^\0\n]*$/, 'it is one line'),
  },
  schema,
  examples: [
    {
      id: 'initialise',
      props: { command: 'app-admin init', creates: '/var/lib/app/db', undo: 'rm -rf /var/lib/app/db' },
    },
    { id: 'swap off', props: { command: ['swapoff', '-a'], onlyIf: 'test -n "$(swapon --show)"', undo: 'swapon -a' } },
  ],
  lower(id, props, context) {
    const probes = (['unless', 'onlyIf'] as const).flatMap((guard) => {
      const command = props[guard]
      return command === undefined ? [] : [probeOf(`${guard}:${id}`, argvOf(command), { ...props, timeout: undefined })]
    })
    return { steps: [{ verb: 'EXEC', target: id, args: argsOf(props, context) }], probes }
  },
})
