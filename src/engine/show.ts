import { isUtf8 } from 'node:buffer'
import type { KeptState } from '../host/session.ts'
import type { Mask } from '../secrets/index.ts'
import { isPrivate } from './private.ts'
import type { HostShow } from './types.ts'

/** Contents beyond this are not fetched. */
export const showLimitBytes = 1024 * 1024

const textOf = (content: Uint8Array, mask: Mask): string | undefined =>
  isUtf8(content) && !content.includes(0) ? mask.apply(Buffer.from(content).toString('utf8')) : undefined

/** Newest first, what was before Hexis last; secrets masked, and what others may not read left out unless `showPrivate`. */
export const shownStates = (kept: readonly KeptState[], mask: Mask, showPrivate: boolean): HostShow['states'] =>
  kept
    .toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0))
    .map(({ at, aspects, content }) => {
      const hidden = !showPrivate && content !== undefined && isPrivate(aspects.mode)
      const text = content === undefined || hidden ? undefined : textOf(content, mask)
      return {
        ...(at === undefined ? {} : { at }),
        aspects,
        ...(hidden ? { private: true as const } : {}),
        ...(text === undefined ? {} : { text }),
        ...(content === undefined ? {} : { sizeBytes: content.length }),
      }
    })
