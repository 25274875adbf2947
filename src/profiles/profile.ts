import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { nearestHint } from '../diagnostics/nearest.ts'

/** The tables of an entry: a name as people write it → what this operating system calls it. */
export const categories = ['packages', 'services', 'groups', 'paths', 'managers'] as const
export type Category = (typeof categories)[number]

export type Names = { readonly [name: string]: string }

/** One entry of the transformation database. It says only what differs from the entry that it inherits from. */
export interface ProfileEntry {
  /** `linux`, `debian`, `debian/12`. */
  readonly id: string
  readonly inherits?: string
  /** It has no releases: whatever version a host says, this entry is meant. */
  readonly rolling?: boolean
  readonly packages?: Names
  readonly services?: Names
  readonly groups?: Names
  readonly paths?: Names
  readonly managers?: Names
  /**
   * Where and when the names were looked up, e.g. `our mirror, 2026-11-21`: one note for all of them, or by table and
   * name. What has none is unverified.
   */
  readonly checked?: string | { readonly [C in Category]?: Names }
}

/** Entries by id. */
export type ProfileDatabase = ReadonlyMap<string, ProfileEntry>

/** Where a name comes from: `entry` is the id of the row's entry, undefined where the name passes through unchanged. */
export interface ProfileRow {
  readonly value: string
  readonly entry?: string
  /** Where and when it was looked up; undefined where it was not. */
  readonly checked?: string
}

/** The words of one operating system. */
export interface Profile {
  /** The most special entry. */
  readonly id: string
  /** From the most special to the most general. */
  readonly chain: readonly string[]
  /** The value of a name; a name that no entry knows passes through unchanged. */
  name(category: Category, name: string): string
  /** A value that only some systems have, e.g. a path or a manager. */
  find(category: Category, name: string): string | undefined
  explain(category: Category, name: string): ProfileRow
}

/** What a host says of its operating system (`ID`, `VERSION_ID`, `ID_LIKE` of os-release). */
export interface OperatingSystem {
  readonly id: string
  readonly version?: string
  readonly idLike?: readonly string[]
}

export interface ProfileLookup {
  /** Undefined where the operating system is not known at all; then a diagnostic is an error. */
  readonly profile?: Profile
  readonly diagnostics: readonly Diagnostic[]
}

/** More than any real chain has; ends circles in what people add. */
const chainLimit = 16

/** `rocky/9.4`, `rocky/9`: a release is known by as much of its version as an entry has. */
const releasesOf = (id: string, version = ''): readonly string[] => {
  const parts = version.split(/[._]/)
  return version === '' ? [] : parts.map((_, at) => `${id}/${parts.slice(0, parts.length - at).join('.')}`)
}

const firstOf = (ids: readonly string[], database: ProfileDatabase): ProfileEntry | undefined =>
  ids.map((id) => database.get(id)).find((entry) => entry !== undefined)

/** The profile of an operating system: its release, else its distribution, else one that it says it is like. */
export const profileFor = (os: OperatingSystem, database: ProfileDatabase): ProfileLookup => {
  const release = os.version === undefined || os.version === '' ? os.id : `${os.id}/${os.version}`
  const own = database.get(os.id)
  const meant = release === os.id || own?.rolling === true ? [os.id] : []
  const exact = firstOf([...releasesOf(os.id, os.version), ...meant], database)
  if (exact !== undefined) return { profile: profileOf(exact, database), diagnostics: [] }
  const like = (os.idLike ?? []).flatMap((id) => [...releasesOf(id, os.version), id])
  const near = firstOf([os.id, ...like], database)
  if (near !== undefined) return { profile: profileOf(near, database), diagnostics: [onlyNear(release, near.id)] }
  const hint = nearestHint(os.id, database.keys())
  return {
    diagnostics: [
      {
        severity: 'error',
        code: 'unknown-os',
        summary: `no profile knows the operating system ${release}`,
        detail: 'Without one, names of packages, services and paths cannot be translated.',
        hint: hint ?? 'Add an entry under `profiles` of the site, e.g. one that inherits from debian.',
      },
    ],
  }
}

const onlyNear = (release: string, used: string): Diagnostic => ({
  severity: 'warning',
  code: 'near-os',
  summary: `no profile knows ${release}; the one of ${used} is used`,
  hint: `Add an entry '${release}' that inherits from ${used} under \`profiles\` of the site to say that this is meant.`,
})

const chainOf = (entry: ProfileEntry, database: ProfileDatabase): readonly ProfileEntry[] => {
  const chain: ProfileEntry[] = []
  for (let at: ProfileEntry | undefined = entry; at !== undefined && chain.length < chainLimit; ) {
    if (chain.includes(at)) break
    chain.push(at)
    at = at.inherits === undefined ? undefined : database.get(at.inherits)
  }
  return chain
}

/** Where and when the entry's own name was looked up. */
export const noteOf = ({ checked }: ProfileEntry, category: Category, name: string): string | undefined => {
  if (checked === undefined || typeof checked === 'string') return checked
  const notes = checked[category]
  return notes !== undefined && Object.hasOwn(notes, name) ? notes[name] : undefined
}

const profileOf = (entry: ProfileEntry, database: ProfileDatabase): Profile => {
  const chain = chainOf(entry, database)
  const row = (category: Category, name: string): ProfileRow | undefined => {
    for (const one of chain) {
      const table = one[category]
      if (table === undefined || !Object.hasOwn(table, name)) continue
      const checked = noteOf(one, category, name)
      return { value: table[name] ?? name, entry: one.id, ...(checked === undefined ? {} : { checked }) }
    }
    return undefined
  }
  return {
    id: entry.id,
    chain: chain.map((one) => one.id),
    name: (category, name) => row(category, name)?.value ?? name,
    find: (category, name) => row(category, name)?.value,
    explain: (category, name) => row(category, name) ?? { value: name },
  }
}
