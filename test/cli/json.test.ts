import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { runCommandLine } from '../../src/cli/command-line.ts'
import { samplePorts, sampleSite } from './sample.ts'

/** Runs a command line in this process; what it wrote and its exit code. */
const run = async (...argv: string[]) => {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const collect = (stream: PassThrough): (() => string) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    return () => Buffer.concat(chunks).toString()
  }
  const out = collect(stdout)
  const err = collect(stderr)
  const site = sampleSite()
  const exit = await runCommandLine(
    {
      argv,
      env: {},
      cwd: '/',
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: stderr as unknown as NodeJS.WriteStream,
      stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    },
    '0.0.0',
    samplePorts(site),
  )
  return { exit, out: out(), err: err(), calls: site.calls }
}

const source = z.object({ file: z.string(), line: z.int(), column: z.int() })
const change = z.strictObject({
  host: z.string(),
  key: z.string(),
  step: z.string(),
  action: z.enum(['create', 'update', 'remove', 'run']),
  reason: z.enum(['new', 'changed', 'drift', 'removed', 'released']),
  conflict: z.literal(true).optional(),
  before: z.record(z.string(), z.string()),
  after: z.record(z.string(), z.string()),
  diff: z.string().optional(),
  reversibility: z.enum(['exact', 'best-effort', 'irreversible']),
  stays: z.array(z.string()).optional(),
  audit: z.literal(true).optional(),
  later: z.literal(true).optional(),
  note: z.string().optional(),
  source: source.optional(),
})
const plan = z.object({
  hosts: z.record(
    z.string(),
    z.object({
      changes: z.array(change),
      actions: z.array(z.object({ verb: z.string(), target: z.string(), because: z.array(z.string()) })),
      packages: z
        .strictObject({
          along: z.array(
            z.strictObject({
              action: z.enum(['install', 'upgrade', 'remove']),
              name: z.string(),
              from: z.string().optional(),
              to: z.string().optional(),
            }),
          ),
          unknown: z.array(z.string()),
        })
        .optional(),
      error: z.object({ status: z.string(), diagnostics: z.array(z.unknown()) }).optional(),
    }),
  ),
})
const end = z.object({
  event: z.literal('end'),
  hosts: z.record(
    z.string(),
    z.object({
      status: z.enum(['converged', 'changed', 'failed', 'unreachable', 'undone', 'refused', 'declined', 'interrupted']),
      changes: z.int(),
      generation: z.int(),
    }),
  ),
  exit: z.int(),
})

test('plan --json is one value of the contract, and nothing else is on standard output', async () => {
  const { out, exit } = await run('plan', '--json')
  const value = plan.parse(JSON.parse(out))
  expect(Object.keys(value.hosts)).toEqual(['web1', 'web2', 'db1', 'idle', 'gone'])
  expect(value.hosts.web1?.changes[1]).toMatchObject({ reason: 'changed', conflict: true, host: 'web1' })
  expect(value.hosts.web1?.actions).toEqual([
    { verb: 'RELOAD', target: 'app.service', because: ['path:/etc/app.conf'] },
  ])
  expect(value.hosts.gone?.error?.status).toBe('unreachable')
  expect(exit).toBe(4)
})

test.each([
  ['up', ['up', '--yes', '--json'], 4],
  ['rollback', ['rollback', '--to', 'previous', '--yes', '--json'], 4],
  ['recover', ['recover', '--json'], 4],
  ['run', ['--json', 'run', '--', 'uptime'], 0],
] as const)('%s --json is NDJSON that ends in the end event', async (_, argv, expected) => {
  const { out, exit } = await run(...argv)
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string })
  for (const line of lines) expect(line.event).toMatch(/^[a-z]+$/)
  expect(end.parse(lines.at(-1)).exit).toBe(expected)
  expect(lines.filter((l) => l.event === 'end')).toHaveLength(1)
  expect(exit).toBe(expected)
})

test.each([
  ['hosts', ['hosts'], 0],
  ['facts', ['facts'], 0],
  ['drift', ['drift'], 5],
  ['log', ['log', 'web1'], 0],
  ['diff', ['diff', 'web1', '1', '2'], 0],
  ['explain', ['explain', 'web1', 'file:/etc/app.conf'], 0],
  ['document', ['document', 'web1'], 0],
  ['check', ['check'], 1],
  ['steps', ['steps', 'web1'], 0],
  ['resource', ['resource', 'file'], 0],
  ['release', ['release', 'web1', 'file:/x', '--why', 'y'], 0],
  ['forget', ['forget', 'web1', '--yes'], 0],
  ['init', ['init', 'x'], 0],
] as const)('%s --json prints one value', async (_, argv, expected) => {
  const { out, exit } = await run(...argv, '--json')
  expect(JSON.parse(out)).toBeTypeOf('object')
  expect(exit).toBe(expected)
})

test('an error that ends a command is JSON too', async () => {
  expect(JSON.parse((await run('up', '--json', 'x', 'y')).out)).toMatchObject({ diagnostics: [{ code: 'usage' }] })
  const lines = (await run('up', '--json')).out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  expect(lines).toMatchObject([
    { event: 'error', diagnostics: [{ code: 'no-terminal' }] },
    { event: 'end', hosts: {}, exit: 1 },
  ])
})

test('log and progress stay off standard output, and -q leaves only errors', async () => {
  const { out, err } = await run('up', '--yes')
  expect(out).toContain('Done: 3 changed')
  expect(out).not.toContain('[1/5]')
  expect(err).toContain('[1/5]')
  expect((await run('up', '--yes', '-q')).err).not.toContain('[1/5]')
})

test('connections are closed whatever happens', async () => {
  expect((await run('plan')).calls.at(-1)).toBe('close')
})

test('confirm keeps, and --revert takes back on purpose', async () => {
  expect((await run('confirm', '--json')).exit).toBe(0)
  const { exit, out } = await run('confirm', '--revert', '--json')
  expect(exit).toBe(0)
  expect(out).toContain('"event":"end"')
})

test('a command without arguments and a wrong one are usage errors with the nearest name', async () => {
  expect((await run()).exit).toBe(1)
  const wrong = await run('plna')
  expect(wrong.exit).toBe(1)
  expect(wrong.err).toContain('Did you mean plan?')
})
