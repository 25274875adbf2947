import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type { Aspects } from '../../src/states/kind.ts'
import { makeStep } from '../../src/steps/parse.ts'
import type { Key, Step } from '../../src/steps/step.ts'

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

const mode = fc.constantFrom('0600', '0644', '0755')
/** The text of a content by its digest: what lies on a real host. */
export const textOf = new Map(['a', 'b', 'c', 'o', 'p', 'q', 'f'].map((letter) => [digest(letter), letter]))

const content = fc.constantFrom('a', 'b', 'c').map(digest)

const optional = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<Record<string, string>> =>
  fc.option(value).map((v): Record<string, string> => (v === null ? {} : { [name]: v }))

const pathStep = (target: string): fc.Arbitrary<Step> =>
  fc.oneof(
    fc
      .tuple(content, optional('mode', mode))
      .map(([blob, more]) => makeStep({ verb: 'COPY', target, args: { blob, ...more } })),
    optional('mode', mode).map((args) => makeStep({ verb: 'DIR', target, args })),
    fc.constantFrom('/x', '/y').map((to) => makeStep({ verb: 'LINK', target, args: { target: to } })),
    fc.constant(makeStep({ verb: 'RM', target })),
  )

/** Lists in which everything stands after what it needs. */
export const list: fc.Arbitrary<readonly Step[]> = fc
  .record({
    a: fc.option(pathStep('/a')),
    dir: fc.option(optional('mode', mode).map((args) => makeStep({ verb: 'DIR', target: '/d', args }))),
    below: fc.option(pathStep('/d/x')),
    group: fc.option(
      fc.constantFrom('901', '902').map((gid) => makeStep({ verb: 'GROUP', target: 'g', args: { gid } })),
    ),
    user: fc.option(
      fc.constantFrom('/bin/sh', '/bin/false').map((shell) => makeStep({ verb: 'USER', target: 'u', args: { shell } })),
    ),
    unit: fc.option(
      fc.constantFrom('yes', 'no').map((active) => makeStep({ verb: 'UNIT', target: 's.service', args: { active } })),
    ),
  })
  .map(({ a, dir, below, group, user, unit }) =>
    [group, user, a, dir, dir === null ? null : below, unit].filter((step) => step !== null),
  )

export const file = (text: string): Aspects => ({
  type: 'file',
  content: digest(text),
  mode: '0640',
  owner: 'root',
  group: 'root',
})
const folder: Aspects = { type: 'dir', mode: '0700', owner: 'root', group: 'root' }

/** What is there before Hexis. */
export const world: fc.Arbitrary<readonly (readonly [Key, Aspects])[]> = fc
  .record({
    a: fc.option(
      fc.constantFrom<Aspects>(file('o'), { type: 'link', target: '/old', owner: 'nobody', group: 'nogroup' }),
    ),
    d: fc.option(fc.constant(folder)),
    x: fc.option(fc.constant(file('p'))),
    g: fc.option(fc.constant<Aspects>({ type: 'present', gid: '950', members: '' })),
    u: fc.option(fc.constant<Aspects>({ type: 'present', uid: '950', shell: '/bin/bash' })),
    s: fc.constantFrom<Aspects>({ active: 'yes', enabled: 'yes' }, { active: 'no', enabled: 'no' }),
  })
  .map(({ a, d, x, g, u, s }) =>
    [
      ['path:/a', a] as const,
      ['path:/d', d] as const,
      ['path:/d/x', d === null ? null : x] as const,
      ['group:g', g] as const,
      ['user:u', u] as const,
      ['unit:s.service', s] as const,
      ['path:/other', file('q')] as const,
    ].flatMap(([key, state]): readonly (readonly [Key, Aspects])[] => (state === null ? [] : [[key, state]])),
  )

/** What somebody does by hand between two runs. */
export interface ForeignEdit {
  readonly path: '/a' | '/d' | '/d/x' | '/d/y'
  /** A file with this text, another mode of what is there, or nothing any more. */
  readonly becomes: { readonly text: string } | { readonly mode: string } | 'gone'
}

export const foreignEdit: fc.Arbitrary<ForeignEdit> = fc.oneof(
  fc.constantFrom('/a', '/d/x', '/d/y').map((path): ForeignEdit => ({ path, becomes: { text: 'f' } })),
  fc.constantFrom('/a', '/d').map((path): ForeignEdit => ({ path, becomes: { mode: '0711' } })),
  fc.constantFrom('/a', '/d', '/d/x').map((path): ForeignEdit => ({ path, becomes: 'gone' })),
)

/** One thing that happens to a host: a run of a list, or an edit by hand. */
export type Event = { readonly run: readonly Step[] } | { readonly edit: ForeignEdit }

export const history: fc.Arbitrary<readonly Event[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: list.map((run) => ({ run })) },
    foreignEdit.map((edit) => ({ edit })),
  ),
  { minLength: 1, maxLength: 5 },
)
