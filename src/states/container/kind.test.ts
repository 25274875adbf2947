import { expect, test } from 'vitest'
import { parseStep } from '../../steps/parse.ts'
import type { Aspects } from '../kind.ts'
import { containerKind } from './kind.ts'

const stepOf = (text: string) => {
  const { step } = parseStep(text)
  if (step === undefined) throw new Error(text)
  return step
}
const key = 'container:podman/web'
const declared = stepOf(
  'CONTAINER podman/web blob=sealed:a@1 env=A%3D1 image=x/y@sha256:1 running=yes secrets=B settle=5',
)
const wanted = containerKind.claims(declared)
const spelled = (from: Aspects, to: Aspects): readonly string[] =>
  containerKind.spell(key, from, to).map((step) => step.text)

test('claims the fields, their names, and that Hexis made it; how it is done is no field', () => {
  expect(wanted).toEqual({
    by: 'hexis',
    content: 'sealed:a@1',
    env: 'A=1',
    fields: 'content,env,image,secrets',
    image: 'x/y@sha256:1',
    running: 'yes',
    secrets: 'B',
    type: 'present',
  })
})

test('what is spelled claims what was wanted', () => {
  const [step] = containerKind.spell(key, { type: 'absent' }, wanted)
  expect(step === undefined ? undefined : containerKind.claims(step)).toEqual(wanted)
})

test('only a change of what it is made of makes another one', () => {
  const now = { ...wanted, id: 'f00', running: 'no' }
  expect(spelled(now, wanted)).toEqual(['CONTAINER podman/web running=yes'])
  expect(spelled({ ...wanted, id: 'f00' }, wanted)).toEqual([])
  expect(spelled({ ...now, env: 'A=2' }, wanted)).toEqual([declared.text.replace(' settle=5', '')])
  expect(spelled({ ...now, fields: `${wanted.fields},user`, user: 'app' }, wanted)).toHaveLength(1)
})

test('one that was there before is asked for by its id, whatever it is made of', () => {
  const origin = { by: '0123456789ab', image: 'old', running: 'yes', type: 'present' }
  expect(spelled(wanted, origin)).toEqual(['CONTAINER podman/web by=0123456789ab running=yes'])
  expect(spelled({ ...origin, running: 'no' }, origin)).toEqual(['CONTAINER podman/web running=yes'])
  expect(spelled(wanted, { type: 'absent' })).toEqual(['CONTAINER podman/web type=absent'])
})

test('what is lost is said where something is', () => {
  const stays = (from: Aspects, to: Aspects): string =>
    [containerKind.reverse(key, from, to)].map((r) =>
      r.strength === 'best-effort' ? r.stays.join('; ') : r.strength,
    )[0] ?? ''
  expect(stays({ type: 'absent' }, wanted)).not.toMatch(/written/)
  expect(stays({ ...wanted, running: 'no' }, wanted)).not.toMatch(/written/)
  expect(stays({ ...wanted, env: '' }, wanted)).toMatch(/had written outside of its volumes/)
  expect(stays({ by: 'f00', type: 'present' }, wanted)).not.toMatch(/written/)
  expect(stays({ by: 'f00', type: 'present' }, { type: 'absent' })).toMatch(/written/)
})

test('needs the paths of the host that it sees, and the container whose network it shares', () => {
  const step = stepOf('CONTAINER docker/web image=x network=container:db volumes=/a:/b%0Adata:/c%0A/d%20e:/f:ro')
  expect(containerKind.needs(step)).toEqual(['path:/a', 'path:/d e', 'container:docker/db'])
})
