import { decode } from '../../steps/encoding.ts'
import { argsOf, makeStep } from '../../steps/parse.ts'
import type { Key, Step } from '../../steps/step.ts'
import { type Aspects, defineKind, type StateKind } from '../kind.ts'
import { namedKind } from '../named.ts'
import { type Identity, identityOf, keyIn } from './identity.ts'

/** A role or database as a whole; privileges are a matter of their own. */
const whole = namedKind({
  name: 'postgres',
  verb: 'POSTGRES',
  aspects: [
    ...['login', 'superuser', 'createdb', 'createrole', 'inherit', 'replication', 'bypassrls', 'connlimit'],
    ...['validuntil', 'memberof', 'members', 'settings', 'password', 'comment'],
    ...['owner', 'encoding', 'collate', 'ctype'],
  ],
  exists: true,
  atMost: 'exact',
  requires: 'exec',
  negative: (wanted) => wanted.type === 'absent',
  reverse: () => ({ strength: 'exact' }),
  addsTo: { aspect: 'memberof', when: 'append' },
})

const of = (key: Key): Identity | undefined => identityOf(key.slice('postgres:'.length))

/** Roles that are always there, or mean everybody. */
const isBuiltIn = (role: string): boolean => role === 'public' || role.startsWith('pg_')

const needs = (step: Step): readonly Key[] => {
  const identity = identityOf(step.target)
  const { owner, memberof = '', type } = argsOf(step)
  if (identity === undefined || type === 'absent') return []
  const role = (name: string): readonly Key[] => (isBuiltIn(name) ? [] : [keyIn(identity.server, 'role', name)])
  if (identity.sort === 'grant')
    return [
      ...role(identity.name),
      ...(identity.on === 'database' ? [keyIn(identity.server, 'database', identity.db)] : []),
    ]
  const groups = memberof.split(',').filter((name) => name !== '')
  return [...(owner === undefined ? [] : role(owner)), ...groups.flatMap((name) => role(decodeItem(name)))]
}

/** A member of a set as aspects hold it: percent-encoded, with `*` behind what may be passed on. */
const decodeItem = (item: string): string => decode(item.replace(/\*$/, ''))

/** What only counts, or comes back along with the rest. */
const observedOnly = ({ entries: _entries, server: _server, ...aspects }: Aspects): Aspects => aspects

const immutable = { encoding: 'encoding', collate: 'locale', ctype: 'locale' } as const

/** Roles, databases and privileges of PostgreSQL: `role/NAME`, `database/NAME`, `grant/ROLE/SORT/DATABASE…`. */
export const postgresKind: StateKind<'exact'> = defineKind({
  ...whole,
  atMost: 'exact',
  needs,
  claims: (step) => {
    const identity = identityOf(step.target)
    if (identity?.sort !== 'grant') return whole.claims(step)
    return { privileges: argsOf(step).privileges ?? '' }
  },
  spell: (key, from, to) => {
    const target = key.slice('postgres:'.length)
    if (of(key)?.sort !== 'grant') return whole.spell(key, observedOnly(from), observedOnly(to))
    if (to.privileges === undefined || to.privileges === from.privileges) return []
    return [makeStep({ verb: 'POSTGRES', target, args: { privileges: to.privileges } })]
  },
  // On no table at all everything holds.
  same: (aspect, wanted, now) =>
    (aspect === 'privileges' && now === '?') ||
    ((aspect === 'collate' || aspect === 'ctype') && spelledAlike(wanted) === spelledAlike(now)),
  reverse: (key, from, to) => {
    const identity = of(key)
    if (identity?.sort !== 'database' || from.type === 'absent' || to.type !== 'absent') return { strength: 'exact' }
    return from.entries === '0'
      ? {
          strength: 'best-effort',
          stays: ['that it would be made anew, without settings of its own and the privileges on it'],
        }
      : { strength: 'irreversible', because: `what the database ${identity.name} holds is lost with it` }
  },
  made: () => ({
    ...{ login: 'no', superuser: 'no', createdb: 'no', createrole: 'no', inherit: 'yes', replication: 'no' },
    ...{ bypassrls: 'no', connlimit: '-1', validuntil: '', memberof: '', comment: '' },
  }),
  takenBack: (to) => (to.type === 'absent' ? { ifempty: 'yes' } : {}),
  keeps: (key, now) => {
    if (of(key)?.sort !== 'database' || now.entries === '0') return undefined
    const held =
      now.entries === undefined
        ? 'what could not be counted'
        : `${now.entries} ${now.entries === '1' ? 'object' : 'objects'}`
    return `it holds ${held}: stays (absent: true drops it)`
  },
  objection: (step, now) => {
    const wanted = argsOf(step)
    if (now.server === 'none' && wanted.type !== 'absent')
      return {
        summary: 'this host has no PostgreSQL',
        hint: "Declare its package and service before, e.g. pkg('postgresql').",
      }
    if (now.type !== 'present') return undefined
    for (const [aspect, name] of Object.entries(immutable)) {
      const value = wanted[aspect]
      if (value !== undefined && spelledAlike(value) !== spelledAlike(now[aspect] ?? value))
        return {
          summary: `the database has the ${name} ${now[aspect]}, and PostgreSQL cannot change that to ${value}`,
          hint: 'Dump it, drop it (absent: true), make it anew and restore the dump; or declare what it has.',
        }
    }
    return undefined
  },
})

/** `en_US.UTF-8` and `en_US.utf8` are one locale. */
const spelledAlike = (text: string): string => text.toLowerCase().replaceAll('-', '')
