import { canonicalJson } from '../text/canonical.ts'
import { Mask } from './mask.ts'
import type { SecretContext, SecretHole } from './resolve.ts'
import { resolveSecret } from './resolve.ts'

/** The secrets of one run: each is read once, and whatever was read is masked from then on. */
export interface Secrets {
  readonly mask: Mask
  /** @throws DiagnosticError when the secret is missing */
  resolve(hole: SecretHole): Promise<Uint8Array>
}

export const openSecrets = (context: SecretContext): Secrets => {
  const mask = new Mask()
  const known = new Map<string, Promise<Uint8Array>>()
  const read = async (hole: SecretHole): Promise<Uint8Array> => {
    const bytes = await resolveSecret(hole, context)
    mask.add(bytes)
    return bytes
  }
  return {
    mask,
    resolve: (hole) => {
      const name = canonicalJson(hole)
      const value = known.get(name) ?? read(hole)
      known.set(name, value)
      return value
    },
  }
}
