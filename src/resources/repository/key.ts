import { createHash, createPublicKey } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { LowerContext } from '../definition.ts'
import { fetchedBytes } from '../download/fetched.ts'
import { armoured, KeyMistake, publicKeysIn } from './openpgp.ts'

/** More than any key with all its signatures needs. */
const limitBytes = 4 * 1024 * 1024
const timeoutMs = 30_000

/** A key as people declare it; `fingerprints` without spaces, in capital letters. */
export interface DeclaredKey {
  readonly fingerprints: readonly string[]
  readonly url?: string | undefined
  readonly source?: string | undefined
  readonly content?: string | undefined
}

/** How a package manager wants to have it: OpenPGP as bytes or as text, or the PEM of apk. */
export type KeyForm = 'binary' | 'armoured' | 'pem'

interface Held {
  readonly fingerprints: readonly string[]
  readonly file: string | Uint8Array
}

/** `0x6f71 f525 …` → `6F71F525…`. */
export const plainFingerprint = (written: string): string =>
  written.replace(/\s+/g, '').replace(/^0x/i, '').toUpperCase()

const pemLine = '-----BEGIN PUBLIC KEY-----'

const held = (bytes: Uint8Array, form: KeyForm | undefined): Held => {
  const pem = Buffer.from(bytes).toString('latin1')
  if (form === 'pem' || (form === undefined && pem.includes(pemLine))) {
    if (!pem.includes(pemLine)) throw new KeyMistake('apk wants a public key in PEM')
    const der = createPublicKey(pem).export({ type: 'spki', format: 'der' })
    return { fingerprints: [createHash('sha256').update(der).digest('hex').toUpperCase()], file: pem }
  }
  const { packets, fingerprints } = publicKeysIn(bytes)
  return { fingerprints, file: form === 'armoured' ? armoured(packets) : packets }
}

const bad = (from: string, why: string): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'bad-key',
    summary: `the key of ${from} cannot be used: ${why}`,
    hint: 'gpg --show-keys FILE shows what is in a file.',
  })

/** @throws DiagnosticError where that is no key, or another one than declared: with both fingerprints */
const checked = (bytes: Uint8Array, key: DeclaredKey, form: KeyForm | undefined, from: string): Held => {
  let found: Held
  try {
    found = held(bytes, form)
  } catch (error) {
    throw bad(from, error instanceof Error ? error.message : String(error))
  }
  const declared = new Set(key.fingerprints)
  const is = `It is ${found.fingerprints.join(', ')}`
  if (declared.size === 0)
    throw new DiagnosticError({
      severity: 'error',
      code: 'bad-key',
      summary: `the key of ${from} has no fingerprint declared`,
      detail: `${is}.`,
      hint: 'Compare it with what its owner says elsewhere, then write it into fingerprint.',
    })
  if (found.fingerprints.length !== declared.size || found.fingerprints.some((one) => !declared.has(one)))
    throw new DiagnosticError({
      severity: 'error',
      code: 'bad-key',
      summary: `the key of ${from} is another than declared`,
      detail: `${is}; declared is ${key.fingerprints.join(', ')}.`,
      hint: 'Ask its owner whether it changed before you write the new fingerprint into the config.',
    })
  return found
}

const kept = async (file: string, key: DeclaredKey, form: KeyForm | undefined): Promise<Held | undefined> => {
  try {
    return checked(await readFile(file), key, form, file)
  } catch {
    return undefined
  }
}

/** Got once for all hosts, and kept below `.hexis/keys` by its fingerprint; never where it is another. */
const got = async (root: string, url: string, key: DeclaredKey, form: KeyForm | undefined): Promise<Held> => {
  const folder = join(root, '.hexis', 'keys')
  const [name] = key.fingerprints
  const file = join(folder, `${name}.pub`)
  const known = name === undefined ? undefined : await kept(file, key, form)
  if (known !== undefined) return known
  const bytes = await fetchedBytes({ url, timeoutMs, limitBytes })
  const found = checked(bytes, key, form, url)
  const part = `${file}.${process.pid}`
  await mkdir(folder, { recursive: true })
  try {
    await writeFile(part, bytes)
    await rename(part, file)
  } finally {
    await rm(part, { force: true })
  }
  return found
}

const underWay = new Map<string, Promise<Held>>()

const gotOnce = (root: string, url: string, key: DeclaredKey, form: KeyForm | undefined): Promise<Held> => {
  const id = JSON.stringify([root, url, key.fingerprints, form])
  const running = underWay.get(id) ?? got(root, url, key, form).finally(() => underWay.delete(id))
  underWay.set(id, running)
  return running
}

const fromSource = async (root: string, source: string): Promise<Uint8Array> => {
  try {
    return await readFile(join(root, source))
  } catch (error) {
    throw bad(source, error instanceof Error ? error.message : String(error))
  }
}

/**
 * The content of the key's file, in the form that the manager wants, or any where that is not known yet, once its fingerprint is the declared one; undefined, and
 * reported, where it is not.
 */
export const keyFile = async (
  key: DeclaredKey,
  form: KeyForm | undefined,
  context: Pick<LowerContext, 'root' | 'report'>,
): Promise<string | Uint8Array | undefined> => {
  try {
    if (key.url !== undefined) return (await gotOnce(context.root, key.url, key, form)).file
    if (key.source !== undefined) return checked(await fromSource(context.root, key.source), key, form, key.source).file
    return checked(Buffer.from(key.content ?? ''), key, form, 'content').file
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    error.diagnostics.forEach(context.report)
    return undefined
  }
}
