import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { copyStep, fileShape } from '../file/definition.ts'
import { normalPath, ownPath } from '../properties.ts'
import type { DownloadProps } from './download.ts'
import { fetched } from './fetched.ts'

/** Seconds; a server that says nothing for longer is none. */
const timeoutLimit = 3600
const defaultTimeout = 30

const urlMistake = (text: string): string | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) return 'it is no URL'
  if (url.protocol === 'file:') return 'a file of the config repository goes by file() or archive() with source'
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'what is downloaded comes by http or https'
  if (url.username !== '' || url.password !== '') return 'a URL holds no user and password: everybody sees it in plans'
  return undefined
}

/** Where a content comes from, and what it must be. */
export const fetchShape = {
  url: z
    .string()
    .superRefine((text, context) => {
      const message = urlMistake(text)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .describe('Where it is got from, by http or https.')
    .meta({ title: 'URL' }),
  sha256: z
    .string()
    .regex(/^[0-9A-Fa-f]{64}$/, 'a SHA-256 is 64 hexadecimal digits, as sha256sum prints them')
    .describe('SHA-256 of its content; what has another one is never used.')
    .meta({ title: 'SHA-256' }),
  timeout: z
    .number()
    .positive()
    .max(timeoutLimit)
    .optional()
    .describe('Seconds without a byte until the server is given up; left out: 30.'),
} satisfies Pick<Shape<DownloadProps>, 'url' | 'sha256' | 'timeout'>

/** In the words of {@link fetched}. */
export const fetchOf = (root: string, props: { url: string; sha256: string; timeout?: number | undefined }) => ({
  root,
  url: props.url,
  sha256: props.sha256.toLowerCase(),
  timeoutMs: (props.timeout ?? defaultTimeout) * 1000,
})

export const downloadResource = defineResource({
  type: 'download',
  summary: 'a file from the network, of exactly one content',
  detail: `Hexis itself gets it, when a plan finds that a host lacks it, keeps it by its checksum under \`.hexis/downloads\`, and
sends it to hosts as any other file: they need no network and no program for it, and once it is there the server may be
gone. Redirects are followed, up to 5, but never from https to http.`,
  reversal: 'Exact: the earlier file comes back as it was.',
  identity: { name: 'path', summary: 'Where it lies on the host, absolute.', schema: ownPath },
  schema: z.strictObject({ ...fetchShape, ...fileShape } satisfies Shape<DownloadProps>),
  examples: [
    {
      id: '/usr/local/bin/tool',
      props: {
        url: 'https://example.org/tool-1.2',
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        mode: '0755',
      },
    },
  ],
  lower(id, props, context) {
    const request = fetchOf(context.root, props)
    const blob = context.later(request.sha256, () => fetched(request))
    return { steps: [copyStep(normalPath(id), blob, props, context)] }
  },
})
