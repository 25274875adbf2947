import { versionOf } from '../address.ts'
import { beyondRules, type FirewallManager, plainRules, type RuleSet } from './firewall-manager.ts'
import { addressPairs } from './firewalld.ts'
import type { Rule } from './ruleset.ts'

type Version = 4 | 6

const words = { accept: 'allow', drop: 'deny', reject: 'reject' } as const
const targets = { accept: 'ACCEPT', drop: 'DROP', reject: 'REJECT' } as const
const anywhere = { 4: '0.0.0.0/0', 6: '::/0' } as const

/** One rule of iptables: at most one protocol, one port or range, one address of each side. */
interface Single {
  readonly rule: Rule
  readonly protocol?: string
  readonly port?: string
  readonly from?: string
  readonly to?: string
}

const present = (values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

const singlesOf = (rule: Rule, version: Version): readonly Single[] => {
  const protocols = rule.protocol.length === 0 ? [undefined] : rule.protocol
  const ports = rule.ports.length === 0 ? [undefined] : rule.ports.map((port) => String(port).replace('-', ':'))
  return addressPairs(rule)
    .filter(([from, to]) => [from, to].every((one) => one === undefined || versionOf(one) === version))
    .flatMap(([from, to]) =>
      protocols.flatMap((protocol) =>
        ports.map((port): Single => ({ rule, ...present({ protocol, port, from, to }) })),
      ),
    )
}

/** The line by which ufw knows its own rule again, and the rule. */
const ruleLines = (single: Single, version: Version): string => {
  const { rule, protocol, port, from, to } = single
  const out = rule.chain === 'output'
  const way = `${out ? 'out' : 'in'}${rule.interface === undefined ? '' : `_${rule.interface}`}`
  const comment = rule.comment === undefined ? '' : ` comment=${Buffer.from(rule.comment).toString('hex')}`
  const any = anywhere[version]
  const tuple = [words[rule.verdict], protocol ?? 'any', port ?? 'any', to ?? any, 'any', from ?? any, way].join(' ')
  const line = [
    `-A ufw${version === 6 ? '6' : ''}-user-${rule.chain}`,
    ...(rule.interface === undefined ? [] : [out ? '-o' : '-i', rule.interface]),
    ...(protocol === undefined ? [] : ['-p', protocol]),
    ...(port?.includes(':') === true ? ['-m multiport --dports', port] : []),
    ...(to === undefined ? [] : ['-d', to]),
    ...(port === undefined || port.includes(':') ? [] : ['--dport', port]),
    ...(from === undefined ? [] : ['-s', from]),
    '-j',
    targets[rule.verdict],
    ...(rule.verdict === 'reject' && protocol === 'tcp' ? ['--reject-with tcp-reset'] : []),
  ].join(' ')
  return `### tuple ### ${tuple}${comment}\n${line}\n\n`
}

const chains = (name: string): readonly string[] =>
  [
    ...['user-input', 'user-output', 'user-forward'],
    ...['before', 'user', 'after'].flatMap((when) =>
      ['input', 'output', 'forward'].map((chain) => `${when}-logging-${chain}`),
    ),
    ...['logging-deny', 'logging-allow', 'user-limit', 'user-limit-accept'].map((chain) => chain),
  ].map((chain) => `:${name}-${chain} - [0:0]\n`)

/** What ufw logs at its level `low`, and its limits: part of every file that it writes. */
const rest = (name: string): string => {
  const log = (word: string): string => `-j LOG --log-prefix "[UFW ${word}] " -m limit --limit 3/min --limit-burst 10`
  return `### END RULES ###

### LOGGING ###
-A ${name}-after-logging-input ${log('BLOCK')}
-A ${name}-after-logging-forward ${log('BLOCK')}
-I ${name}-logging-deny -m conntrack --ctstate INVALID -j RETURN -m limit --limit 3/min --limit-burst 10
-A ${name}-logging-deny ${log('BLOCK')}
-A ${name}-logging-allow ${log('ALLOW')}
### END LOGGING ###

### RATE LIMITING ###
-A ${name}-user-limit -m limit --limit 3/minute -j LOG --log-prefix "[UFW LIMIT BLOCK] "
-A ${name}-user-limit -j REJECT
-A ${name}-user-limit-accept -j ACCEPT
### END RATE LIMITING ###
COMMIT
`
}

/** The rules of a version of IP as ufw itself writes them, so that `ufw status` and `ufw delete` know them. */
export const userRules = (set: RuleSet, version: Version): string => {
  const name = version === 6 ? 'ufw6' : 'ufw'
  const rules = plainRules(set).flatMap((rule) => singlesOf(rule, version).map((one) => ruleLines(one, version)))
  return `*filter\n${chains(name).join('')}### RULES ###\n\n${rules.join('')}${rest(name)}`
}

/** What it does now is what its files say; where they say that it is off, nothing of it stays loaded. */
const loading = (folder: string): string =>
  `if grep -q '^ENABLED=yes' ${folder}/ufw.conf; then ufw reload; else /lib/ufw/ufw-init force-stop; fi`

const policyWords = { accept: 'ACCEPT', drop: 'DROP' } as const

/** The user's rules of ufw: it has one set of them. */
export const ufw: FirewallManager = {
  cannot(_id, set, { resources }) {
    const beyond = beyondRules(set)
    if (beyond !== undefined) return beyond
    if (plainRules(set).some(({ protocol }) => protocol.some((name) => name.startsWith('icmp'))))
      return 'a rule for icmp; it lets what IP needs, and ping, pass by itself'
    return resources.filter(({ type, props }) => type === 'firewall' && props.absent !== true).length > 1
      ? 'two rule sets: it has one'
      : undefined
  },
  steps(_id, set, context) {
    const folder = context.profile.name('paths', 'ufw-dir')
    const actions = [{ verb: 'RUN', target: loading(folder) }] as const
    const file = (version: Version, rules: RuleSet) => {
      const check = `${version === 6 ? 'ip6tables' : 'iptables'}-restore --test %s`
      const blob = context.content(userRules(rules, version), 'rules')
      const args = { blob, group: 'root', mode: '0640', owner: 'root', validate: check }
      return { verb: 'COPY', target: `${folder}/user${version === 6 ? '6' : ''}.rules`, args, actions } as const
    }
    const none: RuleSet = { rules: [], policy: {} }
    if (set === undefined) return [file(4, none), file(6, none)]
    const defaults = `${context.profile.name('paths', 'defaults-dir')}/ufw`
    const policies = Object.entries({ ...set.policy, input: set.policy.input ?? 'drop' } as const).flatMap(
      ([chain, verdict]) => {
        if (verdict === undefined) return []
        const name = `DEFAULT_${chain.toUpperCase()}_POLICY=`
        const args = { id: `hexis-${chain}`, line: `${name}"${policyWords[verdict]}"`, match: `^${name}` }
        return [{ verb: 'LINE', target: defaults, args, actions } as const]
      },
    )
    const enabled = { id: 'hexis-firewall', line: 'ENABLED=yes', match: '^ENABLED=' }
    return [
      file(4, set),
      file(6, set),
      ...policies,
      { verb: 'LINE', target: `${folder}/ufw.conf`, args: enabled, actions },
      ...(context.can('units')
        ? [{ verb: 'UNIT', target: context.unit('ufw'), args: { enabled: 'yes' } } as const]
        : []),
    ]
  },
}
