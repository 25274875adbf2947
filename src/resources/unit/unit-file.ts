import type { LowerContext, LoweredStep } from '../definition.ts'
import { serviceManager } from '../service/service-manager.ts'

type Value = string | number | boolean | readonly (string | number)[]
type Sections = { readonly [name: string]: { readonly [key: string]: Value } }

/** The section that each type of unit has beside Unit and Install. */
const ownSections: Readonly<Record<string, readonly string[]>> = {
  service: ['Service'],
  socket: ['Socket'],
  timer: ['Timer'],
  path: ['Path'],
  mount: ['Mount'],
  automount: ['Automount'],
  swap: ['Swap'],
  slice: ['Slice'],
  scope: ['Scope'],
  target: [],
}

const suffix = /\.([a-z]+)$/

/** Sections that a unit of this name cannot have; a name without a suffix is a service. */
export const foreignSections = (unit: string, names: readonly string[]): readonly string[] => {
  const allowed = ['Unit', 'Install', ...sectionsOf(unit)]
  return names.filter((name) => !allowed.includes(name) && !name.startsWith('X-'))
}

export const sectionsOf = (unit: string): readonly string[] =>
  ownSections[suffix.exec(unit)?.[1] ?? 'service'] ?? ownSections.service ?? []

const lineValue = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)

/** The text of a unit file, as systemd.syntax(7) has it. */
export const unitText = (sections: Sections): string =>
  Object.entries(sections)
    .map(([name, keys]) => {
      const lines = Object.entries(keys).flatMap(([key, value]) =>
        [value].flat().map((one) => `${key}=${lineValue(one)}\n`),
      )
      return `[${name}]\n${lines.join('')}`
    })
    .join('\n')

/** Where units and drop-ins lie; reported where the system has no systemd. */
export const unitPath = (file: string, context: LowerContext): string => {
  const manager = serviceManager(context)
  if (manager !== 'systemd')
    context.report({
      code: 'unsupported-here',
      summary: `its host has ${manager} instead of systemd`,
      hint: 'Declare it for hosts with systemd only.',
    })
  return `${context.profile.name('paths', 'unit-dir')}/${file}`
}

/** systemd reads what changed: before the unit itself is started or stopped, at the latest at the end. */
const reread = [{ verb: 'RELOAD', target: 'systemd' }] as const

export const unitFileStep = (target: string, blob: string, options: { readonly verify: boolean }): LoweredStep => ({
  verb: 'COPY',
  target,
  args: {
    blob,
    group: 'root',
    mode: '0644',
    owner: 'root',
    parents: 'yes',
    ...(options.verify ? { validate: 'systemd-analyze verify %s' } : {}),
  },
  actions: reread,
})

export const noUnitFileStep = (target: string): LoweredStep => ({ verb: 'RM', target, actions: reread })
