import type { LowerContext, LoweredStep } from '../../definition.ts'
import { type NetworkInterface, ofVersion } from '../interface.ts'
import { type NetworkFile, type NetworkRenderer, yesNo } from './renderer.ts'

const bootWord = ({ dhcp, addresses, master }: NetworkInterface): string => {
  if (master !== undefined) return 'none'
  if (dhcp[4] && dhcp[6]) return 'dhcp'
  if (dhcp[4]) return 'dhcp4'
  if (dhcp[6]) return 'dhcp6'
  return addresses.length === 0 ? 'none' : 'static'
}

const kindLines = ({ vlan, bridge, bond }: NetworkInterface): readonly string[] => [
  ...(vlan === undefined ? [] : [`ETHERDEVICE='${vlan.on}'`, `VLAN_ID='${vlan.id}'`]),
  ...(bridge === undefined
    ? []
    : ["BRIDGE='yes'", `BRIDGE_PORTS='${bridge.ports.join(' ')}'`, `BRIDGE_STP='${bridge.stp ? 'on' : 'off'}'`]),
  ...(bond === undefined
    ? []
    : [
        `BONDING_MASTER='${yesNo(true)}'`,
        `BONDING_MODULE_OPTS='mode=${bond.mode} miimon=100'`,
        ...bond.ports.map((port, at) => `BONDING_SLAVE_${at}='${port}'`),
      ]),
]

const text = (one: NetworkInterface): string =>
  [
    `STARTMODE='${one.master === undefined ? 'auto' : 'hotplug'}'`,
    `BOOTPROTO='${bootWord(one)}'`,
    ...kindLines(one),
    ...one.addresses.map((address, at) => `IPADDR${at === 0 ? '' : `_${at}`}='${address}'`),
    ...(one.mtu === undefined ? [] : [`MTU='${one.mtu}'`]),
  ]
    .map((line) => `${line}\n`)
    .join('')

/** Destination, gateway, netmask and interface, `-` where there is none; then options. */
const routesText = (one: NetworkInterface): string =>
  [
    ...([4, 6] as const).flatMap((version) =>
      ofVersion(one.gateway[version] === undefined ? [] : [one.gateway[version]], version).map(
        (via) => `default ${via} - ${one.name}\n`,
      ),
    ),
    ...one.routes.map(
      ({ to, via, metric }) => `${to} ${via ?? '-'} - ${one.name}${metric === undefined ? '' : ` metric ${metric}`}\n`,
    ),
  ].join('')

/** Name servers are said once for the whole host there. */
const nameServers = (one: NetworkInterface, context: LowerContext): readonly LoweredStep[] =>
  [
    ['NETCONFIG_DNS_STATIC_SERVERS', one.servers] as const,
    ['NETCONFIG_DNS_STATIC_SEARCHLIST', one.search] as const,
  ].flatMap(([key, values]) =>
    values.length === 0
      ? []
      : [
          {
            verb: 'ENV',
            target: `${context.profile.name('paths', 'wicked-dir')}/config`,
            args: { create: 'yes', key, value: values.join(' ') },
            actions: [{ verb: 'RUN', target: 'netconfig update -f' } as const],
          },
        ],
  )

/** SUSE's ifcfg files, which Wicked reads. */
export const wicked: NetworkRenderer = {
  folder: 'wicked-dir',
  files(one, folder) {
    const apply = `wicked ifreload ${one.name}`
    const routes = routesText(one)
    const files: readonly Omit<NetworkFile, 'apply'>[] = [
      { path: `${folder}/ifcfg-${one.name}`, text: text(one), mode: '0644' },
      ...(routes === '' ? [] : [{ path: `${folder}/ifroute-${one.name}`, text: routes, mode: '0644' }]),
    ]
    return files.map((file) => ({ ...file, apply }))
  },
  besides: nameServers,
}
