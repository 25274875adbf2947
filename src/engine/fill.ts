import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Facts, ProbeResult } from '../host/session.ts'
import type { Secrets } from '../secrets/index.ts'
import { verifierOf } from '../secrets/index.ts'
import { hasSecret, resolveText } from '../text/index.ts'
import type { Hole, Part } from '../text/text.ts'
import { factAt } from './fact-at.ts'
import type { FilledText } from './sealed.ts'

export const hasProbe = (parts: readonly Part[]): boolean =>
  parts.some((p) => typeof p !== 'string' && ('probe' in p || ('derived' in p && hasProbe(p.of))))

const probeOutput = (id: string, probes: ReadonlyMap<string, ProbeResult>): string => {
  const result = probes.get(id)
  if (result === undefined || result.status !== 0)
    throw new DiagnosticError({
      severity: 'error',
      code: 'probe-failed',
      summary: `probe '${id}' ${result === undefined ? 'did not run' : `ended with status ${result.status}`}, and a text needs its output`,
      ...(result === undefined || result.stderr === '' ? {} : { detail: result.stderr.slice(0, 2000) }),
      key: `probe:${id}`,
    })
  return result.stdout.replace(/\n$/, '')
}

export interface FillContext {
  readonly secrets: Secrets
  readonly facts: Facts
  readonly probes: ReadonlyMap<string, ProbeResult>
}

/** One text with every hole filled. Secrets live here and in `blobs` only. */
export const fillText = async (name: string, parts: readonly Part[], context: FillContext): Promise<FilledText> => {
  const fill = async (hole: Hole): Promise<string | Uint8Array> => {
    if ('secret' in hole) return context.secrets.resolve(hole)
    if ('probe' in hole) return probeOutput(hole.probe, context.probes)
    if ('derived' in hole) {
      const whole = Buffer.from(await resolveText(hole.of, fill)).toString('utf8')
      const verifier = verifierOf(hole.derived, hole.salt, whole)
      context.secrets.mask.add(verifier)
      return verifier
    }
    return String(factAt(context.facts, hole.fact) ?? '')
  }
  const bytes = await resolveText(parts, fill)
  // Lowering seals what may be no secret as well, such as a password hash that stands in the config.
  return { name, bytes, secret: hasSecret(parts) || name.startsWith('sealed:') }
}
