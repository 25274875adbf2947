import { createHash } from 'node:crypto'

/** What a file of public keys holds. */
export interface PublicKeys {
  /** One packet after the other, without armour. */
  readonly packets: Uint8Array
  /** Of every primary key, in upper-case hexadecimal digits. */
  readonly fingerprints: readonly string[]
}

/** Why bytes are no public keys, in words that fit behind a colon. */
export class KeyMistake extends Error {}

const block = /-----BEGIN PGP ([A-Z ]+)-----\r?\n([\s\S]*?)-----END PGP \1-----/g
const publicBlock = 'PUBLIC KEY BLOCK'

/** CRC-24 of RFC 9580, 6.1.1. */
const crc24 = (bytes: Uint8Array): number => {
  let crc = 0xb704ce
  for (const byte of bytes) {
    crc ^= byte << 16
    for (let bit = 0; bit < 8; bit++) {
      crc <<= 1
      if ((crc & 0x1000000) !== 0) crc ^= 0x1864cfb
    }
  }
  return crc & 0xffffff
}

const sumOf = (bytes: Uint8Array): string => {
  const crc = crc24(bytes)
  return Buffer.from([crc >> 16, (crc >> 8) & 255, crc & 255]).toString('base64')
}

/** The bytes between the lines of an armour, behind its headers. */
const unpackBlock = (body: string): Uint8Array => {
  const lines = body.split(/\r?\n/).map((line) => line.trim())
  const start = lines[0]?.includes(':') === true ? lines.indexOf('') : 0
  const data = lines.slice(start).filter((line) => line !== '')
  const sum = data.find((line) => line.startsWith('='))
  const base64 = data.filter((line) => line !== sum).join('')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new KeyMistake('its armour is broken')
  const bytes = Buffer.from(base64, 'base64')
  if (sum !== undefined && sum !== `=${sumOf(bytes)}`) throw new KeyMistake('its armour is damaged: the sum is another')
  return bytes
}

const withoutArmour = (bytes: Uint8Array): Uint8Array => {
  const text = Buffer.from(bytes).toString('latin1')
  const blocks = [...text.matchAll(block)]
  if (blocks.length === 0) {
    if (text.trim() === '') throw new KeyMistake('it is empty')
    if (text.includes('-----BEGIN PGP')) throw new KeyMistake('its armour has no end')
    return bytes
  }
  const other = blocks.find(([, name]) => name !== publicBlock)
  if (other !== undefined) throw new KeyMistake(`it is a PGP ${other[1]?.toLowerCase()}, and no public key`)
  return Buffer.concat(blocks.map(([, , body]) => unpackBlock(body ?? '')))
}

interface Packet {
  readonly tag: number
  readonly body: Uint8Array
}

const cut = new KeyMistake('it is cut off in the middle')

/** Octets of a number, the first one the most. */
const number = (bytes: Uint8Array, at: number, octets: number): number => {
  if (at + octets > bytes.length) throw cut
  return Buffer.from(bytes).readUIntBE(at, octets)
}

/** Length of a body, and where it begins: RFC 9580, 4.2. */
const extent = (bytes: Uint8Array, at: number): readonly [length: number, begin: number] => {
  const head = bytes[at] ?? 0
  if ((head & 0x40) === 0) {
    const octets = [1, 2, 4][head & 3]
    if (octets === undefined) throw new KeyMistake('it holds a packet without a length')
    return [number(bytes, at + 1, octets), at + 1 + octets]
  }
  const first = number(bytes, at + 1, 1)
  if (first < 192) return [first, at + 2]
  if (first < 224) return [(first - 192) * 256 + number(bytes, at + 2, 1) + 192, at + 3]
  if (first < 255) throw new KeyMistake('it holds a packet in parts, as no key has them')
  return [number(bytes, at + 2, 4), at + 6]
}

const packetsOf = (bytes: Uint8Array): readonly Packet[] => {
  const packets: Packet[] = []
  for (let at = 0; at < bytes.length; ) {
    const head = bytes[at] ?? 0
    if ((head & 0x80) === 0) throw new KeyMistake('it is neither an armoured nor a binary OpenPGP key')
    const [length, begin] = extent(bytes, at)
    if (begin + length > bytes.length) throw cut
    packets.push({
      tag: (head & 0x40) === 0 ? (head >> 2) & 15 : head & 63,
      body: bytes.subarray(begin, begin + length),
    })
    at = begin + length
  }
  return packets
}

const primaryTag = 6
const secretTags: ReadonlySet<number> = new Set([5, 7])
/** Signatures, markers, trust, names, subkeys, attributes and padding: what may lie between primary keys. */
const companionTags: ReadonlySet<number> = new Set([2, 10, 12, 13, 14, 17, 21])

/** RFC 9580, 5.5.4. */
const fingerprintOf = (body: Uint8Array): string => {
  const version = body[0]
  const length = Buffer.alloc(5)
  if (version === 4) {
    length[0] = 0x99
    length.writeUInt16BE(body.length, 1)
    return createHash('sha1').update(length.subarray(0, 3)).update(body).digest('hex').toUpperCase()
  }
  if (version === 6) {
    length[0] = 0x9b
    length.writeUInt32BE(body.length, 1)
    return createHash('sha256').update(length).update(body).digest('hex').toUpperCase()
  }
  throw new KeyMistake(`it is a key of version ${version}; versions 4 and 6 have a fingerprint to go by`)
}

/**
 * The public keys in a file, armoured or binary. Signatures are not looked at: a fingerprint stands for the primary key,
 * and what hangs on that key is checked by the program that uses it.
 *
 * @throws KeyMistake
 */
export const publicKeysIn = (file: Uint8Array): PublicKeys => {
  const bytes = withoutArmour(file)
  const packets = packetsOf(bytes)
  if (packets.some((one) => secretTags.has(one.tag))) throw new KeyMistake('it holds a secret key')
  if (packets[0]?.tag !== primaryTag) throw new KeyMistake('it does not begin with a public key')
  const stranger = packets.find((one) => one.tag !== primaryTag && !companionTags.has(one.tag))
  if (stranger !== undefined) throw new KeyMistake(`it holds a packet ${stranger.tag}, which belongs to no key`)
  const fingerprints = packets.filter((one) => one.tag === primaryTag).map((one) => fingerprintOf(one.body))
  return { packets: bytes, fingerprints: [...new Set(fingerprints)] }
}

/** The same packets as text. */
export const armoured = (packets: Uint8Array): string => {
  const lines =
    Buffer.from(packets)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [
    '-----BEGIN PGP PUBLIC KEY BLOCK-----',
    '',
    ...lines,
    `=${sumOf(packets)}`,
    '-----END PGP PUBLIC KEY BLOCK-----',
    '',
  ].join('\n')
}
