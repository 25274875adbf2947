import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { file, line, service, waitFor } from '../index.ts'
import type { WaitForProps } from './wait-for.ts'

test('a wait names what it comes after, and what comes after it follows', async () => {
  const { steps, diagnostics } = await lowered(() => {
    const conf = file('/etc/app.conf', { content: 'x\n' })
    const part = line('/etc/hosts', { id: 'a b', line: '10.0.0.1 a' })
    const ready = waitFor('up', { port: 80, host: 'web.lan', timeout: 5, after: [conf, part] })
    const page = waitFor('page', { http: 'http://127.0.0.1/', status: 204, after: ready })
    const ssh = service('sshd', { running: true })
    waitFor('ssh', { unit: 'sshd', after: [ssh, page] })
  })
  expect(diagnostics).toEqual([])
  expect(steps.filter((step) => step.startsWith('WAIT'))).toEqual([
    'WAIT up host=web.lan port=80 timeout=5 when=path:/etc/app.conf%20path:/etc/hosts%2523line:a%2520b',
    'WAIT page http=http://127.0.0.1/ status=204 when=wait:up',
    'WAIT ssh unit=ssh.service when=unit:ssh.service%20wait:page',
  ])
})

const after = { type: 'file', id: '/a', ref: 'file:/a' }
test.each<[Partial<WaitForProps>, RegExp]>([
  [{}, /give one of port, file, http and unit/],
  [{ port: 1, file: '/x' }, /give one of/],
  [{ port: 0 }, /port/],
  [{ port: 65_536 }, /port/],
  [{ file: 'x' }, /absolute/],
  [{ http: 'ftp://x' }, /http or https/],
  [{ unit: '-x' }, /name of a service/],
  [{ unit: 'x', host: 'y' }, /host goes with port/],
  [{ file: '/x', status: 200 }, /status goes with http/],
  [{ file: '/x', timeout: 0 }, /timeout/],
  [{ port: 1, host: '-z' }, /name or address/],
])('%j is refused', async (props, says) => {
  const found = await mistakes(() => waitFor('w', { ...props, after: file(after.id, { content: '' }) }))
  expect(found).toEqual([expect.stringMatching(says)])
})

test('a wait that comes after nothing would never be, and is refused', async () => {
  const props = { port: 80 } as WaitForProps
  expect(await mistakes(() => waitFor('w', props))).toEqual([expect.stringMatching(/after is missing/)])
})
