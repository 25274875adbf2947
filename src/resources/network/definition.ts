import type { Resource } from '../../document/document.ts'
import { interfaceName, versionOf } from '../address.ts'
import { defineResource, type LoweredStep } from '../definition.ts'
import { depthOf, interfacesOf, listed, mastersOf, type NetworkDocuments, restsOn } from './interface.ts'
import { networkRenderers } from './renderers/index.ts'
import { type NetworkDocument, networkSchema } from './schema.ts'

/** The documents of a host; of one that does not fit the schema, which is reported where it stands, only the name. */
const documentsOf = (resources: readonly Resource[]): NetworkDocuments =>
  new Map(
    resources.flatMap(({ type, id, props }) => {
      if (type !== 'network') return []
      const parsed = networkSchema.safeParse(props)
      return [[id, parsed.success ? parsed.data : {}] as const]
    }),
  )

const ownMistakes = (document: NetworkDocument): readonly string[] => {
  const { vlan, bridge, bond, gateway, routes = [] } = document
  const kinds = [vlan, bridge, bond].filter((kind) => kind !== undefined)
  const gateways = listed(gateway)
  const ports = [...(bridge?.ports ?? []), ...(bond?.ports ?? [])]
  return [
    ...(kinds.length > 1 ? ['an interface is a VLAN, a bridge or a bond: these exclude each other'] : []),
    ...(new Set(gateways.map(versionOf)).size < gateways.length ? ['gateway: at most one of each version of IP'] : []),
    ...(new Set(ports).size < ports.length ? ['ports: each is named once'] : []),
    ...routes.flatMap(({ to, via }, at) => {
      if (to === 'default') return via === undefined ? [`routes[${at}]: the default route has a router: via`] : []
      return via !== undefined && versionOf(to) !== versionOf(via)
        ? [`routes[${at}]: to and via are of one version of IP`]
        : []
    }),
  ]
}

/** What a document says that others contradict. */
const mistakesAmong = (name: string, document: NetworkDocument, documents: NetworkDocuments): readonly string[] => {
  const { vlan, bridge, bond, addresses, dhcp, gateway, routes } = document
  const masters = mastersOf(name, documents).map((master) => master.name)
  const ports = [...(bridge?.ports ?? []), ...(bond?.ports ?? [])]
  const others = ports.map((port) => [port, mastersOf(port, documents).filter((one) => one.name !== name)] as const)
  const known = [...documents.keys()].filter((other) => other !== name)
  const allowed = known.length === 0 ? '' : `; declared are ${known.join(', ')}`
  const speaks = (addresses ?? gateway ?? routes) !== undefined || (dhcp !== undefined && dhcp !== false)
  return [
    ...(vlan !== undefined && !known.includes(vlan.on)
      ? [`vlan.on: there is no network '${vlan.on}'${allowed}; declare it too, { } is enough`]
      : []),
    ...(ports.includes(name)
      ? ['ports: it is no port of itself']
      : depthOf(name, documents) === Number.POSITIVE_INFINITY
        ? ['it lies on itself: its VLANs and ports go in a circle']
        : []),
    ...others.flatMap(([port, [other]]) =>
      other === undefined ? [] : [`ports: ${port} is a port of ${other.name} too`],
    ),
    ...(masters[0] !== undefined && speaks
      ? [`a port of ${masters[0]} has neither addresses nor routes of its own; give them to ${masters[0]}`]
      : []),
  ]
}

export const networkResource = defineResource({
  type: 'network',
  summary: 'a network interface: addresses, routes, name servers; VLAN, bridge, bond',
  detail: `One document for every system: it becomes files of what manages the network there (systemd-networkd, ifupdown,
netplan, NetworkManager, ifcfg files, Alpine's interfaces), which is then told to follow them, on trial where the host is
reached over ssh. What manages the network must run; other interfaces are left alone. Files of others that name the same
interface have to go: those of Hexis come first where one is taken, and are added where all are. Name servers need what
the system keeps them with: systemd-resolved, or resolvconf. Run on real hosts, with addresses, routes and bridges:
systemd-networkd, ifupdown, ifupdown-ng (which Alpine has) and NetworkManager. netplan's own generator takes the files for
it. VLANs and bonds everywhere, ifcfg and Wicked: golden only.`,
  reversal: `The files come back exactly, and what manages the network follows them: an interface that it made is gone again.
What was set by hand on the interface before is not set again; connections that were cut are not brought back.`,
  identity: { name: 'interface', summary: 'Name of the interface.', schema: interfaceName },
  schema: networkSchema,
  examples: [
    {
      id: 'eth1',
      props: {
        addresses: ['10.0.0.5/24', '10.0.1.5/24', '2001:db8::5/64'],
        gateway: ['10.0.0.1', '2001:db8::1'],
        routes: [{ to: '10.9.0.0/16', via: '10.0.0.254' }],
        dns: { servers: ['10.0.0.53'], search: ['example.org'] },
      },
    },
    { id: 'br0', props: { bridge: { ports: ['eth2', 'eth3'] }, dhcp: true } },
    { id: 'bond0', props: { bond: { ports: ['eth4', 'eth5'], mode: '802.3ad' }, addresses: ['10.2.0.5/24'] } },
  ],
  together: (props, id, resources) => [...ownMistakes(props), ...mistakesAmong(id, props, documentsOf(resources))],
  lower(id, _props, context) {
    const { profile, report, content } = context
    const manager = profile.find('managers', 'network') ?? ''
    const renderer = networkRenderers.get(manager)
    if (renderer === undefined) {
      report({
        code: 'unsupported-here',
        summary: `nothing is known of how ${profile.id} manages its network${manager === '' ? '' : ` (${manager})`}`,
        hint: `Say managers: { network: … } in its profile: ${[...networkRenderers.keys()].join(', ')}.`,
      })
      return { steps: [] }
    }
    const folder = profile.name('paths', renderer.folder)
    const documents = documentsOf(context.resources)
    const interfaces = interfacesOf(id, documents)
    for (const one of interfaces) {
      const what = renderer.cannot?.(one)
      if (what === undefined) continue
      report({
        code: 'unsupported-here',
        summary: `${what} cannot be said to what manages the network there (${manager})`,
      })
    }
    const files = interfaces.flatMap((one) => renderer.files(one, folder))
    // It comes to be when what it is made of is there.
    const first = restsOn(id, documents).filter((name) => documents.has(name))
    const made = first.flatMap((name) => interfacesOf(name, documents).slice(0, 1))
    const behind = made.flatMap((one) => renderer.files(one, folder).map(({ path }) => `path:${path}` as const))
    return {
      steps: [
        ...interfaces.flatMap((one) => renderer.besides?.(one, context) ?? []),
        ...files.map(({ path, text, mode, apply }): LoweredStep => {
          const args = { blob: content(text, 'addresses'), group: 'root', mode, owner: 'root', parents: 'yes' }
          return { verb: 'COPY', target: path, args, actions: [{ verb: 'RUN', target: apply }], behind }
        }),
      ],
    }
  },
})
