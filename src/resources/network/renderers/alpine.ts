import type { NetworkInterface } from '../interface.ts'
import { mainFile, nameServerLines, routeCommands, sourceLine, stanza, upAgain } from './interfaces.ts'
import { type NetworkRenderer, yesNo } from './renderer.ts'

const text = (one: NetworkInterface): string => {
  const { name, addresses, gateway, mtu, vlan, bridge, bond, dhcp } = one
  const lines = [
    ...(vlan === undefined ? [] : [`requires ${vlan.on}`, `vlan-raw-device ${vlan.on}`, `vlan-id ${vlan.id}`]),
    ...(bridge === undefined
      ? []
      : [
          `bridge-ports ${bridge.ports.length === 0 ? 'none' : bridge.ports.join(' ')}`,
          `bridge-stp ${yesNo(bridge.stp)}`,
        ]),
    ...(bond === undefined ? [] : [`bond-members ${bond.ports.join(' ')}`, `bond-mode ${bond.mode}`]),
    ...(dhcp[4] || dhcp[6] ? ['use dhcp'] : []),
    ...addresses.map((address) => `address ${address}`),
    ...[gateway[4], gateway[6]].flatMap((via) => (via === undefined ? [] : [`gateway ${via}`])),
    ...(mtu === undefined ? [] : [`mtu ${mtu}`]),
    ...nameServerLines(one),
    ...routeCommands(one).map((command) => `post-up ${command}`),
  ]
  return `auto ${name}\n${stanza(name, lines)}`
}

/** ifupdown-ng, as Alpine has it: one stanza, which does everything by itself. */
export const alpine: NetworkRenderer = {
  folder: 'interfaces-dir',
  files(one, folder) {
    if (!one.declared) return []
    const apply = upAgain(one)
    return [{ path: `${folder}/hexis-${one.name}`, text: text(one), mode: '0644', apply }]
  },
  cannot: ({ dhcp }) => (dhcp[6] && !dhcp[4] ? "dhcp: 'ipv6' without IPv4" : undefined),
  besides: (_one, context) => {
    const folder = context.profile.name('paths', 'interfaces-dir')
    return [sourceLine(mainFile(context), folder, `source-directory ${folder}`)]
  },
}
