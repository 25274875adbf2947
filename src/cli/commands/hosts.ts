import type { Action } from '../command.ts'
import { exits } from '../exit.ts'
import { inert } from '../inert.ts'
import type { HostRow } from '../ports.ts'
import { alignColumns } from '../view/table.ts'
import { configPlace, printJson } from '../with-site.ts'

const labelsText = (host: HostRow): string =>
  Object.entries(host.labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

/** One line a host, for people. */
export const renderHosts = (hosts: readonly HostRow[]): string =>
  alignColumns([
    ['HOST', 'ADDRESS', 'CONNECTION', 'LABELS', 'GROUPS'],
    ...hosts.map((h) =>
      [h.name, h.address ?? '–', h.connection, labelsText(h), h.groups.map((g) => `@${g}`).join(' ')].map(inert),
    ),
  ])

export const action: Action = async (invocation, context) => {
  const { id, hosts } = await context.ports.readHosts(configPlace(context), invocation.text('on'))
  if (context.globals.json)
    printJson({ site: id, hosts: Object.fromEntries(hosts.map(({ name, ...rest }) => [name, rest])) }, context)
  else context.output.out(renderHosts(hosts))
  return exits.converged
}
