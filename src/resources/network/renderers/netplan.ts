import { kindOf, type NetworkInterface } from '../interface.ts'
import type { NetworkRenderer } from './renderer.ts'

type Node = string | number | boolean | readonly Node[] | { readonly [name: string]: Node | undefined }

/** Plain where nobody could take it for something else; else in quotes. */
const scalar = (value: string | number | boolean): string =>
  typeof value !== 'string' || /^[a-z][a-z0-9.-]*$/i.test(value) ? String(value) : JSON.stringify(value)

const lines = (node: { readonly [name: string]: Node | undefined }, indent = ''): readonly string[] =>
  Object.entries(node).flatMap(([name, value]) => {
    const head = `${indent}${scalar(name)}:`
    if (value === undefined) return []
    if (typeof value !== 'object') return [`${head} ${scalar(value)}`]
    if (Array.isArray(value))
      return [
        `${head}${value.length === 0 ? ' []' : ''}`,
        ...value.flatMap((item: Node) => itemLines(item, `${indent}  `)),
      ]
    const inner = lines(value as { readonly [name: string]: Node }, `${indent}  `)
    return inner.length === 0 ? [`${head} {}`] : [head, ...inner]
  })

const itemLines = (item: Node, indent: string): readonly string[] => {
  if (typeof item !== 'object') return [`${indent}- ${scalar(item)}`]
  const [first = '', ...rest] = lines(item as { readonly [name: string]: Node })
  return [`${indent}- ${first}`, ...rest.map((line) => `${indent}  ${line}`)]
}

const orNothing = <T>(all: readonly T[]): readonly T[] | undefined => (all.length === 0 ? undefined : all)

const deviceOf = (one: NetworkInterface): { readonly [name: string]: Node | undefined } => {
  const { gateway, routes, vlan, bridge, bond, dhcp, servers, search } = one
  const ways = [
    ...[gateway[4], gateway[6]].flatMap((via) => (via === undefined ? [] : [{ to: 'default', via }])),
    ...routes.map(({ to, via, metric }) => ({ to, via, metric, scope: via === undefined ? 'link' : undefined })),
  ]
  const names = { addresses: orNothing(servers), search: orNothing(search) }
  return {
    ...(vlan === undefined ? {} : { id: vlan.id, link: vlan.on }),
    ...(bridge === undefined ? {} : { interfaces: bridge.ports, parameters: { stp: bridge.stp } }),
    ...(bond === undefined
      ? {}
      : { interfaces: bond.ports, parameters: { mode: bond.mode, 'mii-monitor-interval': 100 } }),
    dhcp4: dhcp[4] ? true : undefined,
    dhcp6: dhcp[6] ? true : undefined,
    addresses: orNothing(one.addresses),
    routes: orNothing(ways),
    nameservers: servers.length + search.length === 0 ? undefined : names,
    mtu: one.mtu,
  }
}

const groups = { vlan: 'vlans', bridge: 'bridges', bond: 'bonds' } as const

const text = (one: NetworkInterface): string => {
  const kind = kindOf(one)
  const group = kind === undefined ? 'ethernets' : groups[kind]
  const network = { version: 2, [group]: { [one.name]: deviceOf(one) } }
  return lines({ network })
    .map((line) => `${line}\n`)
    .join('')
}

/**
 * netplan: of several files that name an interface, lists are added up and the last word holds. What a file refers to
 * must be in it or in one before it, so that what lies deeper comes first.
 */
export const netplan: NetworkRenderer = {
  folder: 'netplan-dir',
  files: (one, folder) => [
    {
      path: `${folder}/9${Math.min(one.depth, 9)}-hexis-${one.name}.yaml`,
      text: text(one),
      mode: '0600',
      apply: 'netplan apply',
    },
  ],
}
