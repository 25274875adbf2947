import { canonicalJson, sha256Hex } from './canonical.ts'
import type { Hole, Part } from './text.ts'

/** Fills one hole. */
export type Resolver = (hole: Hole) => string | Uint8Array | Promise<string | Uint8Array>

/** The bytes of a text with every hole filled, in order. */
export const resolveText = async (parts: readonly Part[], resolver: Resolver): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  for (const part of parts) {
    const value = typeof part === 'string' ? part : await resolver(part)
    chunks.push(typeof value === 'string' ? Buffer.from(value) : value)
  }
  return Buffer.concat(chunks)
}

/** The name of a text by its shape: `sealed:` and the digest of the text with its holes unfilled. */
export const sealedDigest = (parts: readonly Part[]): string => `sealed:${sha256Hex(canonicalJson(parts))}`

/** True when a hole holds a secret; probe output and facts alone are none. */
export const hasSecret = (parts: readonly Part[]): boolean =>
  parts.some((part) => typeof part !== 'string' && ('secret' in part || 'derived' in part))
