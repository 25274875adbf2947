import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { Diagnostic, Source } from '../../diagnostics/diagnostic.ts'
import { quote, quoteArgv } from '../../text/quote.ts'
import type { GitopperDir, GitopperFile, GitopperService } from './gitopper-file.ts'

export interface Imported {
  /** `site.ts`. */
  readonly text: string
  /** What the site does not do, or does otherwise; it stands in comments of the text too. */
  readonly notes: readonly Diagnostic[]
}

const isControl = (char: string): boolean => char < ' ' || char === '\u007f' || char === '\u2028' || char === '\u2029'

/** Text as TypeScript reads it, with the quotes that it needs least. */
const literal = (text: string): string => {
  const escaped = [...text.replaceAll('\\', '\\\\')]
    .map((char) => (isControl(char) ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : char))
    .join('')
  return text.includes("'") && !text.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`
}

/** Text for a comment, which ends with its line. */
const commented = (text: string): string => [...text].map((char) => (isControl(char) ? '?' : char)).join('')

const list = (items: readonly string[]): string => `[${items.map(literal).join(', ')}]`

class Notes {
  readonly all: Diagnostic[] = []

  /** Notes it, and gives the comment. */
  add(summary: string, source: Source): string {
    this.all.push({ severity: 'warning', code: 'not-imported', summary, source })
    return `// Not as gitopper: ${commented(summary)}.`
  }
}

/** Services of several machines that say the same. */
interface Group {
  readonly machines: string[]
  readonly service: GitopperService
}

const grouped = (services: readonly GitopperService[]): readonly Group[] => {
  const groups = new Map<string, Group>()
  for (const service of services) {
    const { machine, source: _source, dirs, ...rest } = service
    const id = JSON.stringify([rest, dirs.map(({ local, link, isFile }) => [local, link, isFile])])
    const group = groups.get(id)
    if (group === undefined) groups.set(id, { machines: [machine], service })
    else if (!group.machines.includes(machine)) group.machines.push(machine)
  }
  return [...groups.values()]
}

const hostName = (machine: string): string => machine.replace(/[^A-Za-z0-9_.-]/g, '-').replace(/^[^A-Za-z0-9_]/, '_$&')

const hostLine = (machine: string): string => {
  const name = hostName(machine)
  const shown = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : literal(name)
  if (machine === 'localhost') return `    ${shown}: { connection: 'local' },`
  return name === machine ? `    ${shown}: {},` : `    ${shown}: { address: ${literal(machine)} },`
}

/** Passwords in an address are in every plan: they are left out, and that is said. */
const withoutLogin = (upstream: string): string =>
  /^https?:/i.test(upstream)
    ? upstream.replace(/\/\/[^/@]*@/, '//')
    : upstream.replace(/^([a-z+]+:\/\/[^/@:]*):[^/@]*@/i, '$1@')

const pathsOf = (dirs: readonly GitopperDir[]): readonly string[] =>
  dirs.map(({ link }) => link).filter((link) => link !== '')

/** Gitopper acts only when something below the directories of the service changed. */
const changeAction = ({ action, service, dirs }: GitopperService, checkout: string): string | undefined => {
  if (action === undefined) return undefined
  const paths = pathsOf(dirs)
  if (paths.length === 0 && (action === 'reload' || action === 'restart')) return `${action}(${literal(service)})`
  const told = quoteArgv(['systemctl', action, service])
  // What does not run has nothing to reload, and is no failure.
  const idle = `! systemctl is-active --quiet ${quote(service)}`
  const act = `systemctl daemon-reload && ${action === 'reload' ? `{ ${idle} || ${told}; }` : told}`
  if (paths.length === 0) return `run(${literal(act)})`
  const git = `git -C ${quote(checkout)} -c 'safe.directory=*' -c core.fsmonitor=false`
  const same = `${git} diff-tree --quiet 'HEAD@{1}' HEAD -- ${quoteArgv(paths)} 2>/dev/null`
  return `run(${literal(`${same} || { ${act}; }`)})`
}

/** The folder that something lies in; those at the top of a system are there. */
const folderOf = (path: string): readonly string[] => {
  const above = posix.dirname(path)
  return /^\/[^/]*$/.test(above) ? [] : [`directory(${literal(above)}, { parents: true })`]
}

const dirLines = (dir: GitopperDir, checkout: string, taken: Set<string>, notes: Notes): readonly string[] => {
  if (dir.local === '') return []
  const local = posix.normalize(dir.local).replace(/(.)\/$/, '$1')
  if (taken.has(local)) return [notes.add(`${local} is mounted by an earlier service already`, dir.source)]
  taken.add(local)
  const from = posix.join(checkout, dir.link)
  if (dir.isFile) {
    return [...folderOf(local), `link(${literal(local)}, { target: ${literal(from)}, after: checkout })`]
  }
  const system = /^\/(proc|sys|dev|run|usr|etc|var|bin|lib)?$/.test(local)
  if (system) return [notes.add(`${local} is a matter of the system, and nothing is mounted over it`, dir.source)]
  // Without the checkout, as where it lies in /tmp, the machine has to come up all the same.
  const options = `options: ['bind', 'nofail']`
  return [`mount(${literal(local)}, { device: ${literal(from)}, ${options}, after: checkout })`]
}

