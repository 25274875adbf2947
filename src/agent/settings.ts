import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { schemaIssues } from '../diagnostics/schema-issues.ts'
import { parseDurationMs } from '../text/duration.ts'

const duration = z
  .string()
  .refine((text) => parseDurationMs(text) !== undefined, 'a duration such as 30s, 5m or 1h is expected')
const absolute = z.string().regex(/^\//, 'an absolute path is expected')
const groupName = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/i, 'it is the name of a group')

/** `/etc/hexis/agent.json`: what an agent must know before it has seen the site. */
const written = z.strictObject({
  /** Over ssh, https, or a path of this machine. */
  repository: z.string().min(1),
  branch: z.string().min(1).default('main'),
  /** The name of this machine in the inventory. */
  host: z.string().min(1),
  /** The config in the repository; `site.ts` or `hexis.yaml` at its top when left out. */
  config: z
    .string()
    .regex(/^[^/]/, 'a path inside of the repository is expected')
    .refine((path) => !path.split('/').includes('..'), 'a path inside of the repository is expected')
    .optional(),
  interval: duration.default('5m'),
  jitter: duration.default('1m'),
  /** A file of OpenSSH allowed signers; without it, every commit of the branch is trusted. */
  allowedSigners: absolute.optional(),
  /** Keys of steps that cannot be taken back and may be carried out all the same: `exec:migrate`, `exec:*`. */
  irreversible: z.array(z.string().min(1)).default([]),
  /** Those of them that a rollback may pass; at any other it stops, and the agent is `broken`. */
  crossable: z.array(z.string().min(1)).default([]),
  /** A commit may take away much or all of what the host holds. */
  allowRemovals: z.boolean().default(false),
  metrics: z
    .strictObject({
      listen: z.string().exactOptional(),
      tls: z.strictObject({ certificate: absolute, key: absolute }).exactOptional(),
      textfile: absolute.exactOptional(),
    })
    .optional(),
  /** Who may give orders, and who may ask for the status, beside root. */
  groups: z.strictObject({ control: groupName.optional(), read: groupName.optional() }).default({}),
  /** Where the record and the checkout lie. */
  state: absolute.default('/var/lib/hexis/agent'),
  /** Where the sockets lie. */
  run: absolute.default('/run/hexis'),
})

export type AgentSettings = Omit<z.infer<typeof written>, 'interval' | 'jitter'> & {
  readonly intervalMs: number
  readonly jitterMs: number
}

export const settingsFile = '/etc/hexis/agent.json'

const wrong = (file: string, summary: string, hint?: string): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'bad-agent-settings',
    summary: `${file}: ${summary}`,
    ...(hint === undefined ? {} : { hint }),
  })

/** Reads and checks the settings. @throws DiagnosticError with everything that is wrong with them */
export const readSettings = (file: string): AgentSettings => {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw wrong(file, `the settings of the agent cannot be read: ${why}`, 'hexis agent install writes them.')
  }
  const issues = schemaIssues(written, json, 'the settings')
  if (issues.length > 0)
    throw new DiagnosticError(issues.flatMap(({ summary, hint }) => wrong(file, summary, hint).diagnostics))
  const { interval, jitter, ...rest } = written.parse(json)
  return { ...rest, intervalMs: parseDurationMs(interval) ?? 0, jitterMs: parseDurationMs(jitter) ?? 0 }
}
