import { resolve } from 'node:path'
import type { Diagnostic, Source } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { schemaIssues } from '../diagnostics/schema-issues.ts'
import type { HostDeclaration, InventoryDeclaration } from './declaration.ts'
import { inventoryDeclaration } from './declaration.ts'
import { groupsOf } from './groups.ts'
import type { Inventory, InventoryGroup, InventoryHost } from './inventory.ts'
import { resolveVars } from './variables.ts'

export interface BuildOptions {
  /** Absolute; `root` and `identityFile` of hosts are relative to it. */
  readonly configRoot: string
  /** Where a part of the declaration is written, as far as that is known. */
  readonly locate: (path: readonly PropertyKey[]) => Source | undefined
}

/** Hosts with defaults, groups and variables applied. @throws DiagnosticError with everything that is wrong */
export const buildInventory = (raw: unknown, options: BuildOptions): Inventory => {
  const located = (path: readonly PropertyKey[]): { readonly source?: Source } => {
    const source = options.locate(path)
    return source === undefined ? {} : { source }
  }
  const issues = schemaIssues(inventoryDeclaration, raw, 'the site')
  if (issues.length > 0) {
    throw new DiagnosticError(
      issues.map(
        ({ path, ...issue }): Diagnostic => ({
          severity: 'error',
          ...issue,
          summary: withPlace(issue.summary, path),
          ...located(path),
        }),
      ),
    )
  }
  const declared = inventoryDeclaration.parse(raw)
  const mistakes = Object.entries(declared.hosts).flatMap(([name, host]) =>
    connectionMistakes(name, host, declared).map((d): Diagnostic => ({ ...d, ...located(['hosts', name]) })),
  )
  if (mistakes.length > 0) throw new DiagnosticError(mistakes)
  return assemble(declared, options)
}

/** Mistakes inside `hosts` name the whole path, unknown names among them already do. */
const withPlace = (summary: string, path: readonly PropertyKey[]): string =>
  path[0] === 'hosts' && path[1] !== undefined && !summary.includes('hosts.')
    ? `hosts.${String(path[1])}: ${summary}`
    : summary

const connectionMistakes = (name: string, host: HostDeclaration, site: InventoryDeclaration): readonly Diagnostic[] => {
  const connection = host.connection ?? site.defaults.connection ?? 'ssh'
  const error = (summary: string, hint: string): Diagnostic => ({
    severity: 'error',
    code: 'bad-connection',
    summary: `host ${name}: ${summary}`,
    hint,
    host: name,
  })
  const found: Diagnostic[] = []
  const needsRoot = connection === 'directory' || connection === 'chroot'
  if (needsRoot && host.root === undefined) {
    found.push(
      error(`connection '${connection}' needs a root`, `Write root: './sandbox', the folder below which it works.`),
    )
  }
  if (!needsRoot && host.root !== undefined) {
    found.push(error(`root has no meaning for connection '${connection}'`, `Did you mean connection: 'directory'?`))
  }
  if (connection !== 'ssh' && host.address !== undefined) {
    found.push(error(`address has no meaning for connection '${connection}'`, 'Leave one of them out.'))
  }
  if (connection !== 'ssh' && host.ssh !== undefined) {
    found.push(error(`ssh settings have no meaning for connection '${connection}'`, 'Leave one of them out.'))
  }
  return found
}

const assemble = (declared: InventoryDeclaration, options: BuildOptions): Inventory => {
  const labelNames = new Set(Object.values(declared.hosts).flatMap((host) => Object.keys(host.labels ?? {})))
  const { groups, memberships } = groupsOf(declared, labelNames, options.locate)
  const hosts = new Map<string, InventoryHost>()
  for (const [name, host] of Object.entries(declared.hosts)) {
    hosts.set(name, hostOf(name, host, declared, memberships.get(name) ?? [], groups, options))
  }
  const varNames = new Set([
    ...Object.keys(declared.defaults.vars ?? {}),
    ...[...groups.values()].flatMap((group) => Object.keys(group.vars)),
    ...Object.values(declared.hosts).flatMap((host) => Object.keys(host.vars ?? {})),
  ])
  return { hosts, groups, varNames, labelNames }
}

const hostOf = (
  name: string,
  host: HostDeclaration,
  site: InventoryDeclaration,
  memberOf: readonly string[],
  groups: ReadonlyMap<string, InventoryGroup>,
  options: BuildOptions,
): InventoryHost => {
  const connection = host.connection ?? site.defaults.connection ?? 'ssh'
  const become = host.become ?? (connection === 'ssh' ? site.defaults.become : undefined)
  const becomePassword = host.becomePassword ?? site.defaults.becomePassword
  const source = options.locate(['hosts', name])
  const levels = [
    { level: 'defaults', vars: site.defaults.vars ?? {} },
    ...memberOf.map((group) => ({ level: `group ${group}`, vars: groups.get(group)?.vars ?? {} })),
    { level: 'host', vars: host.vars ?? {} },
  ]
  const ssh = defined({ ...site.defaults.ssh, ...host.ssh })
  return {
    name,
    address: host.address ?? name,
    connection,
    ...(host.root === undefined ? {} : { root: resolve(options.configRoot, host.root) }),
    ...(host.os === undefined ? {} : { os: host.os }),
    ssh,
    ...(become === undefined ? {} : { become }),
    ...(becomePassword === undefined ? {} : { becomePassword }),
    ...(host.age === undefined ? {} : { age: host.age }),
    labels: host.labels ?? {},
    ...resolveVars(levels),
    groups: memberOf,
    strict: host.strict ?? site.defaults.strict ?? false,
    ...(source === undefined ? {} : { source }),
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

const defined = <T extends object>(record: T): Defined<T> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Defined<T>