const serviceLines = (
  { machines, service }: Group,
  taken: Map<string, Set<string>>,
  notes: Notes,
): readonly string[] => {
  const checkout = posix.join(service.mount, service.service)
  const repo = withoutLogin(service.upstream)
  const locals = new Set(machines.flatMap((machine) => [...(taken.get(machine) ?? [])]))
  const onChange = changeAction(service, checkout)
  const lines = [
    ...(repo === service.upstream
      ? []
      : [
          notes.add(
            'the address held a login, which plans would show: give hosts a deploy key or ~/.netrc',
            service.source,
          ),
        ]),
    ...(/^\/tmp(\/|$)/.test(checkout)
      ? [notes.add(`${checkout} is gone after a boot, until the next run makes it again`, service.source)]
      : []),
    ...(service.package === undefined ? [] : [`pkg(${literal(service.package)})`]),
    ...(service.service.includes('@') ? [`service(${literal(service.service)}, { enabled: true })`] : []),
    ...folderOf(checkout),
    `${service.dirs.some(({ local }) => local !== '') ? 'const checkout = ' : ''}git(${literal(checkout)}, {`,
    `  repo: ${literal(repo)},`,
    `  ref: ${literal(service.branch)},`,
    ...(service.user === undefined ? [] : [`  user: ${literal(service.user)},`]),
    ...(onChange === undefined ? [] : [`  onChange: ${onChange},`]),
    '})',
    ...service.dirs.flatMap((dir) => dirLines(dir, checkout, locals, notes)),
  ]
  for (const machine of machines) taken.set(machine, new Set([...(taken.get(machine) ?? []), ...locals]))
  const names = machines.map(hostName)
  const test = names.length === 1 ? `host.name === ${literal(names[0] ?? '')}` : `${list(names)}.includes(host.name)`
  return [`    if (${test}) {`, ...lines.map((line) => `      ${line}`), '    }']
}

const general = (file: GitopperFile, notes: Notes): readonly string[] => [
  ...(file.keys === undefined
    ? []
    : [notes.add('keys say who may use gitopperctl; groups of the agent say who may give it orders', file.keys)]),
  ...(file.services.some(({ machine }) => machine === 'localhost')
    ? [
        notes.add(
          'localhost may stand for any machine that was started with -h localhost; name those machines in hosts',
          file.services.find(({ machine }) => machine === 'localhost')?.source ?? { file: '', line: 1, column: 1 },
        ),
      ]
    : []),
  ...file.idle.map(({ name, source }) => notes.add(`${name} in [global] does nothing`, source)),
]

const functions = ['directory', 'git', 'link', 'mount', 'pkg', 'reload', 'restart', 'run', 'service'] as const

/** A site with the same effect on each machine, as the text of `site.ts`. */
export const gitopperSite = (file: GitopperFile, shownName: string): Imported => {
  const notes = new Notes()
  const groups = grouped(file.services)
  const head = general(file, notes)
  const taken = new Map<string, Set<string>>()
  const body = groups.flatMap((group) => serviceLines(group, taken, notes))
  const machines = [...new Set(file.services.map(({ machine }) => machine))]
  const used = functions.filter((name) => body.some((line) => new RegExp(`(^|[ =])${name}\\(["']`).test(line)))
  const identity = createHash('sha256').update(
    JSON.stringify(file.services.map(({ machine, service, upstream }) => [machine, service, upstream])),
  )
  const text = [
    `import { defineSite } from 'hexis'`,
    ...(used.length === 0 ? [] : [`import { ${used.join(', ')} } from 'hexis/resources'`]),
    '',
    `// Made of ${commented(shownName)}, a configuration of gitopper. Each service is a checkout at the newest commit of its branch;`,
    '// its directories are mounted from there, and it is told when something in them changed.',
    '// The whole repository is checked out, where gitopper takes only the directories.',
    ...head,
    'export default defineSite({',
    `  id: 'gitopper-${identity.digest('hex').slice(0, 8)}', // what Hexis owns on a host belongs to this id: never change it`,
    '  hosts: {',
    ...machines.map(hostLine),
    '  },',
    ...(body.length === 0 ? ['  configure() {},'] : ['  configure(host) {', ...body, '  },']),
    '})',
    '',
  ].join('\n')
  return { text, notes: notes.all }
}
