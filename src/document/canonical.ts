import { canonicalJson, sha256Hex } from '../text/canonical.ts'
import type { HostDocument } from './document.ts'

/** The identity of a document: where it was written does not count, only what it says and in which order. */
export const documentDigest = (document: HostDocument): string => {
  const resources = document.resources.map(({ source: _source, via: _via, ...rest }) => rest)
  return sha256Hex(canonicalJson({ ...document, resources }))
}
