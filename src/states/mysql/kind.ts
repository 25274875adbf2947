import { argsOf, makeStep } from '../../steps/parse.ts'
import { type Aspects, defineKind, type StateKind } from '../kind.ts'
import { namedKind } from '../named.ts'
import { mysqlIdentity, mysqlKey } from './identity.ts'

/** An account or database as a whole; privileges are a matter of their own. */
const whole = namedKind({
  name: 'mysql',
  verb: 'MYSQL',
  aspects: ['plugin', 'password', 'require', 'connlimit', 'locked', 'limits', 'grants', 'charset', 'collate'],
  exists: true,
  atMost: 'exact',
  requires: 'exec',
  negative: (wanted) => wanted.type === 'absent',
  reverse: () => ({ strength: 'exact' }),
})

const observedOnly = ({ entries: _entries, server: _server, ...aspects }: Aspects): Aspects => aspects

const sortOf = (target: string): string | undefined => mysqlIdentity(target)?.sort

/** Users, databases and privileges of MariaDB and MySQL: `user/NAME/HOST`, `database/NAME`, `grant/USER/HOST/SORT…`. */
export const mysqlKind: StateKind<'exact'> = defineKind({
  ...whole,
  atMost: 'exact',
  needs: (step) => {
    const identity = mysqlIdentity(step.target)
    return identity?.sort === 'grant' ? [mysqlKey(identity.server, 'user', identity.name, identity.host)] : []
  },
  claims: (step) =>
    sortOf(step.target) === 'grant' ? { privileges: argsOf(step).privileges ?? '' } : whole.claims(step),
  spell: (key, from, to) => {
    const target = key.slice('mysql:'.length)
    if (sortOf(target) !== 'grant') return whole.spell(key, observedOnly(from), observedOnly(to))
    if (to.privileges === undefined || to.privileges === from.privileges) return []
    return [makeStep({ verb: 'MYSQL', target, args: { privileges: to.privileges } })]
  },
  reverse: (key, from, to) => {
    const target = key.slice('mysql:'.length)
    if (sortOf(target) !== 'database' || from.type === 'absent' || to.type !== 'absent') return { strength: 'exact' }
    return from.entries === '0'
      ? { strength: 'exact' }
      : { strength: 'irreversible', because: `what the ${target.replace('/', ' ')} holds is lost with it` }
  },
  made: () => ({ require: 'none', connlimit: '0', locked: 'no' }),
  takenBack: (to) => (to.type === 'absent' ? { ifempty: 'yes' } : {}),
  keeps: (key, now) => {
    if (sortOf(key.slice('mysql:'.length)) !== 'database' || now.entries === '0') return undefined
    return `it holds ${now.entries ?? 'uncounted'} ${now.entries === '1' ? 'object' : 'objects'}: stays (absent: true drops it)`
  },
  objection: (step, now) =>
    now.server === 'none' && argsOf(step).type !== 'absent'
      ? {
          summary: 'this host has no MariaDB or MySQL',
          hint: "Declare its package and service before, e.g. pkg('mariadb-server').",
        }
      : undefined,
})
