import { z } from 'zod'
import { interfaceName, networkMistake, versionOf } from '../address.ts'
import { defineResource, type Shape } from '../definition.ts'
import { singleLine, textProperty } from '../properties.ts'
import type { FirewallChain, FirewallProps, FirewallRule } from './firewall.ts'
import type { RuleSet } from './firewall-manager.ts'
import { firewallManagers, managerOf } from './managers.ts'
import { leavesTable } from './ruleset.ts'

const highestPort = 65_535

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) <= highestPort

const isRange = (text: string): boolean => {
  const [from = '', to = '', ...more] = text.split('-')
  return more.length === 0 && isPort(from) && isPort(to) && Number(from) < Number(to)
}

/** One, or several of them, each of which must pass. */
const oneOrMore = <T extends z.ZodType<string | number>>(one: T, mistake: (value: z.output<T>) => string | undefined) =>
  z.union([one, z.array(one).min(1)]).superRefine((value, context) => {
    const values: readonly z.output<T>[] = Array.isArray(value) ? value : [value]
    for (const [at, item] of values.entries()) {
      const message = mistake(item)
      if (message !== undefined)
        context.addIssue({ code: 'custom', message, input: item, path: Array.isArray(value) ? [at] : [] })
    }
  })

const portMistake = (value: string | number): string | undefined =>
  (typeof value === 'number' ? isPort(String(value)) : isPort(value) || isRange(value))
    ? undefined
    : `a port is 0 to ${highestPort}, a range is written as '8000-8100'`

const addresses = oneOrMore(z.string(), networkMistake)

