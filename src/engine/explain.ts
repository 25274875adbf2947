import { formatSource } from '../diagnostics/diagnostic.ts'
import type { Hello } from '../host/session.ts'
import { type InventoryHost, levelOf } from '../inventory/index.ts'
import type { LedgerEntry } from '../ledger/ledger.ts'
import type { Aspects } from '../states/kind.ts'
import { isPartKey } from '../steps/part.ts'
import type { Declared } from './desire.ts'
import { namesInWords } from './names-used.ts'
import type { Registry } from './registry.ts'
import type { Explanation } from './types.ts'

/** A bare path, `file:`, `directory:` and `link:` are accepted for `path:`; other spellings are kept. */
export const canonicalKey = (subject: string): string =>
  subject
    .replace(/^(?=\/)/, 'path:')
    .replace(/^(file|directory|link):/, 'path:')
    .replace(/^service:([^.]+)$/, 'unit:$1.service')

interface ExplainContext {
  readonly host: InventoryHost
  readonly declared: Declared
  readonly registry: Registry
  hello(): Promise<Hello>
}

const declaredLines = (key: string, context: ExplainContext): Explanation['facts'] => {
  const steps = context.declared.desired?.steps ?? []
  return steps
    .filter((step) => {
      const own = context.registry.kinds.byVerb.get(step.verb)?.keyOf(step)
      return own === key || own?.startsWith(`${key}#`)
    })
    .flatMap((step) => [
      { label: 'declared at', value: step.source ?? 'unknown' },
      { label: 'step', value: step.text },
    ])
}

/** The resources behind a key, and which entry of the transformation database decided each of their names. */
const resourceLines = (key: string, subject: string, context: ExplainContext): Explanation['facts'] => {
  const places = new Set(declaredLines(key, context).flatMap((f) => (f.label === 'declared at' ? [f.value] : [])))
  const all = context.declared.document?.resources ?? []
  const resources = all.filter((r) => places.has(formatSource(r.source)) || `${r.type}:${r.id}` === subject)
  const names = namesInWords(context.declared.names ?? [], new Set(resources.map((r) => `${r.type}:${r.id}`)))
  return [
    ...resources.map((r) => ({ label: 'resource', value: `${r.type} ${r.id}` })),
    ...names.map((value) => ({ label: 'name', value })),
  ]
}

/** `package:apache` as the config has it is the key that the host's system has for it, e.g. `package:apache2`. */
const keyOf = (subject: string, context: ExplainContext): string => {
  const key = canonicalKey(subject)
  const { declared, registry } = context
  if (declaredLines(key, context).length > 0) return key
  const resource = declared.document?.resources.find((r) => `${r.type}:${r.id}` === subject)
  const step = declared.desired?.steps.find((one) => resource && one.source === formatSource(resource.source))
  return (step && registry.kinds.byVerb.get(step.verb)?.keyOf(step)) ?? key
}

const shortDigest = (value: string): string => (/^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}…` : value)

/** Aspects in words: `file, mode 0644, content 9f86d081884c…`. */
const aspectWords = (aspects: Aspects): string => {
  const { type, inode, ...rest } = aspects
  const named = Object.entries(rest).map(([name, value]) =>
    /^(?:sealed|secret):/.test(value) ? `${name} secret` : `${name} ${value === '' ? '""' : shortDigest(value)}`,
  )
  const kept = inode === undefined ? [] : ['kept as it was']
  return [...(type === undefined || type === 'present' ? [] : [type]), ...named, ...kept].join(', ')
}

/** What others wrote into a part of a file is not shown: it may be a file that others may not read. */
const originWords = ({ key, origin, last }: LedgerEntry): string => {
  if (origin.type === 'absent') return 'not there'
  if (isPartKey(key) && origin.text !== last.text) return 'there, with a text of others that is not shown'
  return aspectWords(origin) || 'nothing that this site set'
}

const removalWords = (entry: LedgerEntry): string =>
  entry.onRemoval === 'keep' ? 'stays as it is' : entry.origin.type === 'absent' ? 'goes' : 'becomes what it was before'

/** The thing itself, and the parts of it that have owners of their own. */
const heldLines = (key: string, entry: LedgerEntry, parts: boolean): Explanation['facts'] => [
  ...(parts ? [{ label: 'part', value: entry.key.slice(key.length + 1) }] : []),
  { label: 'held since', value: `generation ${entry.generation}` },
  { label: 'before Hexis', value: originWords(entry) },
  { label: 'set last', value: aspectWords(entry.last) },
  { label: 'undeclared, it', value: removalWords(entry) },
]

const ledgerLines = async (key: string, context: ExplainContext): Promise<Explanation['facts']> => {
  const { ledger, foreign } = await context.hello()
  const held = [...ledger.entries.values()].filter((entry) => entry.key === key || entry.key.startsWith(`${key}#`))
  const other = foreign.get(key)
  const others = other === undefined ? [] : [{ label: 'held by', value: `the site ${other}` }]
  if (held.length === 0) return [...others, { label: 'on the host', value: 'not held by this site' }]
  return [...others, ...held.flatMap((entry) => heldLines(key, entry, entry.key !== key))]
}

/** Where a key, a config line (`site.ts:12`) or a variable (`vars.NAME`) comes from. */
export const explainSubject = async (subject: string, context: ExplainContext): Promise<Explanation> => {
  const host = context.host.name
  if (subject.startsWith('vars.')) {
    const name = subject.slice('vars.'.length)
    const level = levelOf(context.host, name)
    const value = level === undefined ? 'not set for this host' : JSON.stringify(context.host.vars[name])
    return {
      host,
      subject,
      facts: [{ label: 'value', value }, ...(level === undefined ? [] : [{ label: 'from', value: level }])],
    }
  }
  if (/:\d+(:\d+)?$/.test(subject) && !/^[a-z]+:\//.test(subject)) {
    const steps = (context.declared.desired?.steps ?? []).filter(
      (s) => s.source === subject || s.source?.startsWith(`${subject}:`),
    )
    return { host, subject, facts: steps.map((s) => ({ label: 'step', value: s.text })) }
  }
  const key = keyOf(subject, context)
  const lines = declaredLines(key, context)
  const resources = resourceLines(key, subject, context)
  const declared = resources.length === 0 ? 'nowhere in this config' : 'without a step: this host lacks what it needs'
  const known = lines.length === 0 ? [{ label: 'declared', value: declared }] : lines
  return { host, subject: key, facts: [...known, ...resources, ...(await ledgerLines(key, context))] }
}
