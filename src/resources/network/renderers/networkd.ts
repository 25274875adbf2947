import { kindOf, type NetworkInterface } from '../interface.ts'
import { type NetworkFile, type NetworkRenderer, section, yesNo } from './renderer.ts'

const netdevText = (one: NetworkInterface): string | undefined => {
  const kind = kindOf(one)
  if (kind === undefined) return undefined
  return [
    ...section('NetDev', [`Name=${one.name}`, `Kind=${kind}`]),
    ...section('VLAN', [one.vlan && `Id=${one.vlan.id}`]),
    ...section('Bridge', [one.bridge && `STP=${yesNo(one.bridge.stp)}`]),
    ...(one.bond === undefined ? [] : section('Bond', [`Mode=${one.bond.mode}`, 'MIIMonitorSec=100ms'])),
  ].join('\n')
}

const dhcpWord = ({ dhcp }: NetworkInterface): string =>
  dhcp[4] ? (dhcp[6] ? 'yes' : 'ipv4') : dhcp[6] ? 'ipv6' : 'no'

const masterLine = ({ master }: NetworkInterface): string | undefined =>
  master && `${master.is === 'bridge' ? 'Bridge' : 'Bond'}=${master.name}`

const routeSections = ({ gateway, routes }: NetworkInterface): readonly string[] => [
  ...[gateway[4], gateway[6]].flatMap((via) => (via === undefined ? [] : section('Route', [`Gateway=${via}`]))),
  ...routes.flatMap(({ to, version, via, metric }) =>
    section('Route', [
      // Without a router, the default needs to be named.
      to === 'default'
        ? via === undefined
          ? `Destination=${version === 4 ? '0.0.0.0/0' : '::/0'}`
          : undefined
        : `Destination=${to}`,
      via && `Gateway=${via}`,
      metric === undefined ? undefined : `Metric=${metric}`,
    ]),
  ),
]

const networkText = (one: NetworkInterface): string =>
  [
    ...section('Match', [`Name=${one.name}`]),
    ...section('Link', [one.mtu === undefined ? undefined : `MTUBytes=${one.mtu}`]),
    ...section('Network', [
      `DHCP=${dhcpWord(one)}`,
      ...one.addresses.map((address) => `Address=${address}`),
      ...one.servers.map((server) => `DNS=${server}`),
      one.search.length === 0 ? undefined : `Domains=${one.search.join(' ')}`,
      masterLine(one),
      // A port has no address of its own, not even the one of its link.
      one.master && 'LinkLocalAddressing=no',
      // A bridge without ports has nobody who could say that it is connected.
      one.bridge && 'ConfigureWithoutCarrier=yes',
      ...one.vlans.map((name) => `VLAN=${name}`),
    ]),
    ...routeSections(one),
  ].join('\n')

/** Files of Hexis come first: of several that match an interface, systemd-networkd takes the first. */
const nameOf = (one: NetworkInterface, folder: string): string => `${folder}/05-hexis-${one.name}`

/** What is declared needs systemd-networkd. What is not goes by hand where it was left by one that was stopped since. */
const reload = (name: string, path: string): string =>
  [
    `if [ -e ${path} ]; then systemctl is-active systemd-networkd && networkctl reload; exit; fi`,
    '! systemctl is-active systemd-networkd || networkctl reload',
    `case $(networkctl list --no-legend ${name}) in *configur*) ;; *) ip address flush dev ${name} scope global; ip -6 route flush dev ${name} proto static ;; esac`,
    ':',
  ].join('; ')

/** A device is made anew; only a new start lets what is tied to it forget the earlier one. */
const remake = (one: NetworkInterface): string =>
  `! systemctl is-active systemd-networkd || networkctl reload; ip link delete ${one.name} 2>/dev/null; systemctl try-restart systemd-networkd`

/** systemd-networkd: `.network` and `.netdev`. It never changes or takes away a device that it made: that is told here. */
export const networkd: NetworkRenderer = {
  folder: 'networkd-dir',
  files(one, folder) {
    const [netdev, network] = [`${nameOf(one, folder)}.netdev`, `${nameOf(one, folder)}.network`]
    const device = netdevText(one)
    const made: readonly NetworkFile[] =
      device === undefined
        ? []
        : [
            {
              path: netdev,
              text: device,
              mode: '0644',
              apply: remake(one),
            },
          ]
    return [...made, { path: network, text: networkText(one), mode: '0644', apply: reload(one.name, network) }]
  },
}
