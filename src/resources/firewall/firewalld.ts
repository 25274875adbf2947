import { versionOf } from '../address.ts'
import { beyondRules, type FirewallManager, plainRules, type RuleSet } from './firewall-manager.ts'
import type { Rule } from './ruleset.ts'

/** Names of zones become names of chains. */
const longestZone = 17

const zoneOf = (id: string): string => `hexis-${id}`

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** What IP needs, and ping: a zone that drops the rest drops these too. */
const needed = [
  'destination-unreachable',
  'time-exceeded',
  'parameter-problem',
  'echo-request',
  'packet-too-big',
  'router-advertisement',
  'neighbour-solicitation',
  'neighbour-advertisement',
]

/** Every pair of a sender and a receiver of one version of IP; one undefined is any. */
export const addressPairs = ({
  from,
  to,
}: Rule): readonly (readonly [from: string | undefined, to: string | undefined])[] => {
  const senders = from.length === 0 ? [undefined] : from
  const receivers = to.length === 0 ? [undefined] : to
  return senders.flatMap((sender) =>
    receivers
      .filter((receiver) => sender === undefined || receiver === undefined || versionOf(sender) === versionOf(receiver))
      .map((receiver) => [sender, receiver] as const),
  )
}

/** What the rules name of packets: an element each, one of them empty where they name nothing. */
const elementsOf = ({ protocol, ports }: Rule): readonly string[] => {
  if (protocol.length === 0) return ['']
  return protocol.flatMap((name) =>
    ports.length === 0
      ? [`<protocol value="${name === 'icmpv6' ? 'ipv6-icmp' : name}"/>`]
      : ports.map((port) => `<port port="${port}" protocol="${name}"/>`),
  )
}

const richRules = (rule: Rule): readonly string[] =>
  addressPairs(rule).flatMap(([from, to]) => {
    const address = from ?? to
    const family = address === undefined ? '' : ` family="ipv${versionOf(address)}"`
    const places = [
      ...(from === undefined ? [] : [`<source address="${from}"/>`]),
      ...(to === undefined ? [] : [`<destination address="${to}"/>`]),
    ].join('')
    return elementsOf(rule).map((element) => `${family}>${places}${element}<${rule.verdict}/></rule>`)
  })

const firstPriority = -30_000

/** A zone; the first rule that names a packet decides, as in nftables. */
export const zoneText = (id: string, set: RuleSet): string => {
  const drops = (set.policy.input ?? 'drop') === 'drop'
  const always = drops ? needed.map((name) => `><icmp-type name="${name}"/><accept/></rule>`) : []
  const own = plainRules(set).flatMap((rule) => richRules(rule).map((text, at) => ({ text, rule, at })))
  const comment = (rule: Rule): string =>
    rule.comment === undefined ? '' : `  <!-- ${escaped(rule.comment).replaceAll('--', '- -')} -->\n`
  const lines = [
    ...always.map((text) => ({ text, before: '' })),
    ...own.map(({ text, rule, at }) => ({ text, before: at === 0 ? comment(rule) : '' })),
  ].map(({ text, before }, at) => `${before}  <rule priority="${firstPriority + at}"${text}\n`)
  const head = `<zone target="${drops ? 'DROP' : 'ACCEPT'}">\n  <short>${zoneOf(id)}</short>\n`
  return `<?xml version="1.0" encoding="utf-8"?>\n${head}${lines.join('')}</zone>\n`
}

/** firewalld looks at all of its configuration, with the candidate in its place. */
const check = (folder: string, zone: string): string =>
  `d=$(mktemp -d) && cp -a ${folder}/. $d/ && mkdir -p $d/zones && cp %s $d/zones/${zone}.xml && firewall-offline-cmd --system-config $d --check-config; s=$?; rm -rf $d; exit $s`

const reload = [
  { verb: 'RUN', target: 'if firewall-cmd --state >/dev/null 2>&1; then firewall-cmd --quiet --reload; fi' },
] as const

/** The default zone, in which every interface is that is in no other. */
export const firewalld: FirewallManager = {
  cannot(id, set, { resources }) {
    const beyond = beyondRules(set)
    if (beyond !== undefined) return beyond
    if (set.policy.output !== undefined || plainRules(set).some(({ chain }) => chain === 'output'))
      return 'what leaves this host'
    if (plainRules(set).some((rule) => rule.interface !== undefined)) return 'a rule for one interface'
    if (zoneOf(id).length > longestZone) return `a name longer than ${longestZone - zoneOf('').length}`
    return resources.filter(({ type, props }) => type === 'firewall' && props.absent !== true).length > 1
      ? 'two rule sets: it has one default zone'
      : undefined
  },
  steps(id, set, context) {
    const folder = context.profile.name('paths', 'firewalld-dir')
    const zone = zoneOf(id)
    const target = `${folder}/zones/${zone}.xml`
    if (set === undefined) return [{ verb: 'RM', target, actions: reload }]
    const blob = context.content(zoneText(id, set), 'rules')
    const args = { blob, group: 'root', mode: '0644', owner: 'root', parents: 'yes', validate: check(folder, zone) }
    const conf = { id: 'hexis-firewall', line: `DefaultZone=${zone}`, match: '^DefaultZone=' }
    return [
      { verb: 'COPY', target, args, actions: reload },
      { verb: 'LINE', target: `${folder}/firewalld.conf`, args: conf, actions: reload },
      ...(context.can('units')
        ? [{ verb: 'UNIT', target: context.unit('firewalld'), args: { active: 'yes', enabled: 'yes' } } as const]
        : []),
    ]
  },
}