const quotable = singleLine.regex(/^[^"\\]{1,127}$/, 'it has at most 127 characters, neither quotes nor backslashes')

const rule = z.strictObject({
  verdict: z.enum(['accept', 'drop', 'reject']).optional(),
  chain: z.enum(['input', 'forward', 'output']).optional(),
  protocol: z
    .union([z.enum(['tcp', 'udp', 'icmp', 'icmpv6', 'esp', 'gre']), z.array(z.enum(['tcp', 'udp'])).min(1)])
    .optional(),
  ports: oneOrMore(z.union([z.number(), z.string()]), portMistake).optional(),
  from: addresses.optional(),
  to: addresses.optional(),
  interface: interfaceName.optional(),
  comment: quotable.optional(),
} satisfies Record<keyof FirewallRule, z.ZodType>)

const verdict = z.enum(['accept', 'drop']).optional()

const schema = z.strictObject({
  rules: z
    .array(z.union([rule, singleLine.regex(/\S/, 'a rule says something')]))
    .optional()
    .describe(
      'In their order: { verdict, chain, protocol, ports, from, to, interface, comment }; a text is a rule for packets to this host as nft(8) has it.',
    ),
  policy: z
    .strictObject({ input: verdict, forward: verdict, output: verdict } satisfies Record<FirewallChain, z.ZodType>)
    .optional()
    .describe(
      'What happens to packets that no rule names: { input, forward, output }; left out: drop for input, accept for the others.',
    ),
  content: textProperty.optional().describe('What the table holds, as nft(8) has it, in place of rules.'),
  family: z
    .enum(['inet', 'ip', 'ip6', 'arp', 'bridge', 'netdev'])
    .optional()
    .describe('The family of the table, with content; left out: inet.'),
  manager: z
    .enum(firewallManagers)
    .optional()
    .describe('What keeps the rules on this host, where the profile says something else.'),
  absent: z.boolean().optional().describe('The rule set shall not be there.'),
} satisfies Omit<Shape<FirewallProps>, 'mode'>)

type Props = z.output<typeof schema>

const listed = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T]

const ruleMistakes = (one: z.output<typeof rule>, at: number): readonly string[] => {
  const protocols = listed<string>(one.protocol)
  const [from, to] = [listed(one.from), listed(one.to)].map((all) => new Set(all.map(versionOf)))
  const meets =
    from === undefined || to === undefined || from.size === 0 || to.size === 0 || [...from].some((v) => to.has(v))
  return [
    ...(one.ports !== undefined && !protocols.some((name) => name === 'tcp' || name === 'udp')
      ? [`rules[${at}]: ports need the protocol 'tcp', 'udp' or ['tcp', 'udp']`]
      : []),
    ...(meets ? [] : [`rules[${at}]: from and to are never of one version of IP, so that it would name nothing`]),
  ]
}

/** The texts between the holes. */
const literals = (content: z.output<typeof textProperty>): string =>
  typeof content === 'string' ? content : content.$text.map((part) => (typeof part === 'string' ? part : '')).join('')

/** Rules in full: what was left out, and lists as lists. */
const ruleSetOf = ({ content, rules = [], policy = {}, family }: Props): RuleSet => ({
  content,
  family,
  policy,
  rules: rules.map((one) =>
    typeof one === 'string'
      ? one
      : {
          ...one,
          verdict: one.verdict ?? 'accept',
          chain: one.chain ?? 'input',
          protocol: listed<string>(one.protocol),
          ports: listed(one.ports),
          from: listed(one.from),
          to: listed(one.to),
        },
  ),
})

export const firewallResource = defineResource({
  type: 'firewall',
  summary: 'a rule set of the firewall (nftables, firewalld or ufw), loaded as one',
  detail: `The profile says what keeps the rules, and \`manager\` where a host differs; where the host was asked and another
one rules there, that is an error that names it, since two of them would each undo what the other one lets pass.

With nftables, a table of its own, hexis_NAME: tables of others stay as they are, and a packet passes when no table drops it. The
kernel checks the rules (\`nft -c\`) before the file takes its place, and takes them up in one go, on trial where the host
is reached over ssh; the service of nftables loads them at boot. With \`rules\`, answers to what was allowed, the host's
packets to itself, and the messages of ICMP that IP needs (and ping) pass in any case; a chain that neither a rule nor a
policy names is not there. nftables must be installed: \`pkg('nftables')\`, and \`after\`. What the file says is looked at,
not what somebody loads past it by hand.

With firewalld, the default zone hexis-NAME: it takes rules for packets to this host, and checks them with all of its
configuration before they count. An interface that is in another zone stays there. With ufw, the rules that \`ufw status\`
shows are exactly these, and ufw is on. Both let pass by themselves what belongs to allowed connections and what IP needs;
what is forwarded is theirs to say, and neither takes \`content\` or a text as a rule. They must be installed as nftables must.`,
  reversal:
    'Exact: with the file goes the table, or the earlier one is loaded again. Connections that were cut are not brought back.',
  identity: {
    name: 'name',
    summary: 'Name of the rule set; its table has it behind hexis_.',
    schema: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,31}$/, 'a name has small letters, digits and _, and starts with a letter'),
  },
  schema,
  examples: [
    {
      id: 'main',
      props: {
        rules: [
          { protocol: 'tcp', ports: [22, 443] },
          { protocol: 'udp', ports: 53, from: ['10.0.0.0/8', '2001:db8::/32'], comment: 'name service' },
          { verdict: 'reject', protocol: 'tcp', ports: 113 },
        ],
      },
    },
    {
      id: 'nat',
      props: {
        content: 'chain postrouting {\n\ttype nat hook postrouting priority srcnat;\n\toifname "eth0" masquerade\n}\n',
      },
    },
  ],
  together({ absent, rules, policy, content, family }) {
    const said = rules ?? policy
    if (absent === true)
      return (said ?? content ?? family) === undefined ? [] : ['a rule set that is absent says nothing']
    if (content === undefined) {
      const odd = family === undefined ? [] : ['family goes with content; rules are for both versions of IP (inet)']
      const texts = (rules ?? []).flatMap((one, at) => {
        if (typeof one !== 'string') return ruleMistakes(one, at)
        return leavesTable(one) ? [`rules[${at}]: its braces are not in pairs`] : []
      })
      return said === undefined ? ['give rules, policy or content'] : [...odd, ...texts]
    }
    if (said !== undefined) return ['content is the whole table; rules and policy exclude it']
    return leavesTable(literals(content)) ? ['content is what the table holds: its braces are in pairs'] : []
  },
  lower(id, props, context) {
    const set = props.absent === true ? undefined : ruleSetOf(props)
    const manager = managerOf(id, set, props.manager, context)
    return { steps: manager?.steps(id, set, context) ?? [] }
  },
})
