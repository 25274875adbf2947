import { argsOf, makeStep } from '../../steps/parse.ts'
import type { Key } from '../../steps/step.ts'
import { type Aspects, defineKind } from '../kind.ts'

const told = ['names', 'key', 'issuer', 'days', 'authority', 'before', 'owner', 'group', 'keymode'] as const

/** `?` is unknown, and any will do. */
const same = (_aspect: string, a: string, b: string): boolean => a === '?' || b === '?' || a === b

const parentsOf = (target: string): readonly Key[] => [
  ...new Set(
    target
      .split(':')
      .flatMap((path): Key[] => (path.lastIndexOf('/') <= 0 ? [] : [`path:${path.replace(/\/[^/]*$/, '')}`])),
  ),
]

/** Certificates with their private keys, by both paths. The earlier pair is kept on the host, and comes back by `print`. */
export const certificateKind = defineKind({
  name: 'certificate',
  verbs: ['CERTIFICATE'],
  atMost: 'best-effort',
  requires: 'exec',
  disturbs: false,
  keyOf: (step) => `certificate:${step.target}`,
  claims: (step) => {
    const args = argsOf(step)
    const own = Object.fromEntries(
      told.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]] as const])),
    )
    return args.type === 'absent' ? { type: 'absent' } : { ...own, type: 'present', due: 'no', pair: 'yes', print: '?' }
  },
  negative: (wanted) => wanted.type === 'absent',
  needs: (step) => {
    const { owner, group, type } = argsOf(step)
    if (type === 'absent') return []
    return [
      ...parentsOf(step.target),
      ...(owner === undefined || owner === 'root' ? [] : [`user:${owner}`]),
      ...(group === undefined || group === 'root' ? [] : [`group:${group}`]),
    ]
  },
  within: (step) => parentsOf(step.target),
  same,
  spell: (key, from, to) => {
    const target = key.slice('certificate:'.length)
    const type = to.type ?? from.type
    if (type === 'absent')
      return from.type === 'absent' ? [] : [makeStep({ verb: 'CERTIFICATE', target, args: { type: 'absent' } })]
    const differs = Object.entries(to).some(([name, value]) => !same(name, value, from[name] ?? ''))
    if (!differs || to.names === undefined) return []
    const args: Aspects = Object.fromEntries(
      Object.entries(to).filter(([name, value]) => value !== '?' && name !== 'type'),
    )
    return [makeStep({ verb: 'CERTIFICATE', target, args })]
  },
  reverse: () => ({
    strength: 'best-effort',
    stays: ['that others have seen, or trusted, the certificate meanwhile'],
  }),
})
