import type { LowerContext, LoweredStep } from '../../definition.ts'
import { kindOf, type NetworkInterface } from '../interface.ts'

/** How `ip route` adds what the document says beside the gateways; `replace` minds no route that is there already. */
export const routeCommands = (one: NetworkInterface): readonly string[] =>
  one.routes.map(({ to, version, via, metric }) =>
    [
      version === 4 ? 'ip route replace' : 'ip -6 route replace',
      to,
      ...(via === undefined ? [] : [`via ${via}`]),
      `dev ${one.name}`,
      ...(metric === undefined ? [] : [`metric ${metric}`]),
    ].join(' '),
  )

/** Name servers, for resolvconf. */
export const nameServerLines = ({ servers, search }: NetworkInterface): readonly string[] => [
  ...(servers.length === 0 ? [] : [`dns-nameservers ${servers.join(' ')}`]),
  ...(search.length === 0 ? [] : [`dns-search ${search.join(' ')}`]),
]

/** `iface …` and its options. */
export const stanza = (head: string, lines: readonly string[]): string =>
  [`iface ${head}\n`, ...lines.map((line) => `    ${line}\n`)].join('')

/** The folder is read by a line in the main file; one that says the same in other words counts. */
export const sourceLine = (file: string, folder: string, line: string): LoweredStep => ({
  verb: 'LINE',
  target: file,
  args: {
    create: 'yes',
    id: 'hexis-network',
    line,
    match: `^\\s*source(-directory)?\\s+${folder.replaceAll('.', '\\.')}(/\\*)?\\s*$`,
  },
})

/** Where ifupdown has its main file and folder. */
export const mainFile = ({ profile }: LowerContext): string => profile.name('paths', 'interfaces-file')

/**
 * Down and up again; ifdown knows only what the file says by now, so what is left over goes by hand. With a device that
 * is made anew, the VLANs on it are. An interface that is no longer declared is left to what else says something of it.
 */
export const upAgain = (one: NetworkInterface): string => {
  const { name } = one
  const isMade = kindOf(one) !== undefined
  const left = isMade
    ? `ip link delete ${name}`
    : `ip address flush dev ${name} scope global; ip -6 route flush dev ${name} proto boot`
  const again = isMade ? [name, ...one.vlans] : [name]
  return `{ ifdown --force ${name}; ${left}; } 2>/dev/null; ! ifquery ${name} >/dev/null 2>&1 || ifup --force ${again.join(' ')}`
}
