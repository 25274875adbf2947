import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { health } from '../index.ts'
import type { HealthProps } from './health.ts'

test('a check is no step', async () => {
  const { steps, diagnostics } = await lowered(() => {
    health('app', { unit: 'app', grace: '1m' })
    health('port', { tcp: '[::1]:25', timeout: '500ms' })
    health('page', { http: 'https://127.0.0.1/', status: 204 })
    health('own', { command: 'test -e /run/app' })
    health('file', { file: '/run/app' })
  })
  expect(diagnostics).toEqual([])
  expect(steps).toEqual([])
})

test.each<[HealthProps, RegExp]>([
  [{}, /give one of unit, tcp, http, command and file/],
  [{ unit: 'a', file: '/b' }, /give one of/],
  [{ tcp: 'localhost' }, /address and a port/],
  [{ tcp: '127.0.0.1:70000' }, /address and a port/],
  [{ http: 'ftp://x' }, /http or https/],
  [{ unit: '-x' }, /name of a service/],
  [{ file: 'x' }, /absolute/],
  [{ unit: 'a', status: 200 }, /status goes with http/],
  [{ unit: 'a', grace: 'soon' }, /duration/],
])('%j is refused', async (props, says) => {
  expect(await mistakes(() => health('h', props))).toEqual([expect.stringMatching(says)])
})
