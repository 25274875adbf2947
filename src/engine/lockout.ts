import type { InventoryHost } from '../inventory/index.ts'
import type { Change } from '../plan/plan.ts'
import type { Key } from '../steps/step.ts'

/**
 * What can keep the operator out of a host: keys whose change may end every way in. As data, a line each, so that it
 * can be read and checked; `hexis up` puts a plan with one of them on trial by itself.
 */
interface Risk {
  readonly keys: RegExp
  /** Only a change of what is there already: a new key beside the old ones keeps nobody out. */
  readonly onlyChanges?: true
  /** Only where the login becomes root by sudo. */
  readonly onlySudo?: true
}

const risks: readonly Risk[] = [
  // the ssh server and what it asks
  { keys: /^path:\/etc\/(?:ssh|pam\.d|security|dropbear)\// },
  { keys: /^path:\/etc\/(?:nsswitch\.conf|hosts\.allow|hosts\.deny|default\/ssh)(?:$|#)/ },
  { keys: /^path:.*\/\.ssh\/authorized_keys(?:$|#)/, onlyChanges: true },
  { keys: /^unit:(?:ssh|sshd|dropbear)(?:\.|@|$)/ },
  { keys: /^package:(?:openssh-server|openssh|dropbear|libpam-.*)$/, onlyChanges: true },
  { keys: /^user:/, onlyChanges: true },
  // firewalls
  { keys: /^path:\/etc\/(?:sysconfig\/)?(?:nftables|ip6?tables|ufw|firewalld|ferm|shorewall)(?:$|[./#])/ },
  { keys: /^path:\/etc\/(?:default|sysconfig)\/ufw(?:$|#)/ },
  { keys: /^unit:(?:nftables|iptables|ip6tables|netfilter-persistent|ufw|firewalld|ferm|shorewall)(?:\.|$)/ },
  // the network
  { keys: /^path:\/etc\/(?:network|netplan|NetworkManager|systemd\/network|sysconfig\/network-scripts)\// },
  { keys: /^path:\/etc\/(?:sysconfig\/network|conf\.d\/net)(?:$|[/#])/ },
  { keys: /^unit:(?:networking|systemd-networkd|NetworkManager|network|wg-quick@.*|openvpn.*)(?:\.|$)/ },
  { keys: /^sysctl:net\.ipv[46]\.conf\./ },
  // the way to root
  { keys: /^path:\/etc\/sudoers(?:$|#|\.d\/)/, onlySudo: true },
  { keys: /^package:sudo$/, onlySudo: true, onlyChanges: true },
]

/** The log-in that a host's changes must not end; `root` where the config names none and nothing is known. */
const touchesLogin = (key: Key, host: InventoryHost): boolean =>
  !key.startsWith('user:') || key === 'user:root' || key === `user:${host.ssh?.user ?? 'root'}`

const isRisky = (change: Change, host: InventoryHost): boolean =>
  !change.audit &&
  change.steps.length > 0 &&
  risks.some(
    (risk) =>
      risk.keys.test(change.key) &&
      (risk.onlyChanges !== true || change.action !== 'create') &&
      (risk.onlySudo !== true || host.become === 'sudo') &&
      touchesLogin(change.key, host),
  )

const actsOnRisk = (change: Change): readonly Key[] =>
  change.actions.map((action) => `unit:${action.target}`).filter((key) => risks.some((risk) => risk.keys.test(key)))

/** The keys of a plan that can keep the operator out of this host; none where no network lies between. */
export const lockoutKeys = (changes: readonly Change[], host: InventoryHost): readonly Key[] => {
  if (host.connection !== 'ssh') return []
  return changes
    .filter((change) => isRisky(change, host) || (change.steps.length > 0 && actsOnRisk(change).length > 0))
    .map((change) => change.key)
}
