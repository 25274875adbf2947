import { formatSource } from '../diagnostics/diagnostic.ts'
import type { Hello } from '../host/session.ts'
import { type InventoryHost, levelOf } from '../inventory/index.ts'
import { formatArgs } from '../steps/parse.ts'
import type { Declared } from './desire.ts'
import type { Registry } from './registry.ts'
import type { Explanation } from './types.ts'

/** `file:`, `directory:` and `link:` are accepted for `path:`; other spellings are kept. */
export const canonicalKey = (subject: string): string =>
  subject.replace(/^(file|directory|link):/, 'path:').replace(/^service:([^.]+)$/, 'unit:$1.service')

interface ExplainContext {
  readonly host: InventoryHost
  readonly declared: Declared
  readonly registry: Registry
  hello(): Promise<Hello>
}

const declaredLines = (key: string, context: ExplainContext): Explanation['facts'] => {
  const steps = context.declared.desired?.steps ?? []
  return steps
    .filter((step) => context.registry.kinds.byVerb.get(step.verb)?.keyOf(step) === key)
    .flatMap((step) => [
      { label: 'declared at', value: step.source ?? 'unknown' },
      { label: 'step', value: step.text },
    ])
}

const resourceLines = (key: string, context: ExplainContext): Explanation['facts'] => {
  const places = new Set(declaredLines(key, context).flatMap((f) => (f.label === 'declared at' ? [f.value] : [])))
  const resources = context.declared.document?.resources ?? []
  return resources
    .filter((r) => places.has(formatSource(r.source)))
    .map((r) => ({ label: 'resource', value: `${r.type} ${r.id}` }))
}

const ledgerLines = async (key: string, context: ExplainContext): Promise<Explanation['facts']> => {
  const { ledger } = await context.hello()
  const entry = ledger.entries.get(key)
  if (entry === undefined) return [{ label: 'on the host', value: 'not held by this site' }]
  return [
    { label: 'held since generation', value: String(entry.generation) },
    { label: 'origin', value: formatArgs(entry.origin) },
    { label: 'last applied', value: formatArgs(entry.last) },
    { label: 'on removal', value: entry.onRemoval },
  ]
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
  const key = canonicalKey(subject)
  const lines = declaredLines(key, context)
  const known = lines.length === 0 ? [{ label: 'declared', value: 'nowhere in this config' }] : lines
  return { host, subject: key, facts: [...known, ...resourceLines(key, context), ...(await ledgerLines(key, context))] }
}
