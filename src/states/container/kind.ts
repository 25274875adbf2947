import { argsOf, makeStep } from '../../steps/parse.ts'
import { type Aspects, defineKind } from '../kind.ts'

/** How a step is carried out, and what its container was made of before: no part of what a container is made of. */
const noFields = new Set(['type', 'running', 'by', 'settle', 'blob'])

/** What was found or claimed beside the fields. */
const beside = new Set(['type', 'running', 'by', 'fields', 'id'])

/** Where Hexis did not make it: the beginning of its id. */
const isForeign = (by: string | undefined): by is string => by !== undefined && by !== 'hexis'

const fieldsOf = (aspects: Aspects): Record<string, string> =>
  Object.fromEntries(
    Object.entries(aspects).flatMap(([name, value]) =>
      beside.has(name) ? [] : [[name === 'content' ? 'blob' : name, value] as const],
    ),
  )

const engineOf = (target: string): string => target.slice(0, target.indexOf('/'))

/** Directories and files of the host that a container gets to see. */
const sourcesOf = (volumes = ''): readonly string[] =>
  volumes.split('\n').flatMap((line) => (line.startsWith('/') ? [line.slice(0, line.indexOf(':'))] : []))

const wrote = 'what a container that goes had written outside of its volumes, once the run is over'
const ran = 'what a container did while it ran, or that it was stopped; volumes that it made'

/**
 * Containers by engine and name (`podman/web`). What one is made of never changes: another value of a field means another
 * container, under the same name. `fields` names those that are set, so that one less is seen; `by` is `hexis`, or tells
 * which other container has the name.
 */
export const containerKind = defineKind({
  name: 'container',
  verbs: ['CONTAINER'],
  atMost: 'best-effort',
  requires: 'units',
  disturbs: false,
  keyOf: (step) => `container:${step.target}`,
  claims: (step) => {
    const args = argsOf(step)
    const { type, running = 'yes', blob } = args
    if (type === 'absent') return { type }
    const own = Object.fromEntries(Object.entries(args).filter(([name]) => !noFields.has(name)))
    const fields = blob === undefined ? own : { ...own, content: blob }
    return { ...fields, by: 'hexis', fields: Object.keys(fields).toSorted().join(','), running, type: 'present' }
  },
  negative: (wanted) => wanted.type === 'absent',
  needs: (step) => {
    const { volumes, network = '' } = argsOf(step)
    const other = /^container:(.+)$/.exec(network)?.[1]
    return [
      ...sourcesOf(volumes).map((path) => `path:${path}`),
      ...(other === undefined ? [] : [`container:${engineOf(step.target)}/${other}`]),
    ]
  },
  spell: (key, from, to) => {
    const target = key.slice('container:'.length)
    const step = (args: Record<string, string>) => [makeStep({ verb: 'CONTAINER', target, args })]
    if (to.type === 'absent') return from.type === 'absent' ? [] : step({ type: 'absent' })
    const differs = Object.entries(to).filter(
      ([name, value]) => name !== 'type' && name !== 'id' && from[name] !== value,
    )
    if (differs.length === 0) return []
    const running = to.running ?? from.running ?? 'yes'
    if (from.type === 'present' && differs.every(([name]) => name === 'running')) return step({ running })
    if (isForeign(to.by)) return step({ by: to.by, running })
    return to.image === undefined ? [] : step({ ...fieldsOf(to), running })
  },
  reverse: (_key, from, to) => {
    const isReplaced =
      from.type === 'present' && Object.entries(to).some(([name, value]) => name !== 'running' && from[name] !== value)
    return {
      strength: 'best-effort',
      stays: isReplaced && (to.type === 'absent' || !isForeign(from.by)) ? [wrote, ran] : [ran],
    }
  },
})
