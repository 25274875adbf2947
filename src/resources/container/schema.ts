import { z } from 'zod'
import type { Shape } from '../definition.ts'
import { hostPath, singleLine, textProperty } from '../properties.ts'
import { capabilityNames } from './capability-names.ts'
import type { ContainerProps } from './container.ts'
import { imageMistake, portMistake, volumeMistake } from './notation.ts'

const checked = (mistake: (text: string) => string | undefined): z.ZodString =>
  z.string().superRefine((text, context) => {
    const message = mistake(text)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable has letters, digits and _')
const line = singleLine.min(1)
const words = z.string().regex(/^[^\0]*$/, 'it holds no NUL')
const span = z.string().regex(/^([0-9]+(ms|s|m|h))+$/, "a time is a number with ms, s, m or h: '30s', '1m30s'")

/** Longest that a container may take to stop or to settle, in seconds. */
const secondsLimit = 3600

const sizes: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/** `512MiB` in bytes; undefined for what is no size. */
export const bytesOf = (size: string): number | undefined => {
  const [, number, unit = ''] = /^([1-9]\d{0,8})(KiB|MiB|GiB)$/.exec(size) ?? []
  return number === undefined ? undefined : Number(number) * (sizes[unit] ?? 0)
}

const capability = z.string().superRefine((name, context) => {
  if (capabilityNames.has(name)) return
  const bare = name.toUpperCase().replace(/^CAP_/, '')
  const meant = capabilityNames.has(bare) ? `: write ${bare}` : ': see capabilities(7), without CAP_; or ALL'
  context.addIssue({ code: 'custom', message: `'${name}' is no capability${meant}` })
})

const restartWords = ['no', 'always', 'unless-stopped', 'on-failure'] as const

const restart = z
  .union([z.enum(restartWords), z.templateLiteral(['on-failure:', z.number()])])
  .refine((text) => /^[a-z-]+$|^on-failure:[1-9][0-9]{0,3}$/.test(text), 'on-failure:N takes a number from 1 to 9999')
  .meta({ title: restartWords.map((word) => `'${word}'`).join(' | ') })

const health = z
  .strictObject({
    command: line.describe('For sh, inside of the container; a status other than 0 is a failure.'),
    interval: span.optional().describe('How often; left out: 30s.'),
    timeout: span.optional().describe('After what time it counts as failed; left out: 30s.'),
    retries: z.int().min(1).max(1000).optional().describe('How often it may fail in a row; left out: 3.'),
    startPeriod: span.optional().describe('How long after the start it may fail; left out: 0s.'),
  })
  .meta({ title: 'health check' })

export const schema = z.strictObject({
  image: checked(imageMistake).optional().describe('What it is made from: REGISTRY/NAME@sha256:DIGEST.'),
  command: z.array(words).min(1).optional().describe('Words of the command; left out: what the image says.'),
  entrypoint: line.optional().describe("The program that the command is given to, in place of the image's."),
  env: z
    .record(variable, textProperty)
    .optional()
    .describe('Environment variables, one line each; secrets take a way on which nobody sees them.'),
  ports: z.array(checked(portMistake)).optional().describe('[ADDRESS:]PORT OF THE HOST:PORT INSIDE[/tcp|/udp].'),
  volumes: z
    .array(checked(volumeMistake))
    .optional()
    .describe('/PATH:/PATH INSIDE[:OPTIONS], or NAME:/PATH INSIDE for a volume of the engine.'),
  tmpfs: z.array(hostPath).optional().describe('Paths inside of it that lie in memory.'),
  network: z
    .string()
    .regex(/^(container:)?[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'bridge, host, none, container:NAME or the name of a network')
    .optional()
    .describe('bridge, host, none, container:NAME, or a network by name.'),
  user: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/, "a name or number: 'app', '1000:1000'")
    .optional()
    .describe('As whom it runs inside.'),
  directory: hostPath.optional().describe('The directory inside in which it runs.'),
  hostname: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/, 'a host name has letters, digits, - and ., at most 63')
    .optional()
    .describe('What it calls itself; left out: the beginning of its id.'),
  restart: restart
    .optional()
    .describe('What the engine does when it ends, on-failure:N at most N times; left out: nothing.'),
  labels: z
    .record(
      z.string().regex(/^(?!hexis\.)[A-Za-z0-9][A-Za-z0-9_./-]*$/, 'letters, digits and . _ / -, not hexis.…'),
      singleLine,
    )
    .optional()
    .describe('Notes for people and programs.'),
  memory: z
    .string()
    .refine((size) => (bytesOf(size) ?? 0) >= 6 * 1024 ** 2, 'a size such as 512MiB or 2GiB is expected, 6MiB at least')
    .optional()
    .describe('How much memory it may take at most.'),
  cpus: z
    .number()
    .min(0.01)
    .max(4096)
    .optional()
    .describe('How many processors it may use at most; 0.5 is half of one.'),
  readOnly: z.boolean().optional().describe('Nothing but volumes and tmpfs can be written to.'),
  capabilities: z
    .strictObject({ add: z.array(capability).min(1).optional(), drop: z.array(capability).min(1).optional() })
    .optional()
    .describe('What it may do beyond, or no longer: capabilities(7), without CAP_.')
    .meta({ title: '{ add, drop }' }),
  privileged: z.boolean().optional().describe('It may do all that the host may.'),
  init: z.boolean().optional().describe('A small program (catatonit for podman) is its first process.'),
  stopTimeout: z.int().min(0).max(secondsLimit).optional().describe('Seconds that it has to stop; left out: 10.'),
  health: health.optional().describe('A command that tells whether it is well.'),
  running: z.boolean().optional().describe('False: it is there and does not run.'),
  settle: z
    .int()
    .min(0)
    .max(secondsLimit)
    .optional()
    .describe('Seconds that it must run before a start counts; left out: 2, 0 does not wait.'),
  engine: z.enum(['podman', 'docker']).optional().describe('Left out: what the system has by its profile, podman.'),
  absent: z.boolean().optional().describe('There shall be no such container.'),
} satisfies Omit<Shape<ContainerProps>, 'mode' | 'restartOn'>)

export type Props = z.output<typeof schema>
