import { splitPrefix } from '../../address.ts'
import { type NetworkInterface, ofVersion } from '../interface.ts'
import { activate } from './networkmanager.ts'
import { type NetworkFile, type NetworkRenderer, yesNo } from './renderer.ts'

const ipLines = ({ addresses, gateway, dhcp }: NetworkInterface): readonly string[] => {
  const [first, ...others] = ofVersion(addresses, 6)
  return [
    `BOOTPROTO=${dhcp[4] ? 'dhcp' : 'none'}`,
    ...ofVersion(addresses, 4).flatMap((text, at) => {
      const { address, prefix } = splitPrefix(text)
      return [`IPADDR${at}=${address}`, `PREFIX${at}=${prefix}`]
    }),
    ...(gateway[4] === undefined ? [] : [`GATEWAY=${gateway[4]}`]),
    ...(first === undefined ? [] : ['IPV6INIT=yes', 'IPV6_AUTOCONF=no', `IPV6ADDR=${first}`]),
    ...(others.length === 0 ? [] : [`IPV6ADDR_SECONDARIES="${others.join(' ')}"`]),
    ...(dhcp[6] ? [...(first === undefined ? ['IPV6INIT=yes'] : []), 'DHCPV6C=yes'] : []),
    ...(gateway[6] === undefined ? [] : [`IPV6_DEFAULTGW=${gateway[6]}`]),
  ]
}

const kindLines = ({ vlan, bridge, bond }: NetworkInterface): readonly string[] => {
  if (vlan !== undefined) return ['TYPE=Vlan', 'VLAN=yes', `PHYSDEV=${vlan.on}`, `VLAN_ID=${vlan.id}`]
  if (bridge !== undefined) return ['TYPE=Bridge', `STP=${yesNo(bridge.stp)}`]
  if (bond !== undefined) return ['TYPE=Bond', 'BONDING_MASTER=yes', `BONDING_OPTS="mode=${bond.mode} miimon=100"`]
  return ['TYPE=Ethernet']
}

const text = (one: NetworkInterface): string =>
  [
    `DEVICE=${one.name}`,
    `NAME=hexis-${one.name}`,
    'ONBOOT=yes',
    ...kindLines(one),
    ...(one.master === undefined ? ipLines(one) : []),
    ...(one.master?.is === 'bridge' ? [`BRIDGE=${one.master.name}`] : []),
    ...(one.master?.is === 'bond' ? [`MASTER=${one.master.name}`, 'SLAVE=yes'] : []),
    ...one.servers.map((server, at) => `DNS${at + 1}=${server}`),
    ...(one.search.length === 0 ? [] : [`DOMAIN="${one.search.join(' ')}"`]),
    ...(one.mtu === undefined ? [] : [`MTU=${one.mtu}`]),
  ]
    .map((line) => `${line}\n`)
    .join('')

/** `route-eth1` and `route6-eth1`: a line each, as ip(8) takes it. */
const routeFiles = (one: NetworkInterface, folder: string): readonly Omit<NetworkFile, 'apply'>[] =>
  ([4, 6] as const).flatMap((version) => {
    const routes = one.routes.filter((route) => route.version === version)
    if (routes.length === 0) return []
    const said = routes.map(({ to, via, metric }) =>
      [
        to,
        ...(via === undefined ? [] : [`via ${via}`]),
        `dev ${one.name}`,
        ...(metric === undefined ? [] : [`metric ${metric}`]),
      ].join(' '),
    )
    const path = `${folder}/route${version === 6 ? '6' : ''}-${one.name}`
    return [{ path, text: said.map((line) => `${line}\n`).join(''), mode: '0644' }]
  })

/** ifcfg files as NetworkManager reads them on older releases. */
export const ifcfg: NetworkRenderer = {
  folder: 'ifcfg-dir',
  files(one, folder) {
    const path = `${folder}/ifcfg-${one.name}`
    const apply = activate(one.name, path)
    return [{ path, text: text(one), mode: '0644' }, ...routeFiles(one, folder)].map((file) => ({ ...file, apply }))
  },
}
