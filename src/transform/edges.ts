import { posix } from 'node:path'
import { normalPath } from '../resources/properties.ts'
import type { Key } from '../steps/step.ts'
import type { Before } from './order.ts'
import { isPathStep, type PlacedStep, parentOf } from './placed-step.ts'

const unitFolders = [
  '/etc/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/system',
  '/etc/containers/systemd',
]

/** The files from which podman makes a service: `web.container` for `web.service`, `data.volume` for `data-volume.service`. */
const quadletNames = (service: string): readonly string[] => {
  const [, base] = /^(.+)\.service$/.exec(service) ?? []
  if (base === undefined) return []
  const [, other, sort] = /^(.+)-(volume|network|pod|image)$/.exec(base) ?? []
  return [`${base}.container`, `${base}.kube`, ...(other === undefined ? [] : [`${other}.${sort}`])]
}

/**
 * Unit files of a unit: its own, that of its template (`app@.service` for `app@1.service`), and those of the service that
 * a timer, socket or path starts.
 */
const unitNames = (unit: string): readonly string[] => {
  const started = unit.replace(/\.(timer|socket|path)$/, '.service')
  const names = [unit, started].flatMap((name) => [name, ...quadletNames(name)])
  return [...new Set(names.flatMap((name) => [name, name.replace(/@[^.]*\./, '@.')]))]
}

/**
 * The keys of which one step is in need, as far as they are declared: the parent path, owner and group, a link's
 * target, the groups of a user, what signs a certificate. Nothing else is guessed.
 */
const needsOf = (step: PlacedStep): readonly Key[] => {
  const { verb, target, args = {} } = step
  const accounts = [
    ...(args.owner === undefined ? [] : [`user:${args.owner}`]),
    ...(args.group === undefined ? [] : [`group:${args.group}`]),
  ]
  if (verb === 'LINK')
    return [
      ...accounts,
      `diversion:${target}`,
      `path:${normalPath(posix.resolve(parentOf(target) ?? '/', args.target ?? ''))}`,
    ]
  if (verb === 'USER' && args.type !== 'absent') {
    const groups = [args.gid, ...(args.groups ?? '').split(',')]
    return groups.flatMap((name) => (name === undefined || name === '' ? [] : [`group:${name}`]))
  }
  if (verb === 'CERTIFICATE') {
    const signer = [args.issuer, args.cakey].flatMap((path) => (path?.startsWith('/') === true ? [path] : []))
    const parents = target.split(':').flatMap((path) => parentOf(path) ?? [])
    return [
      ...accounts,
      `certificate:${signer.join(':')}`,
      ...[...signer, ...parents].map((path): Key => `path:${path}`),
    ]
  }
  if (verb === 'GIT') return args.user === undefined ? [] : [`user:${args.user}`]
  return isPathStep(step) ? [...accounts, `diversion:${target}`, ...(step.behind ?? [])] : (step.behind ?? [])
}

/** Settings of a module are there once it is loaded; a boot has the same order. One with an `after` goes where that says. */
const bringsSettings = ({ verb, args, resource }: PlacedStep): boolean =>
  verb === 'MODULE' && args?.loaded === 'yes' && (resource.after ?? []).length === 0

/** Answers that a package shall find when it is installed. */
const answers = (step: PlacedStep, of: string): boolean =>
  step.verb === 'DEBCONF' && step.args?.package === of && (step.resource.after ?? []).length === 0

/** A package may come from any repository; one with an `after`, such as a package that it needs, goes where that says. */
const bringsPackages = ({ resource }: PlacedStep): boolean =>
  resource.type === 'repository' && (resource.after ?? []).length === 0

/** Which step makes, or changes, each key; and which paths lie in a folder of unit drop-ins. */
interface Declared {
  readonly byKey: ReadonlyMap<Key, number>
  readonly byFolder: ReadonlyMap<string, readonly number[]>
}

const declared = (steps: readonly PlacedStep[]): Declared => {
  const byKey = new Map<Key, number>()
  const byFolder = new Map<string, number[]>()
  for (const [number, step] of steps.entries()) {
    if (!byKey.has(step.key)) byKey.set(step.key, number)
    const folder = isPathStep(step) ? parentOf(step.target) : undefined
    if (folder?.endsWith('.d') === true) byFolder.set(folder, [...(byFolder.get(folder) ?? []), number])
  }
  return { byKey, byFolder }
}

