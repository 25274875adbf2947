import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

/** Which packets: those for this host, through it, or from it. */
export type FirewallChain = 'input' | 'forward' | 'output'

export interface FirewallRule {
  /** What happens to what it names. Default: `accept`. */
  verdict?: 'accept' | 'drop' | 'reject'
  /** Default: `input`. */
  chain?: FirewallChain
  protocol?: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'esp' | 'gre' | readonly ('tcp' | 'udp')[]
  /** Of the destination; a range is written as '8000-8100'. */
  ports?: number | string | readonly (number | string)[]
  /** Addresses or networks that send. Default: any. */
  from?: string | readonly string[]
  /** Addresses or networks that receive. Default: any. */
  to?: string | readonly string[]
  /** The interface by which it comes in; for `output`, by which it leaves. */
  interface?: string
  comment?: string
}

export interface FirewallProps extends ResourceProps {
  /** In their order; a text is a rule for packets to this host as nft(8) has it. */
  rules?: readonly (FirewallRule | string)[]
  /** What happens to packets that no rule names. Default: `drop` for input, `accept` for forward and output. */
  policy?: Partial<Record<FirewallChain, 'accept' | 'drop'>>
  /** What the table holds, as nft(8) has it, in place of `rules`. */
  content?: Text
  /** The family of the table, with `content`. Default: `inet`. */
  family?: 'inet' | 'ip' | 'ip6' | 'arp' | 'bridge' | 'netdev'
  /** What keeps the rules on this host. Default: as the profile says. */
  manager?: 'nftables' | 'firewalld' | 'ufw'
  /** True: the rule set shall not be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A rule set of the firewall; the kernel checks it before it counts, and takes it up as one.
 *
 * @example
 * firewall('main', { rules: [{ protocol: 'tcp', ports: [22, 443] }, { protocol: 'udp', ports: 53, from: '10.0.0.0/8' }] })
 */
export const firewall = (name: string, props: FirewallProps): Handle => declare('firewall', name, { ...props })
