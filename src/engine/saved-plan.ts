import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { packTar, unpackTar } from 'modern-tar'
import * as z from 'zod'
import type { Blob } from '../blobs/blob.ts'
import { textBlob } from '../blobs/make.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Change } from '../plan/plan.ts'
import { formatArgs } from '../steps/parse.ts'
import type { Part } from '../text/text.ts'
import type { Analysed } from './analysed.ts'
import { desiredFromList } from './desire.ts'
import type { Desired } from './desired.ts'

/** `plan/1`: everything that carrying it out needs but the secrets, which stay references. */
const savedHost = z.strictObject({
  baseGeneration: z.int().min(0),
  commit: z.string(),
  dirty: z.boolean(),
  document: z.string(),
  reversibility: z.enum(['exact', 'best-effort', 'irreversible']),
  /** Digest of the state that each planned key had. */
  preconditions: z.record(z.string(), z.string()),
  texts: z.record(z.string(), z.array(z.json())),
  probes: z.array(z.json()),
})
const savedPlan = z.strictObject({
  format: z.literal('plan/1'),
  site: z.string(),
  hosts: z.record(z.string(), savedHost),
})
type SavedHost = z.infer<typeof savedHost>

const precondition = (change: Change): string =>
  createHash('sha256')
    .update(change.before.is === 'known' ? formatArgs(change.before.aspects) : '?')
    .digest('hex')

const preconditions = (changes: readonly Change[]): Record<string, string> =>
  Object.fromEntries(changes.map((c) => [c.key, precondition(c)]))

const bytesOf = async (blob: Blob): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of blob.open()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Writes the plan of every ready host as a 0600 tar. */
export const savePlan = async (site: string, analysed: readonly Analysed[], file: string): Promise<void> => {
  const blobs = new Map<string, Uint8Array>()
  const hosts: Record<string, SavedHost> = {}
  const entries: { header: { name: string; mode: number; size: number }; body: Uint8Array }[] = []
  const add = (name: string, body: Uint8Array): void =>
    void entries.push({ header: { name, mode: 0o600, size: body.length }, body })
  for (const one of analysed) {
    const { plan, desired } = one
    for (const blob of one.desired.blobs.values())
      if (!blob.name.includes(':')) blobs.set(blob.name, await bytesOf(blob))
    hosts[one.host] = {
      baseGeneration: plan.baseGeneration,
      commit: desired.commit,
      dirty: desired.dirty,
      document: desired.document,
      reversibility: plan.reversibility,
      preconditions: preconditions(plan.changes),
      texts: Object.fromEntries([...desired.texts].map(([name, parts]) => [name, JSON.parse(JSON.stringify(parts))])),
      probes: JSON.parse(JSON.stringify(desired.probes)),
    }
    add(`${one.host}.steps`, Buffer.from(one.unsealedList))
  }
  add('plan.json', Buffer.from(`${JSON.stringify({ format: 'plan/1', site, hosts }, null, 2)}\n`))
  for (const [name, bytes] of blobs) add(`blobs/${name}`, bytes)
  await writeFile(file, await packTar(entries), { mode: 0o600 })
}

const damaged = (file: string, why: string): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'bad-plan-file',
    summary: `${file} is no plan that this Hexis can carry out: ${why}`,
    hint: 'Make it again with hexis plan --out FILE.',
  })

export interface LoadedPlan {
  readonly site: string
  readonly hosts: readonly string[]
  desired(host: string): Desired
  /** Throws when the host is no longer as it was when the plan was made. */
  verify(analysed: Analysed): void
}

/** @throws DiagnosticError when the file is missing, damaged or of a newer format */
export const loadPlan = async (file: string): Promise<LoadedPlan> => {
  const files = new Map<string, Uint8Array>()
  try {
    for (const entry of await unpackTar(await readFile(file)))
      if (entry.data !== undefined) files.set(entry.header.name, entry.data)
  } catch (error) {
    throw damaged(file, error instanceof Error ? error.message : String(error))
  }
  const text = (name: string): string => Buffer.from(files.get(name) ?? []).toString('utf8')
  let json: unknown
  try {
    json = JSON.parse(text('plan.json'))
  } catch {
    throw damaged(file, 'plan.json is missing or damaged')
  }
  const parsed = savedPlan.safeParse(json)
  if (!parsed.success) throw damaged(file, z.prettifyError(parsed.error))
  const { site, hosts } = parsed.data
  const blobs = new Map<string, Blob>()
  for (const [name, bytes] of files) {
    if (!name.startsWith('blobs/')) continue
    const blob = textBlob(bytes)
    if (blob.name !== name.slice('blobs/'.length)) throw damaged(file, `${name} does not hold what its name says`)
    blobs.set(blob.name, blob)
  }
  const saved = (host: string): SavedHost => {
    const value = hosts[host]
    if (value === undefined) throw damaged(file, `it does not name the host ${host}`)
    return value
  }
  return {
    site,
    hosts: Object.keys(hosts),
    desired: (host) => {
      const { commit, dirty, document, texts, probes } = saved(host)
      const desired = desiredFromList(text(`${host}.steps`), { commit, os: 'unknown', label: `${file}: ${host}.steps` })
      return {
        ...desired,
        blobs,
        dirty,
        document,
        texts: new Map(Object.entries(texts) as unknown as [string, readonly Part[]][]),
        probes: probes as unknown as Desired['probes'],
      }
    },
    verify: ({ host, plan }) => {
      const was = saved(host)
      const now = preconditions(plan.changes)
      const differing = [...new Set([...Object.keys(now), ...Object.keys(was.preconditions)])].filter(
        (key) => now[key] !== was.preconditions[key],
      )
      if (plan.baseGeneration === was.baseGeneration && differing.length === 0) return
      throw new DiagnosticError({
        severity: 'error',
        code: 'stale-plan',
        summary: 'the host has changed since this plan was made',
        detail:
          plan.baseGeneration === was.baseGeneration
            ? `differs now: ${differing.slice(0, 5).join(', ')}`
            : `it was made on generation ${was.baseGeneration}; generation ${plan.baseGeneration} is in force`,
        hint: 'Make a new plan.',
        host,
      })
    },
  }
}
