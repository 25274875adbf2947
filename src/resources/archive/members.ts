import { posix } from 'node:path'
import type { ArchiveEntry } from './unpack.ts'

/** Longest name of one path component. */
const nameLimitBytes = 255

/** What lies at a path below the directory; the path has no slash at its start, and is empty for the directory itself. */
export interface Member {
  readonly path: string
  readonly entry: ArchiveEntry
}

interface Members {
  /** Outer ones first, each path once. */
  readonly members: readonly Member[]
  /** `NAME: why`. */
  readonly refused: readonly string[]
}

/** `./a//b/` without its first `strip` names; undefined where nothing is left of it. */
const stripped = (name: string, strip: number): string | undefined => {
  const names = name.split('/').filter((one) => one !== '' && one !== '.')
  return names.length < strip || (names.length === strip && strip > 0) ? undefined : names.slice(strip).join('/')
}

const nameMistake = (name: string): string | undefined => {
  if (name.startsWith('/')) return 'its name is absolute'
  const names = name.split('/')
  if (names.includes('..')) return 'its name leads out of the archive'
  if (name.includes('\0') || name.includes('\uFFFD')) return 'its name is no UTF-8'
  return names.some((one) => Buffer.byteLength(one) > nameLimitBytes)
    ? `its name has more than ${nameLimitBytes} bytes`
    : undefined
}

/**
 * A symbolic link must stay below `to`. Only leading `..` are understood: behind another name, which may be a link, they
 * could lead anywhere.
 */
const linkMistake = (to: string, path: string, target: string): string | undefined => {
  const downward = target.replace(/^(?:\.{1,2}\/+)*(?:\.{1,2}$)?/, '')
  const end = posix.resolve(to, posix.dirname(path), target)
  const inside = end === to || end.startsWith(`${to}/`)
  return inside && !downward.split('/').includes('..') ? undefined : `it is a link that leads out, to ${target}`
}

const typeMistake = ({ type, target }: ArchiveEntry): string | undefined => {
  if (type === 'file' || type === 'directory') return undefined
  if (type !== 'symlink' && type !== 'link') return `it is a ${type}`
  return target === undefined || target === '' ? 'it is a link to nothing' : undefined
}

const inNoDirectory = (path: string, all: ReadonlyMap<string, ArchiveEntry>): string | undefined => {
  for (let at = posix.dirname(path); at !== '.'; at = posix.dirname(at)) {
    const outer = all.get(at)
    if (outer !== undefined && outer.type !== 'directory') return `it lies in ${at}, which is no directory`
  }
  return undefined
}

const withFolders = (all: ReadonlyMap<string, ArchiveEntry>): ReadonlyMap<string, ArchiveEntry> => {
  const out = new Map(all)
  for (const path of all.keys())
    for (let at = posix.dirname(path); at !== '.'; at = posix.dirname(at))
      if (!out.has(at)) out.set(at, { name: at, type: 'directory', mode: 0o755 })
  return out
}

/** What an archive puts below the directory `to`; whatever could reach beyond it is refused by name. */
export const membersOf = (entries: readonly ArchiveEntry[], to: string, strip: number): Members => {
  const refused: string[] = []
  const all = new Map<string, ArchiveEntry>()
  const refuse = (entry: ArchiveEntry, why: string | undefined): boolean => {
    if (why !== undefined) refused.push(`${JSON.stringify(entry.name)}: ${why}`)
    return why !== undefined
  }
  for (const entry of entries) {
    if (refuse(entry, nameMistake(entry.name) ?? typeMistake(entry))) continue
    const path = stripped(entry.name, strip)
    if (path === undefined || path === '') continue
    if (entry.type === 'symlink' && refuse(entry, linkMistake(to, path, entry.target ?? ''))) continue
    if (entry.type !== 'link') {
      // As tar does: what comes later holds.
      all.set(path, entry)
      continue
    }
    // A second name of a file is a file of its own, with that content.
    const first = nameMistake(entry.target ?? '') === undefined ? stripped(entry.target ?? '', strip) : undefined
    const file = first === undefined ? undefined : all.get(first)
    if (file?.content === undefined) refuse(entry, `it is a link to ${entry.target}, which is no file before it`)
    else all.set(path, { ...file, name: entry.name })
  }
  for (const [path, entry] of all) refuse(entry, inNoDirectory(path, all))
  const members = [...withFolders(all)].map(([path, entry]): Member => ({ path, entry }))
  return { members: members.sort((a, b) => (a.path < b.path ? -1 : 1)), refused }
}
