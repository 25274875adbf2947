import { versionOf } from '../address.ts'

export type Chain = 'input' | 'forward' | 'output'

/** One rule as the schema gives it; lists are lists. */
export interface Rule {
  readonly verdict: 'accept' | 'drop' | 'reject'
  readonly chain: Chain
  readonly protocol: readonly string[]
  readonly ports: readonly (number | string)[]
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly interface?: string | undefined
  readonly comment?: string | undefined
}

const setOf = (values: readonly (number | string)[]): string =>
  values.length === 1 ? String(values[0]) : `{ ${values.join(', ')} }`

/** How nft calls the sender's and the receiver's address; a rule that names both sorts becomes one for each sort. */
const addressMatches = ({ from, to }: Rule): readonly string[] => {
  if (from.length === 0 && to.length === 0) return ['']
  return ([4, 6] as const).flatMap((version) => {
    const word = version === 4 ? 'ip' : 'ip6'
    const ours = (all: readonly string[]): readonly string[] => all.filter((one) => versionOf(one) === version)
    const [senders, receivers] = [ours(from), ours(to)]
    // What one side names only in the other version cannot meet this one.
    if ((from.length > 0 && senders.length === 0) || (to.length > 0 && receivers.length === 0)) return []
    return [
      [
        ...(senders.length === 0 ? [] : [`${word} saddr ${setOf(senders)}`]),
        ...(receivers.length === 0 ? [] : [`${word} daddr ${setOf(receivers)}`]),
      ].join(' '),
    ]
  })
}

const packets = ({ protocol, ports }: Rule): string => {
  const [only, ...others] = protocol
  if (only === undefined) return ''
  if (ports.length === 0) return `meta l4proto ${setOf(protocol.map((one) => (one === 'icmpv6' ? 'ipv6-icmp' : one)))}`
  return others.length === 0
    ? `${only} dport ${setOf(ports)}`
    : `meta l4proto ${setOf(protocol)} th dport ${setOf(ports)}`
}

const linesOf = (rule: Rule): readonly string[] => {
  const by =
    rule.interface === undefined ? '' : `${rule.chain === 'output' ? 'oifname' : 'iifname'} "${rule.interface}"`
  const said = rule.comment === undefined ? '' : `comment "${rule.comment}"`
  return addressMatches(rule).map((address) =>
    [by, address, packets(rule), rule.verdict, said].filter((part) => part !== '').join(' '),
  )
}

/** What goes on in any case: answers, the host with itself, and what IP itself cannot do without. */
const always: Readonly<Record<Chain, readonly string[]>> = {
  input: [
    'ct state established,related accept',
    'ct state invalid drop',
    'iifname "lo" accept',
    'icmp type { destination-unreachable, time-exceeded, parameter-problem, echo-request } accept',
    'icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept',
  ],
  forward: ['ct state established,related accept', 'ct state invalid drop'],
  output: [
    'ct state established,related accept',
    'oifname "lo" accept',
    'icmpv6 type { packet-too-big, nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept',
  ],
}

const chainText = (chain: Chain, policy: string, rules: readonly string[]): string => {
  const head = `type filter hook ${chain} priority filter; policy ${policy};`
  const lines = [head, ...always[chain], ...rules].map((line) => `\t\t${line}\n`)
  return `\tchain ${chain} {\n${lines.join('')}\t}\n`
}

/** The chains that rules and policies ask for; one that nobody names is not there, and so decides nothing. */
export const chainsText = (
  rules: readonly (Rule | string)[],
  policy: { readonly [C in Chain]?: 'accept' | 'drop' | undefined },
): string =>
  (['input', 'forward', 'output'] as const)
    .flatMap((chain) => {
      const own = rules.flatMap((rule) => {
        if (typeof rule === 'string') return chain === 'input' ? [rule] : []
        return rule.chain === chain ? linesOf(rule) : []
      })
      if (own.length === 0 && policy[chain] === undefined && chain !== 'input') return []
      return [chainText(chain, policy[chain] ?? (chain === 'input' ? 'drop' : 'accept'), own)]
    })
    .join('\n')

/** What must stand before and after the chains, so that loading the file replaces this table and no other. */
export const tableFrame = (family: string, table: string): { readonly head: string; readonly tail: string } => ({
  head: `table ${family} ${table}\ndelete table ${family} ${table}\n\ntable ${family} ${table} {\n`,
  tail: '}\n',
})

/** Does text leave the table that it stands in? Braces in quotes and comments do not count. */
export const leavesTable = (text: string): boolean => {
  let depth = 0
  for (const [mark] of text.replace(/"[^"\n]*"|#[^\n]*/g, '').matchAll(/[{}]/g)) {
    depth += mark === '{' ? 1 : -1
    if (depth < 0) return true
  }
  return depth !== 0
}
