import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient, Stanza } from 'age-encryption'

/** A key of its own: the secret half opens, the public half (`age1…`) is what others encrypt for. */
export interface Identity {
  readonly secret: string
  readonly recipient: string
}

/** Whom a file is for: a public key, and the host that has it where that was said. */
export interface Recipient {
  readonly key: string
  readonly host?: string
}

export type Opened =
  | { readonly is: 'open'; readonly text: Uint8Array }
  | { readonly is: 'other-key' }
  | { readonly is: 'damaged'; readonly why: string }

const armorBegin = '-----BEGIN AGE ENCRYPTED FILE-----'
const firstLine = 'age-encryption.org/v1'
/**
 * An X25519 recipient of an age file does not show whose it is. Files that Hexis writes say it in a stanza of their
 * own, which others skip, as the format asks of them.
 */
const forStanza = 'hexis-for'

export const newIdentity = async (): Promise<Identity> => identityOf(await generateX25519Identity())

/** @throws for what is no `AGE-SECRET-KEY-…` */
export const identityOf = async (secret: string): Promise<Identity> => ({
  secret,
  recipient: await identityToRecipient(secret),
})

/** True for a public key with a right checksum. */
export const isRecipient = (key: string): boolean => {
  try {
    new Encrypter().addRecipient(key)
    return true
  } catch {
    return false
  }
}

const isArmored = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, 256)).toString('latin1').trimStart().startsWith(armorBegin)

type Raw = { readonly bytes: Uint8Array } | { readonly why: string }

/** The file without its armor. */
const rawOf = (file: Uint8Array): Raw => {
  if (!isArmored(file)) return { bytes: file }
  try {
    return { bytes: armor.decode(Buffer.from(file).toString('latin1')) }
  } catch (error) {
    return { why: `its armor is broken (${error instanceof Error ? error.message : String(error)})` }
  }
}

/** The lines of the header but its first, or nothing for what is no age file. */
const headerLines = (bytes: Uint8Array): readonly string[] | undefined => {
  const text = Buffer.from(bytes.subarray(0, 256 * 1024)).toString('latin1')
  if (!text.startsWith(`${firstLine}\n`)) return undefined
  const end = text.indexOf('\n---')
  return text.slice(firstLine.length + 1, end < 0 ? undefined : end).split('\n')
}

const stanzasOf = (lines: readonly string[]): readonly (readonly string[])[] =>
  lines.flatMap((line) => (line.startsWith('-> ') ? [line.slice(3).split(' ')] : []))

/** Whom a file says it is for, and how many keys open it; nothing for what is no age file. */
export const recipientsIn = (
  file: Uint8Array,
): { readonly named: readonly Recipient[]; readonly count: number } | undefined => {
  const raw = rawOf(file)
  const lines = 'bytes' in raw ? headerLines(raw.bytes) : undefined
  if (lines === undefined) return undefined
  const stanzas = stanzasOf(lines)
  const named = stanzas.flatMap(([type, key, host]) =>
    type === forStanza && key !== undefined ? [{ key, ...(host === undefined ? {} : { host }) }] : [],
  )
  return { named, count: stanzas.filter(([type]) => type !== forStanza && type?.endsWith('-grease') !== true).length }
}

/** Encrypts for all of them, in armor. */
export const seal = async (text: Uint8Array, recipients: readonly Recipient[]): Promise<string> => {
  const encrypter = new Encrypter()
  for (const { key } of recipients) encrypter.addRecipient(key)
  encrypter.addRecipient({
    wrapFileKey: () =>
      recipients.map(
        ({ key, host }) => new Stanza([forStanza, key, ...(host === undefined ? [] : [host])], new Uint8Array()),
      ),
  })
  return armor.encode(await encrypter.encrypt(text))
}

const whyOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error)
  if (message.includes('HMAC')) return 'its header was changed'
  return /stanza|header|version|base64|padding/i.test(message)
    ? 'its header is incomplete or was changed'
    : 'its content is cut off or was changed'
}

/** Opens a file with the first of the keys that can. */
export const open = async (file: Uint8Array, identities: readonly Identity[]): Promise<Opened> => {
  const raw = rawOf(file)
  if ('why' in raw) return { is: 'damaged', why: raw.why }
  if (headerLines(raw.bytes) === undefined) return { is: 'damaged', why: 'it is no file that age encrypted' }
  const decrypter = new Decrypter()
  for (const { secret } of identities) decrypter.addIdentity(secret)
  try {
    return { is: 'open', text: await decrypter.decrypt(raw.bytes) }
  } catch (error) {
    if (error instanceof Error && error.message.includes('no identity matched')) return { is: 'other-key' }
    return { is: 'damaged', why: whyOf(error) }
  }
}
