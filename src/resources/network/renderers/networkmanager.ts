import { createHash } from 'node:crypto'
import type { IpVersion } from '../../address.ts'
import { kindOf, type NetworkInterface, ofVersion } from '../interface.ts'
import { type NetworkRenderer, section } from './renderer.ts'

/** NetworkManager wants a UUID; the same interface has the same one for ever. */
const uuidOf = (name: string): string => {
  const hex = createHash('sha256').update(`hexis network ${name}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

const ipSection = (one: NetworkInterface, version: IpVersion): readonly string[] => {
  const addresses = ofVersion(one.addresses, version)
  const nothing = version === 4 ? 'disabled' : 'auto'
  const method = one.dhcp[version] ? 'auto' : addresses.length > 0 ? 'manual' : nothing
  const servers = ofVersion(one.servers, version)
  const routes = one.routes.filter((route) => route.version === version)
  const via = one.gateway[version]
  // Domains belong to no version; they stand where servers do.
  const isFirst = version === 4 || ofVersion(one.servers, 4).length === 0
  return section(`ipv${version}`, [
    `method=${method}`,
    ...addresses.map((address, at) => `address${at + 1}=${address}`),
    via && `gateway=${via}`,
    servers.length === 0 ? undefined : `dns=${servers.map((server) => `${server};`).join('')}`,
    one.search.length === 0 || !isFirst ? undefined : `dns-search=${one.search.map((name) => `${name};`).join('')}`,
    ...routes.map(({ to, via: router, metric }, at) => {
      const target = to === 'default' ? (version === 4 ? '0.0.0.0/0' : '::/0') : to
      const next = router ?? (metric === undefined ? '' : version === 4 ? '0.0.0.0' : '::')
      return `route${at + 1}=${[target, next, metric === undefined ? '' : String(metric)].join(',').replace(/,+$/, '')}`
    }),
  ])
}

const text = (one: NetworkInterface): string => {
  const { name, vlan, bridge, bond, master, mtu } = one
  return [
    ...section('connection', [
      `id=hexis-${name}`,
      `uuid=${uuidOf(name)}`,
      `type=${kindOf(one) ?? 'ethernet'}`,
      `interface-name=${name}`,
      'autoconnect-priority=100',
      bridge === undefined && bond === undefined ? undefined : 'autoconnect-slaves=1',
      master && `master=${master.name}`,
      master && `slave-type=${master.is}`,
    ]),
    ...section('ethernet', [mtu === undefined ? undefined : `mtu=${mtu}`]),
    ...section('vlan', [vlan && `id=${vlan.id}`, vlan && `parent=${vlan.on}`]),
    ...section('bridge', [bridge && `stp=${bridge.stp}`]),
    ...section('bond', [bond && `mode=${bond.mode}`, bond && 'miimon=100']),
    ...(master === undefined ? [...ipSection(one, 4), ...ipSection(one, 6)] : []),
  ].join('\n')
}

/** What NetworkManager does after a change of its files; a profile whose file is gone ends with the reload. */
export const activate = (name: string, path: string): string =>
  `nmcli connection reload && { [ ! -e ${path} ] || nmcli connection up id hexis-${name}; }`

/** NetworkManager's keyfiles: it passes over what others than root can read. */
export const networkmanager: NetworkRenderer = {
  folder: 'networkmanager-dir',
  files(one, folder) {
    const path = `${folder}/hexis-${one.name}.nmconnection`
    return [{ path, text: text(one), mode: '0600', apply: activate(one.name, path) }]
  },
}
