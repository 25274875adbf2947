import { argsOf, makeStep, pick } from '../../steps/parse.ts'
import type { Key, Step } from '../../steps/step.ts'
import { edits } from '../edits/index.ts'
import { type Aspects, defineKind, type StateKind } from '../kind.ts'

const attributes = ['mode', 'owner', 'group'] as const

/** `/etc/x` → `/etc`; undefined for what lies in the root. */
const parentOf = (path: string): string | undefined => {
  const at = path.lastIndexOf('/')
  return at <= 0 ? undefined : path.slice(0, at)
}

/** Every directory on the way to a path, outermost first. */
const ancestorsOf = (path: string): readonly string[] => {
  const parent = parentOf(path)
  return parent === undefined ? [] : [...ancestorsOf(parent), parent]
}

const pathOf = (key: Key): string => key.slice('path:'.length)

const claims = (step: Step): Aspects => {
  const args = argsOf(step)
  const own = pick(args, attributes)
  switch (step.verb) {
    case 'COPY':
      return { ...own, type: 'file', content: args.blob ?? '' }
    case 'DIR':
      return { ...own, type: 'dir' }
    case 'LINK':
      // A hard link cannot be told from its other names; that it is a file is what can be held.
      return args.hard === 'yes'
        ? { type: 'file' }
        : { ...pick(args, ['owner', 'group']), type: 'link', target: args.target ?? '' }
    case 'RM':
      return { type: 'absent' }
    default:
      return own
  }
}

/** Attributes that differ, as the steps that set only them. */
const attributeSteps = (path: string, from: Aspects, to: Aspects): readonly Step[] => {
  const owner = pick(
    to,
    ['owner', 'group'].filter((name) => from[name] !== to[name]),
  )
  const steps: Step[] = []
  if (Object.keys(owner).length > 0) steps.push(makeStep({ verb: 'CHOWN', target: path, args: owner }))
  if (to.mode !== undefined && to.mode !== from.mode)
    steps.push(makeStep({ verb: 'CHMOD', target: path, args: { mode: to.mode } }))
  return steps
}

const spell = (key: Key, from: Aspects, to: Aspects): readonly Step[] => {
  const path = pathOf(key)
  const type = to.type ?? from.type
  const own = pick(to, attributes)
  if (type === 'absent') return from.type === 'absent' ? [] : [makeStep({ verb: 'RM', target: path })]
  if (type === 'link') {
    if (from.type === 'link' && (to.target === undefined || from.target === to.target))
      return attributeSteps(path, from, pick(to, ['owner', 'group']))
    return [
      makeStep({ verb: 'LINK', target: path, args: { ...pick(to, ['owner', 'group']), target: to.target ?? '' } }),
    ]
  }
  if (type === 'dir') {
    if (from.type === 'dir') return attributeSteps(path, from, own)
    return [makeStep({ verb: 'DIR', target: path, args: { ...own, ...pick(to, ['inode']) } })]
  }
  if (from.type === 'file' && (to.content === undefined || from.content === to.content))
    return attributeSteps(path, from, own)
  if (to.content === undefined && to.inode === undefined) return []
  const content = to.content === undefined ? {} : { blob: to.content }
  return [makeStep({ verb: 'COPY', target: path, args: { ...own, ...content, ...pick(to, ['inode']) } })]
}

/** A change of a file with several names would part them, or change all of them. */
const hardLinks: StateKind['objection'] = (step, now) => {
  if (!['COPY', 'CHMOD', 'CHOWN'].includes(step.verb) || argsOf(step).hardlinks === 'allow') return undefined
  const links = Number(now.nlink ?? '1')
  if (now.type !== 'file' || !(links > 1)) return undefined
  return {
    summary: `${step.target} has ${links} hard links; a change would part or change them all`,
    hint: "Say hardlinks: 'allow' if that is meant, or look at them with: find / -xdev -samefile PATH",
  }
}

/** A device, socket or pipe is kept nowhere: who takes its place could not give it back. */
const specialFiles: StateKind['objection'] = (step, now) =>
  now.type === 'other' && ['COPY', 'DIR', 'LINK'].includes(step.verb)
    ? {
        summary: `${step.target} is a device, socket or pipe, which would not come back`,
        hint: 'Take it away by hand first if that is meant, or declare it absent and roll that out.',
      }
    : undefined

/** Files, directories and links by their absolute path; attributes are aspects, entries, lines and blocks are parts. */
export const pathKind = defineKind({
  name: 'path',
  verbs: ['COPY', 'DIR', 'LINK', 'CHMOD', 'CHOWN', 'RM', ...edits.keys()],
  atMost: 'exact',
  requires: 'paths',
  disturbs: false,
  keyOf: (step) => {
    const edit = edits.get(step.verb)
    if (edit === undefined) return `path:${step.target}`
    return `path:${step.target}#${step.verb.toLowerCase()}:${edit.part(argsOf(step))}`
  },
  claims,
  negative: (wanted) => wanted.type === 'absent',
  needs: (step) => {
    const parent = parentOf(step.target)
    const { owner, group, parents, must, target } = argsOf(step)
    if (step.verb === 'RM') return []
    return [
      ...(must === 'yes' && target?.startsWith('/') === true ? [`path:${target}`] : []),
      ...(parent === undefined || parents === 'yes' ? [] : [`path:${parent}`]),
      ...(owner === undefined || owner === 'root' || /^\d+$/.test(owner) ? [] : [`user:${owner}`]),
      ...(group === undefined || group === 'root' || /^\d+$/.test(group) ? [] : [`group:${group}`]),
    ]
  },
  within: (step) => {
    const all = ancestorsOf(step.target)
    return (argsOf(step).parents === 'yes' ? all : all.slice(-1)).map((path) => `path:${path}`)
  },
  made: ({ type }) => ({
    ...(type === 'file' ? { mode: '0644' } : type === 'dir' ? { mode: '0755' } : {}),
    owner: 'root',
    group: 'root',
  }),
  spell,
  objection: (step, now) => hardLinks(step, now) ?? specialFiles(step, now),
  reverse: (_key, from, to) =>
    from.type === 'other' && to.type !== undefined && to.type !== 'other'
      ? { strength: 'best-effort', stays: ['a device, socket or pipe does not come back'] }
      : { strength: 'exact' },
})
