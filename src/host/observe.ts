import { createHash, randomBytes } from 'node:crypto'
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Aspects } from '../states/kind.ts'
import { bytesOf, decode, encode, textOf } from '../steps/encoding.ts'
import { parseArgs } from '../steps/parse.ts'
import type { Key } from '../steps/step.ts'
import { type Fields, garbage, unarmour } from './answer.ts'
import type { Observation, ObserveKey, ObserveRequest, ProbeCommand, ProbeResult } from './session.ts'

export const splitKey = (key: Key): readonly [kind: string, identity: string] => {
  const at = key.indexOf(':')
  return [key.slice(0, at), key.slice(at + 1)]
}

const lines = (all: readonly string[]): Uint8Array => bytesOf(all.map((line) => `${line}\n`).join(''))

const stateSections = (keys: readonly ObserveKey[]): readonly (readonly [string, Uint8Array])[] => {
  const byKind = new Map<string, string[]>()
  for (const { key, entries } of keys) {
    const [kind, identity] = splitKey(key)
    const line = `${encode(identity)}${entries === true ? '\tentries' : ''}`
    const known = byKind.get(kind)
    if (known === undefined) byKind.set(kind, [line])
    else known.push(line)
  }
  return [...byKind].map(([kind, all]) => [kind, lines(all)] as const)
}

const contentLine = ({ key, content }: ObserveKey): readonly string[] =>
  content === undefined ? [] : [`${content.limitBytes}\t${content.unless ?? '-'}\t${encode(splitKey(key)[1])}`]

/** Equality is told by a digest over a salt of this one request, so that what travels says nothing of the content. */
const sealedLine = ({ key, sealed }: ObserveKey): readonly string[] => {
  if (sealed === undefined) return []
  const [kind, identity] = splitKey(key)
  const salt = randomBytes(16).toString('hex')
  const digest =
    sealed.wanted === undefined ? '-' : createHash('sha256').update(salt).update(sealed.wanted).digest('hex')
  return [[kind, encode(identity), salt, digest, sealed.last ?? '-'].join('\t')]
}

/** A command as the runtime reads it: `ID TIMEOUT USER DIRECTORY STDIN NENV ENV… ARGV…`. */
export const commandLine = (command: ProbeCommand): string => {
  const optional = (text: string | undefined): string => (text === undefined ? '-' : encode(text))
  const env = Object.entries(command.env ?? {}).map(([name, value]) => encode(`${name}=${value}`))
  return [
    encode(command.id),
    Math.max(1, Math.ceil(command.timeoutMs / 1000)),
    optional(command.user),
    optional(command.directory),
    optional(command.stdin),
    env.length,
    ...env,
    ...command.argv.map(encode),
  ].join('\t')
}

/** The words of the request line and its payload. */
export const observeRequest = (
  request: ObserveRequest,
): { readonly words: readonly string[]; readonly payload: Uint8Array } => {
  const sections: readonly (readonly [string, Uint8Array])[] = [
    ['+sealed', lines(request.keys.flatMap(sealedLine))],
    ...stateSections(request.keys),
    ['+contents', lines(request.keys.flatMap(contentLine))],
    ['+probes', lines(request.probes.map(commandLine))],
    ['+blobs', lines(request.blobs)],
  ]
  const sent = sections.filter(([, bytes]) => bytes.length > 0)
  return {
    words: sent.map(([name, bytes]) => `${name}:${bytes.length}`),
    payload: Buffer.concat(sent.map(([, bytes]) => bytes)),
  }
}

const base64Share = 1.4

/** How much an honest host may answer. */
export const observeLimitBytes = (request: ObserveRequest): number => {
  const contents = request.keys.reduce((sum, key) => sum + (key.content?.limitBytes ?? 0), 0)
  return (
    1024 * 1024 +
    request.keys.length * 64 * 1024 +
    Math.min(contents, maxContentBytes) * base64Share +
    request.probes.length * 2 * 1024 * 1024
  )
}

/** All contents of one answer together. */
const maxContentBytes = 256 * 1024 * 1024

const probeResult = (stdout: string, stderrAndStatus: string): ProbeResult => {
  const text = textOf(unarmour(stderrAndStatus))
  const [, stderr, status] = /^([\s\S]*)\n(\d{1,3})\n$/.exec(text) ?? []
  if (status === undefined) throw garbage('a probe has no status')
  return { status: Number(status), stdout: textOf(unarmour(stdout)), stderr: stderr ?? '' }
}

const unobservable = (key: Key, why: string): Diagnostic => ({
  severity: 'error',
  code: 'cannot-observe',
  summary: `${key} cannot be looked at: ${why}`,
  hint: "Log in as root, set become: 'sudo', or mend the path.",
  key,
})

/** Collects the answer to `observe`; believes only what was asked for. */
export const observeAnswer = (request: ObserveRequest) => {
  const asked = new Map(request.keys.map((key) => [key.key, key]))
  const probes = new Map<string, ProbeResult>()
  const states = new Map<Key, Aspects>()
  const contents = new Map<Key, Uint8Array>()
  const missing = new Set<string>()
  const blobs = new Set(request.blobs)
  const commands = new Set(request.probes.map((probe) => probe.id))
  const each = ([kind, first = '', second = '', third = '']: Fields): void => {
    if (kind === 'state') {
      const key = `${first}:${decode(second)}`
      if (!asked.has(key)) throw garbage(`a state that was not asked for: ${key.slice(0, 80)}`)
      if (!/^(?:[a-z]+=[!-~]+(?: |$))+$/.test(third)) throw garbage(`a state that is none: ${third.slice(0, 80)}`)
      if (states.has(key)) throw garbage(`two states of ${key.slice(0, 80)}`)
      states.set(key, parseArgs(third))
    } else if (kind === 'content') {
      const key = `path:${decode(first)}`
      const bytes = unarmour(second)
      if (bytes.length > (asked.get(key)?.content?.limitBytes ?? -1)) throw garbage('a content that was not asked for')
      contents.set(key, bytes)
    } else if (kind === 'probe') {
      const id = decode(first)
      if (!commands.has(id) || probes.has(id)) throw garbage('a probe that was not asked for')
      probes.set(id, probeResult(second, third))
    } else if (kind === 'missing') {
      if (!blobs.has(first)) throw garbage('a blob that was not asked for')
      missing.add(first)
    } else throw garbage(`an unknown line: ${kind.slice(0, 40)}`)
  }
  const done = (): Observation => {
    for (const key of asked.keys()) if (!states.has(key)) throw garbage(`no state of ${key}`)
    for (const id of commands) if (!probes.has(id)) throw garbage(`no result of probe ${id}`)
    const unseen = [...states].filter(([, state]) => state.error !== undefined)
    if (unseen.length > 0) throw new DiagnosticError(unseen.map(([key, state]) => unobservable(key, state.error ?? '')))
    return { states, contents, probes, missing }
  }
  return { each, done }
}
