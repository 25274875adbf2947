import { isIP } from 'node:net'
import { z } from 'zod'

/** Bits of an address of that version. */
const bits = { 4: 32, 6: 128 } as const

export type IpVersion = keyof typeof bits

/** The version of an address, with or without a prefix length. */
export const versionOf = (address: string): IpVersion => (address.includes(':') ? 6 : 4)

/** `10.0.0.0/8` in its two parts. */
export const splitPrefix = (text: string): { readonly address: string; readonly prefix: string | undefined } => {
  const at = text.indexOf('/')
  return at === -1 ? { address: text, prefix: undefined } : { address: text.slice(0, at), prefix: text.slice(at + 1) }
}

const isAddress = (text: string): boolean => isIP(text) !== 0 && !text.includes('%')

const mistakeOf = (text: string, needsPrefix: boolean): string | undefined => {
  const { address, prefix } = splitPrefix(text)
  const example = needsPrefix ? "'10.0.0.5/24' or '2001:db8::5/64'" : "'10.0.0.0/8', '10.0.0.5' or '2001:db8::/32'"
  if (!isAddress(address)) return `it is written as ${example}, each of the four numbers of IPv4 0 to 255`
  if (prefix === undefined) return needsPrefix ? `its prefix length is missing: ${example}` : undefined
  const most = bits[versionOf(address)]
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > most) return `its prefix length is 0 to ${most}: ${example}`
  return undefined
}

/** What is wrong with an address or a network; undefined: nothing. */
export const networkMistake = (text: string): string | undefined => mistakeOf(text, false)

/** What is wrong with an address in its network, which has a prefix length; undefined: nothing. */
export const addressMistake = (text: string): string | undefined => mistakeOf(text, true)

/** The name of a network interface. */
export const interfaceName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/, 'an interface has a name of at most 15 letters, digits, _, . and -')
  .meta({ title: 'interface' })