const unitNeeds = (unit: string, { byKey, byFolder }: Declared): readonly number[] => {
  // Where systemd does not manage services, they are scripts.
  const script = byKey.get(`path:/etc/init.d/${unit.replace(/\.service$/, '')}`)
  const files = unitFolders.flatMap((folder) =>
    unitNames(unit).flatMap((name) => [
      ...(byKey.has(`path:${folder}/${name}`) ? [byKey.get(`path:${folder}/${name}`) ?? 0] : []),
      ...(byFolder.get(`${folder}/${name}.d`) ?? []),
    ]),
  )
  return script === undefined ? files : [...files, script]
}

/** The nearest ancestor of a path that is declared. */
const ancestor = (path: string, byKey: ReadonlyMap<Key, number>): number | undefined => {
  for (let at = parentOf(path); at !== undefined; at = parentOf(at)) {
    const number = byKey.get(`path:${at}`)
    if (number !== undefined) return number
  }
  return undefined
}

/** The checkout that a path lies in, or what is mounted at it or above it. */
const broughtBy = (path: string, byKey: ReadonlyMap<Key, number>): number | undefined => {
  for (let at: string | undefined = path; at !== undefined; at = parentOf(at)) {
    const number = byKey.get(`mount:${at}`) ?? (at === path ? undefined : byKey.get(`git:${at}`))
    if (number !== undefined) return number
  }
  return undefined
}

const isRemoval = (step: PlacedStep | undefined): boolean => step?.verb === 'RM' || step?.args?.type === 'absent'

/**
 * The edges between steps: implied ones, and `after`. Behind the steps stands one number for each resource that others
 * are `after`: it comes when all steps of that resource have come.
 */
export const edgesOf = (steps: readonly PlacedStep[]): Before => {
  const known = declared(steps)
  const before: Set<number>[] = steps.map(() => new Set())
  const ends = resourceEnds(steps, before)
  const modules = steps.flatMap((step, number) => (bringsSettings(step) ? [number] : []))
  const repositories = steps.flatMap((step, number) => (bringsPackages(step) ? [number] : []))
  const questions = steps.flatMap((step, number) => (step.verb === 'DEBCONF' ? [number] : []))
  for (const [number, step] of steps.entries()) {
    const own = before[number] ?? new Set()
    const need = (other: number | undefined): void => {
      if (other !== undefined && other !== number) own.add(other)
    }
    for (const ref of step.resource.after ?? []) need(ends.get(ref))
    for (const key of needsOf(step)) {
      const other = known.byKey.get(key)
      if (other !== undefined && !isRemoval(steps[other])) need(other)
    }
    if (step.verb === 'SYSCTL') modules.forEach(need)
    if (step.verb === 'PACKAGE' && !isRemoval(step)) {
      repositories.forEach(need)
      for (const other of questions) if (answers(steps[other] ?? step, step.target)) need(other)
    }
    if (step.verb === 'UNIT') {
      for (const other of unitNeeds(step.target, known)) {
        // What shall stop does so while its file is there.
        if (isRemoval(steps[other]) && step.args?.active === 'no') before[other]?.add(number)
        else need(other)
      }
    }
    // A checkout fills a directory, and what is mounted there hides one.
    if (step.verb === 'GIT' || step.verb === 'MOUNT') {
      need(ancestor(step.target, known.byKey))
      if (step.verb === 'GIT') need(known.byKey.get(`path:${step.target}`))
    }
    if (!isPathStep(step)) continue
    need(broughtBy(step.target, known.byKey))
    const parent = ancestor(step.target, known.byKey)
    if (parent === undefined) continue
    // What is inside goes before the directory itself goes.
    if (isRemoval(steps[parent])) before[parent]?.add(number)
    else need(parent)
  }
  return before
}

const resourceEnds = (steps: readonly PlacedStep[], before: Set<number>[]): ReadonlyMap<string, number> => {
  const ends = new Map<string, number>()
  for (const ref of new Set(steps.flatMap((step) => step.resource.after ?? []))) {
    ends.set(ref, before.length)
    before.push(new Set())
  }
  for (const [number, { resource }] of steps.entries()) {
    const end = ends.get(`${resource.type}:${resource.id}`)
    if (end !== undefined) before[end]?.add(number)
  }
  return ends
}
