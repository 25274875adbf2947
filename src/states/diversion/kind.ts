import { argsOf } from '../../steps/parse.ts'
import type { StateKind } from '../kind.ts'
import { absent, namedKind } from '../named.ts'

/** dpkg has one diversion for a path, and the file moves along with it. */
const objection: StateKind['objection'] = (step, now) => {
  const { to = '' } = argsOf(step)
  if (now.by !== undefined)
    return {
      summary: `${step.target} is diverted to ${now.to} by the package ${now.by}`,
      hint: 'A path has one diversion: leave it to that package.',
    }
  if (to === '' || now.type !== 'present' || now.to === to) return undefined
  return {
    summary: `${step.target} is diverted to ${now.to} already`,
    hint: `Say to: '${now.to}', or take that diversion away first, in a run of its own.`,
  }
}

/** Files of packages that are kept under another name, by the path that packages mean. */
export const diversionKind: StateKind<'exact'> = {
  objection,
  frees: (key, to) => (to.type === 'present' ? [`path:${key.slice('diversion:'.length)}`] : []),
  ...namedKind({
    name: 'diversion',
    verb: 'DIVERT',
    aspects: ['to'],
    exists: true,
    atMost: 'exact',
    requires: 'exec',
    negative: absent,
    reverse: () => ({ strength: 'exact' }),
  }),
}
