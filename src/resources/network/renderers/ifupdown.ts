import { kindOf, type NetworkInterface, ofVersion } from '../interface.ts'
import { mainFile, nameServerLines, routeCommands, sourceLine, stanza, upAgain } from './interfaces.ts'
import type { NetworkRenderer } from './renderer.ts'

/** Virtual devices by ip(8) alone: no package of hooks has to be there. */
const making = (one: NetworkInterface): readonly string[] => {
  const { name, vlan, bridge, bond } = one
  const kind = kindOf(one)
  if (kind === undefined) return []
  const how =
    vlan !== undefined
      ? `link ${vlan.on} name ${name} type vlan id ${vlan.id}`
      : bridge !== undefined
        ? `name ${name} type bridge stp_state ${bridge.stp ? 1 : 0}`
        : `name ${name} type bond mode ${bond?.mode} miimon 100`
  return [
    `pre-up [ -e /sys/class/net/${name} ] || ip link add ${how}`,
    ...(vlan === undefined ? [] : [`pre-up ip link set dev ${vlan.on} up`]),
    ...(bridge?.ports ?? []).map((port) => `pre-up ip link set dev ${port} up master ${name}`),
    // Only an interface that is down can be taken into a bond.
    ...(bond?.ports ?? []).flatMap((port) => [
      `pre-up ip link set dev ${port} down`,
      `pre-up ip link set dev ${port} master ${name}`,
    ]),
  ]
}

const text = (one: NetworkInterface): string => {
  const first = { 4: true, 6: true }
  const once = (version: 4 | 6): readonly string[] => {
    const via = one.gateway[version]
    const isFirst = first[version]
    first[version] = false
    return isFirst && via !== undefined ? [`gateway ${via}`] : []
  }
  const methods = ([4, 6] as const).flatMap((version) => {
    const family = version === 4 ? 'inet' : 'inet6'
    return [
      ...(one.dhcp[version] ? [{ head: `${family} dhcp`, lines: [] }] : []),
      ...ofVersion(one.addresses, version).map((address) => ({
        head: `${family} static`,
        lines: [`address ${address}`, ...once(version)],
      })),
    ]
  })
  const all = methods.length === 0 ? [{ head: 'inet manual', lines: [] }] : methods
  const stanzas = all.map(({ head, lines }, at) =>
    stanza(`${one.name} ${head}`, [
      ...(at === 0 ? making(one) : []),
      ...lines,
      ...(at === 0 && one.mtu !== undefined ? [`pre-up ip link set dev ${one.name} mtu ${one.mtu}`] : []),
      ...(at === 0 && head === 'inet manual' ? [`up ip link set dev ${one.name} up`] : []),
      ...(at === 0 ? nameServerLines(one) : []),
      ...(at === all.length - 1 ? routeCommands(one).map((command) => `up ${command}`) : []),
    ]),
  )
  return [`auto ${one.name}\n`, ...stanzas].join('')
}

/** Debian's ifupdown. Ports without a document come up with their bridge or bond. */
export const ifupdown: NetworkRenderer = {
  folder: 'interfaces-dir',
  files(one, folder) {
    if (!one.declared) return []
    const apply = upAgain(one)
    return [{ path: `${folder}/hexis-${one.name}`, text: text(one), mode: '0644', apply }]
  },
  besides: (_one, context) => {
    const folder = context.profile.name('paths', 'interfaces-dir')
    return [sourceLine(mainFile(context), folder, `source ${folder}/*`)]
  },
}
