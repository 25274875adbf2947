import { z } from 'zod'
import { diagnosticCodes } from '../../diagnostics/codes.ts'
import { siteId } from '../../inventory/index.ts'

const source = z.strictObject({ file: z.string(), line: z.int().positive(), column: z.int().positive() })
const related = z.strictObject({ source, note: z.string() })

const diagnostic = z.strictObject({
  severity: z.enum(['error', 'warning']),
  code: z.enum(diagnosticCodes),
  summary: z.string(),
  detail: z.string().exactOptional(),
  hint: z.string().exactOptional(),
  source: source.exactOptional(),
  related: z.array(related).exactOptional(),
  host: z.string().exactOptional(),
  key: z.string().exactOptional(),
})

const action = z.strictObject({ action: z.enum(['reload', 'restart', 'run']), target: z.string() })

const resource = z.strictObject({
  type: z.string(),
  id: z.string(),
  props: z.record(z.string(), z.json()),
  source,
  via: z.array(source).exactOptional(),
  after: z.array(z.string()).exactOptional(),
  onChange: z.array(action).exactOptional(),
  restartOn: z.array(z.string()).exactOptional(),
  onRemoval: z.enum(['undo', 'keep']).exactOptional(),
  mode: z.enum(['enforce', 'audit']).exactOptional(),
})

const document = z.strictObject({
  format: z.literal('document/1'),
  site: z.string(),
  host: z.string(),
  resources: z.array(resource),
})

const choice = z.strictObject({
  mode: z.enum(['enforce', 'audit']),
  branch: z.string().exactOptional(),
  intervalMs: z.number().positive().exactOptional(),
})

/** What the child that ran the config says: data, looked at before anything is done with it. */
export const answer = z.union([
  z.strictObject({ is: z.literal('failed'), diagnostics: z.array(diagnostic) }),
  z.strictObject({
    is: z.literal('evaluated'),
    site: siteId,
    host: z.strictObject({
      connection: z.enum(['ssh', 'local', 'directory', 'chroot']),
      root: z.string().exactOptional(),
      os: z.string().exactOptional(),
      strict: z.boolean(),
    }),
    profiles: z.array(z.unknown()),
    retention: z.strictObject({ generations: z.number(), days: z.number(), sizeBytes: z.number() }),
    agent: choice,
    document: document.exactOptional(),
    diagnostics: z.array(diagnostic),
  }),
])

/** The config of one commit, as it came out for this host. */
export type Evaluated = Extract<z.infer<typeof answer>, { readonly is: 'evaluated' }>
export type Answer = z.infer<typeof answer>

/** What the child is asked, on its standard input. */
export const question = z.strictObject({
  /** The config file, or the folder that holds it. */
  config: z.string(),
  host: z.string(),
  facts: z.record(z.string(), z.unknown()).exactOptional(),
})
export type Question = z.infer<typeof question>

/** Marks the one line of the child's output that is its answer; what a config prints itself is no answer. */
export const answerMark = 'hexis-evaluated/1 '
