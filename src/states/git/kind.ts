import { argsOf, makeStep } from '../../steps/parse.ts'
import { type Aspects, defineKind } from '../kind.ts'

const parentOf = (path: string): string | undefined => {
  const at = path.lastIndexOf('/')
  return at <= 0 ? undefined : path.slice(0, at)
}

/** What is in no commit cannot be asked for; `?` is unknown. */
const asked = (to: Aspects): Aspects =>
  Object.fromEntries(
    Object.entries(to).filter(([name, value]) => value !== '?' && (name !== 'dirty' || value === 'no')),
  )

/** Checkouts of git repositories by the path of their work tree: always one commit, on no branch, as it was committed. */
export const gitKind = defineKind({
  name: 'git',
  verbs: ['GIT'],
  atMost: 'exact',
  requires: 'exec',
  // Brings files that others may lie beside.
  disturbs: true,
  keyOf: (step) => `git:${step.target}`,
  claims: (step) => {
    const { commit = '', remote = '' } = argsOf(step)
    return { type: 'present', commit, remote, branch: '', dirty: 'no' }
  },
  negative: () => false,
  needs: (step) => {
    const parent = parentOf(step.target)
    const { user } = argsOf(step)
    return [
      ...(parent === undefined ? [] : [`path:${parent}`]),
      ...(user === undefined || user === 'root' ? [] : [`user:${user}`]),
    ]
  },
  within: (step) => {
    const parent = parentOf(step.target)
    return parent === undefined ? [] : [`path:${parent}`]
  },
  spell: (key, from, to) => {
    const target = key.slice('git:'.length)
    const type = to.type ?? from.type ?? 'present'
    if (type !== 'present')
      return type === from.type || from.type === 'absent' ? [] : [makeStep({ verb: 'GIT', target, args: { type } })]
    const wanted = asked(to)
    if (Object.entries(wanted).every(([name, value]) => from[name] === value)) return []
    const { type: _type, dirty: _dirty, branch, ...args } = wanted
    // On no branch is where a checkout of a commit leads anyway.
    return [makeStep({ verb: 'GIT', target, args: branch === undefined || branch === '' ? args : { ...args, branch } })]
  },
  reverse: (_key, from, to) => {
    if (from.dirty === 'yes')
      return { strength: 'best-effort', stays: ['changes that were in no commit: git stash list has them'] }
    if (from.type !== 'present' || to.type === 'absent' || to.type === 'empty') return { strength: 'exact' }
    return { strength: 'best-effort', stays: ['what was fetched, inside of .git'] }
  },
  objection: (step, now) => {
    if (argsOf(step).type !== undefined) return undefined
    if (now.type === 'other')
      return {
        summary: `${step.target} is there and is no checkout of git`,
        hint: 'Move it away, or choose another path; an empty directory is taken.',
      }
    if (now.dirty !== 'yes' || argsOf(step).force === 'yes') return undefined
    return {
      summary: `${step.target} has changes that are in no commit`,
      hint: 'Look at them with git status there; force: true puts them into git stash and goes on.',
    }
  },
})
