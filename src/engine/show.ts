import { isUtf8 } from 'node:buffer'
import type { KeptState } from '../host/session.ts'
import type { Mask } from '../secrets/index.ts'
import type { HostShow } from './types.ts'

/** Contents beyond this are not fetched. */
export const showLimitBytes = 1024 * 1024

const textOf = (content: Uint8Array, mask: Mask): string | undefined =>
  isUtf8(content) && !content.includes(0) ? mask.apply(Buffer.from(content).toString('utf8')) : undefined

/** Newest first, what was before Hexis last; secrets masked. */
export const shownStates = (kept: readonly KeptState[], mask: Mask): HostShow['states'] =>
  kept
    .toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0))
    .map(({ at, aspects, content }) => {
      const text = content === undefined ? undefined : textOf(content, mask)
      return {
        ...(at === undefined ? {} : { at }),
        aspects,
        ...(text === undefined ? {} : { text }),
        ...(content === undefined ? {} : { sizeBytes: content.length }),
      }
    })
