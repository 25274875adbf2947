import type { LowerContext } from '../definition.ts'
import type { FirewallManager, RuleSet } from './firewall-manager.ts'
import { firewalld } from './firewalld.ts'
import { nftables } from './nftables.ts'
import { ufw } from './ufw.ts'

export const firewallManagers = ['nftables', 'firewalld', 'ufw'] as const
type Name = (typeof firewallManagers)[number]

const known: Readonly<Record<Name, FirewallManager>> = { nftables, firewalld, ufw }

const isKnown = (name: string): name is Name => firewallManagers.some((one) => one === name)

/** Is something declared that ends this one in this very run? Then that it rules now says nothing. */
const goes = (name: string, { resources, profile, unit }: LowerContext): boolean =>
  resources.some(
    ({ type, id, props }) =>
      (type === 'service' && unit(id) === unit(name) && props.running === false) ||
      (type === 'package' && profile.name('packages', id) === profile.name('packages', name) && props.absent === true),
  )

/** What keeps the rules of this host, or nothing where that was reported as a mistake. */
export const managerOf = (
  id: string,
  set: RuleSet | undefined,
  said: Name | undefined,
  context: LowerContext,
): FirewallManager | undefined => {
  const { profile, report, fact } = context
  const name = said ?? profile.find('managers', 'firewall') ?? 'nftables'
  if (!isKnown(name)) {
    report({
      code: 'unsupported-here',
      summary: `nothing is known of how ${profile.id} keeps rules of its firewall (${name})`,
      hint: `Say managers: { firewall: … } in its profile: ${firewallManagers.join(', ')}.`,
    })
    return undefined
  }
  const found = fact('firewall')
  if (set !== undefined && found !== undefined && found !== 'none' && found !== name && !goes(found, context)) {
    const says = said === undefined ? `the profile ${profile.id} says` : 'manager says'
    report({
      code: 'would-be-refused',
      summary: `${found} rules the firewall of this host, and ${says} ${name}: what one lets pass, the other would still drop`,
      hint: `Say manager: '${found}' here, or managers: { firewall: '${found}' } in its profile; or end it first: service('${found}', { enabled: false, running: false }).`,
    })
    return undefined
  }
  const what = set === undefined ? undefined : known[name].cannot(id, set, context)
  if (what === undefined) return known[name]
  report({
    code: 'unsupported-here',
    summary: `${name} keeps the rules of this host, and cannot be told ${what}`,
    hint: `Take that away here; or say manager: 'nftables', where ${name} does not run.`,
  })
  return undefined
}
