import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Blob } from '../../blobs/blob.ts'
import { fileBlob } from '../../blobs/make.ts'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'

/** More than any mirror needs. */
const redirectLimit = 5

interface Fetch {
  /** The config folder, below which contents are kept. */
  readonly root: string
  readonly url: string
  /** In lower case. */
  readonly sha256: string
  /** Without a byte. */
  readonly timeoutMs: number
}

const failed = (url: string, why: string, hint: string, detail?: string): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'download-failed',
    summary: `${url} cannot be got: ${why}`,
    ...(detail === undefined ? {} : { detail }),
    hint,
  })

const reach = 'Look whether this machine reaches the server; hosts themselves need not.'

/** What went wrong below fetch, which itself only says that it failed. */
const causeOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (cause instanceof AggregateError) return cause.errors.map(causeOf).join('; ')
  return cause instanceof Error ? cause.message : String(cause)
}

/** The next address of a redirect, or why there is none. */
const nextUrl = (url: URL, response: Response): URL => {
  const written = response.headers.get('location')
  const next = written !== null && URL.canParse(written, url.href) ? new URL(written, url) : undefined
  const fail = (why: string): DiagnosticError =>
    failed(url.href, why, 'Write the address of the file itself into url, if it is to be trusted.')
  if (next === undefined) throw fail(`status ${response.status} redirects nowhere`)
  if (next.protocol !== 'http:' && next.protocol !== 'https:')
    throw fail(`it redirects to ${next.href}, which is no web address`)
  if (url.protocol === 'https:' && next.protocol === 'http:') throw fail(`it redirects from https to ${next.href}`)
  return next
}

/** Asks and follows; `alive` is told of every sign of life. */
const answerOf = async (request: Asked, signal: AbortSignal, alive: () => void): Promise<Response> => {
  let url = new URL(request.url)
  for (let redirects = 0; redirects <= redirectLimit; redirects++) {
    alive()
    // What is kept is named by its bytes, so a server must not pack them.
    const response = await fetch(url.href, { redirect: 'manual', signal, headers: { 'accept-encoding': 'identity' } })
    if ([301, 302, 303, 307, 308].includes(response.status)) {
      await response.body?.cancel()
      url = nextUrl(url, response)
      continue
    }
    if (response.status !== 200) {
      await response.body?.cancel()
      const said = `the server says ${response.status} ${response.statusText}`.trim()
      const from = url.href === request.url ? said : `${said} for ${url.href}`
      throw failed(request.url, from, 'Correct the url, or look whether the file is still there.')
    }
    return response
  }
  throw failed(
    request.url,
    `it redirects more than ${redirectLimit} times`,
    'Write the address of the file itself into url.',
  )
}

type Asked = Pick<Fetch, 'url' | 'timeoutMs'>

/** Hands the content on as it comes. */
const receive = async (request: Asked, take: (chunk: Uint8Array) => Promise<void> | void): Promise<void> => {
  const silence = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const alive = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => silence.abort(), request.timeoutMs)
  }
  try {
    const response = await answerOf(request, silence.signal, alive)
    for await (const chunk of response.body ?? []) {
      alive()
      await take(chunk)
    }
  } catch (error) {
    if (error instanceof DiagnosticError) throw error
    if (silence.signal.aborted)
      throw failed(
        request.url,
        `not a byte came for ${request.timeoutMs / 1000} s`,
        `${reach} timeout: gives it longer.`,
      )
    throw failed(request.url, causeOf(error), reach)
  } finally {
    clearTimeout(timer)
  }
}

/** Writes the content into a file; its SHA-256. */
const received = async (request: Fetch, file: string): Promise<string> => {
  const out = await open(file, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    await receive(request, async (chunk) => {
      hash.update(chunk)
      await out.writeFile(chunk)
    })
    await out.sync()
    return hash.digest('hex')
  } finally {
    await out.close()
  }
}

/**
 * A small content of the network, which the caller must prove by other means than a checksum.
 *
 * @throws DiagnosticError where it cannot be got, or is larger
 */
export const fetchedBytes = async (request: Asked & { readonly limitBytes: number }): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  await receive(request, (chunk) => {
    sizeBytes += chunk.byteLength
    if (sizeBytes > request.limitBytes)
      throw failed(
        request.url,
        `it has more than ${request.limitBytes} bytes`,
        'Correct the url: this is not what it should be.',
      )
    chunks.push(chunk)
  })
  return Buffer.concat(chunks)
}

const kept = async (file: string, sha256: string): Promise<Blob | undefined> => {
  const blob = await fileBlob(file).catch(() => undefined)
  return blob?.name === sha256 ? blob : undefined
}

const got = async (request: Fetch): Promise<Blob> => {
  const folder = join(request.root, '.hexis', 'downloads')
  const file = join(folder, request.sha256)
  const known = await kept(file, request.sha256)
  if (known !== undefined) return known
  await mkdir(folder, { recursive: true })
  const part = `${file}.${randomBytes(6).toString('hex')}`
  try {
    const sha256 = await received(request, part)
    if (sha256 !== request.sha256)
      throw failed(
        request.url,
        'its content is another than declared',
        'Look why it changed before you write the new checksum into the config.',
        `sha256 ${sha256}, declared is ${request.sha256}.`,
      )
    await rename(part, file)
  } finally {
    await rm(part, { force: true })
  }
  return fileBlob(file)
}

/** Those under way, so that many hosts get one content once. */
const underWay = new Map<string, Promise<Blob>>()

/**
 * A content of the network as a blob: from `.hexis/downloads`, where it lies by its SHA-256, or else from the server.
 *
 * @throws DiagnosticError where it cannot be got, or is another than its checksum says
 */
export const fetched = (request: Fetch): Promise<Blob> => {
  const id = JSON.stringify([request.root, request.sha256, request.url])
  const running = underWay.get(id) ?? got(request).finally(() => underWay.delete(id))
  underWay.set(id, running)
  return running
}
