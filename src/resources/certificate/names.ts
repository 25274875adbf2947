import { isIP } from 'node:net'

const label = '[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?'
const dnsName = new RegExp(`^(\\*\\.)?${label}(\\.${label})*$`)

/** What is wrong with a name of a certificate; undefined: nothing. */
export const nameMistake = (name: string): string | undefined => {
  if (isIP(name) !== 0 && !name.includes('%')) return undefined
  if (/^[0-9.]+$/.test(name)) return 'it is no address: each of the four numbers of IPv4 is 0 to 255'
  return dnsName.test(name) && name.length <= 253
    ? undefined
    : "a name is written as 'web.example.org', '*.example.org', '10.0.0.5' or '2001:db8::5'"
}

/** `2001:db8::5` → `2001:DB8:0:0:0:0:0:5`, as openssl says it. */
const expanded = (address: string): string => {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const pair = (a = '0', b = '0'): string => (Number(a) * 256 + Number(b)).toString(16)
  const text = dotted === null ? address : `${dotted[1]}${pair(dotted[2], dotted[3])}:${pair(dotted[4], dotted[5])}`
  const [head = '', tail] = text.split('::')
  const groups = (part = ''): readonly string[] => (part === '' ? [] : part.split(':'))
  const [front, back] = [groups(head), groups(tail)]
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => '0')
  return [...front, ...zeros, ...back].map((group) => Number.parseInt(group, 16).toString(16).toUpperCase()).join(':')
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Names as a certificate has them, in the order in which they are compared. */
export const subjectNames = (names: readonly string[]): string =>
  names
    .map((name) => {
      const version = isIP(name)
      return version === 0 ? `DNS:${name}` : `IP:${version === 4 ? name : expanded(name)}`
    })
    .toSorted(byBytes)
    .join(',')
