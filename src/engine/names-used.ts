import type { Category, Profile, ProfileRow } from '../profiles/profile.ts'
import type { LowerContext, ResourceDefinition } from '../resources/definition.ts'

/** A name as the config has it, and what the profile made of it for one resource. */
export interface NameUse {
  /** `package:apache`. */
  readonly resource: string
  readonly category: Category
  readonly name: string
  readonly row: ProfileRow
}

type Definitions = ReadonlyMap<string, ResourceDefinition>

/** The same resources; every name that their lowering asks the profile for is added to `uses`. */
export const recordingNames = (definitions: Definitions, uses: NameUse[]): Definitions =>
  new Map(
    [...definitions].map(([type, definition]) => [
      type,
      {
        ...definition,
        lower: (resource, context) => definition.lower(resource, recording(`${type}:${resource.id}`, context, uses)),
      },
    ]),
  )

const recording = (resource: string, context: LowerContext, uses: NameUse[]): LowerContext => {
  const { profile } = context
  const note = (category: Category, name: string): void => {
    uses.push({ resource, category, name, row: profile.explain(category, name) })
  }
  const noting: Profile = {
    ...profile,
    name(category, name) {
      note(category, name)
      return profile.name(category, name)
    },
    find(category, name) {
      note(category, name)
      return profile.find(category, name)
    },
  }
  return {
    ...context,
    profile: noting,
    unit(service) {
      note('services', service)
      return context.unit(service)
    },
  }
}

const things: Readonly<Record<Category, string>> = {
  packages: 'package',
  services: 'service',
  groups: 'group',
  paths: 'path',
  managers: 'manager of',
}

/** `package apache is apache2: entry debian, checked in Debian 12 package index, 2026-11-21`. */
const words = ({ category, name, row }: NameUse): string => {
  const said = `${things[category]} ${name}`
  if (row.entry === undefined) return `${said} is used as it is: no entry knows it`
  const checked = row.checked === undefined ? 'unverified' : `checked in ${row.checked}`
  return `${said} is ${row.value}: entry ${row.entry}, ${checked}`
}

/** What decided the names of these resources, each name once. */
export const namesInWords = (uses: readonly NameUse[], resources: ReadonlySet<string>): readonly string[] => [
  ...new Set(uses.filter((use) => resources.has(use.resource)).map(words)),
]
