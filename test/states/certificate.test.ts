import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type OpLine, Sandbox, shells } from '../../src/host/runtime/sandbox.ts'

const folder = join(import.meta.dirname, '../../src/states/certificate')
const source = ['certificate', 'issue'].map((name) => fs.readFileSync(join(folder, `${name}.sh`), 'utf8')).join('\n')

const id = '/etc/ssl/web.crt:/etc/ssl/web.key'
const wanted = 'before=30 days=90 issuer=self key=ec-p256 names=DNS:web.lan,IP:10.0.0.5 authority=no due=no pair=yes'
const step = (args = wanted, target = id): OpLine => ({ kind: 'certificate', verb: 'CERTIFICATE', id: target, args })

const openssl = (...args: readonly string[]): string => execFileSync('openssl', args, { encoding: 'utf8' })

const furnished = (shell: ConstructorParameters<typeof Sandbox>[0]): Sandbox => {
  const box = new Sandbox(shell, undefined, source)
  fs.mkdirSync(box.path('etc/ssl'), { recursive: true })
  if (shell === 'busybox only') fs.symlinkSync('/usr/bin/openssl', join(box.tools, 'openssl'))
  return box
}

const stateOf = (box: Sandbox, of = id): Readonly<Record<string, string>> => {
  const said = box.script(`hx_say ${of} | hx_observe_certificate`)
  expect(said.stderr.toString()).toBe('')
  const [, state = ''] = said.stdout.toString().trimEnd().split('\t')
  return Object.fromEntries(state.split(' ').map((word) => word.split('=')))
}

const pairOf = (box: Sandbox): readonly string[] =>
  ['crt', 'key'].map((end) => {
    const path = box.path(`etc/ssl/web.${end}`)
    return fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : 'none'
  })

describe.each(shells)('a certificate by %s', (shell) => {
  let box: Sandbox
  let count = 0
  beforeEach(() => {
    box = furnished(shell)
  })
  afterEach(() => box.dispose())
  const run = (args?: string, target?: string): string | undefined =>
    box.run(`t${++count}`, [step(args, target)]).at(-1)

  test('is made, seen as it was declared, and not made again', () => {
    expect(stateOf(box)).toEqual({ type: 'absent' })
    expect(run()).toBe('end committed 0 ""')
    const { print, owner, group, ...rest } = stateOf(box)
    const names = 'DNS:web.lan,IP:10.0.0.5'
    const seen = {
      authority: 'no',
      before: '30',
      days: '90',
      due: 'no',
      issuer: 'self',
      key: 'ec-p256',
      names,
      pair: 'yes',
    }
    expect(rest).toEqual({ ...seen, keymode: '0600', type: 'present' })
    expect(print).toMatch(/^[0-9a-f]{32}$/)
    expect([owner, group]).toEqual([expect.any(String), expect.any(String)])
    expect(openssl('verify', '-CAfile', box.path('etc/ssl/web.crt'), box.path('etc/ssl/web.crt'))).toMatch(/: OK/)
    expect(fs.statSync(box.path('etc/ssl/web.crt')).mode & 0o777).toBe(0o644)
    const made = pairOf(box)
    expect(run()).toBe('end committed 0 ""')
    expect(pairOf(box)).toEqual(made)
    expect(fs.readdirSync(box.path('etc/ssl'))).toEqual(['web.crt', 'web.key'])
  })

  if (shell !== 'dash' && shell !== 'busybox only') return

  test('is renewed within its window, by an authority that is there, and comes back with the earlier key', () => {
    const ca = '/etc/ssl/ca.crt:/etc/ssl/ca.key'
    expect(run('before=30 days=900 issuer=self key=ec-p384 names=DNS:ca.lan authority=yes', ca)).toBe(
      'end committed 0 ""',
    )
    expect(stateOf(box, ca)).toMatchObject({ authority: 'yes', key: 'ec-p384', days: '900' })
    const signed = wanted.replace('issuer=self', 'cakey=/etc/ssl/ca.key issuer=/etc/ssl/ca.crt')
    const names = 'names=DNS:*.web.lan,IP:2001:DB8:0:0:0:0:0:5'
    expect(run(signed.replace(/names=\S+/, names))).toBe('end committed 0 ""')
    expect(stateOf(box)).toMatchObject({ issuer: '/etc/ssl/ca.crt', names: names.slice(6), due: 'no', pair: 'yes' })
    expect(openssl('verify', '-CAfile', box.path('etc/ssl/ca.crt'), box.path('etc/ssl/web.crt'))).toMatch(/: OK/)
    const first = pairOf(box)
    const { print } = stateOf(box)
    // Nothing but the window is another: it is within it now.
    expect(run(signed.replace(/names=\S+/, names).replace('before=30', 'before=89'))).toBe('end committed 0 ""')
    expect(pairOf(box)).toEqual(first)
    expect(run(signed.replace(/names=\S+/, names).replace('before=30', 'before=91'))).toMatch(/^end undone/)
    expect(pairOf(box)).toEqual(first)
    expect(run(signed.replace('days=90', 'days=200'))).toBe('end committed 0 ""')
    expect(pairOf(box)[0]).not.toBe(first[0])
    expect(pairOf(box)[1]).not.toBe(first[1])
    expect(run(`print=${print} type=present before=30 issuer=/etc/ssl/ca.crt`)).toBe('end committed 0 ""')
    expect(pairOf(box)).toEqual(first)
    expect(run('type=absent')).toBe('end committed 0 ""')
    expect(pairOf(box)).toEqual(['none', 'none'])
  })

  if (shell !== 'dash') return

  test('of others is seen for what it is, kept, and put back by its fingerprint', () => {
    const files = ['-keyout', box.path('etc/ssl/web.key'), '-out', box.path('etc/ssl/web.crt')]
    openssl('req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '10', '-subj', '/CN=old', ...files)
    const before = pairOf(box)
    const seen = stateOf(box)
    expect(seen).toMatchObject({
      before: 'none',
      days: '10',
      due: 'yes',
      issuer: 'self',
      key: 'ed25519',
      names: 'none',
      pair: 'yes',
    })
    for (const days of [90, 91, 92]) expect(run(wanted.replace('days=90', `days=${days}`))).toBe('end committed 0 ""')
    expect(pairOf(box)).not.toEqual(before)
    expect(run(`before=none print=${seen.print} type=present`)).toBe('end committed 0 ""')
    expect(pairOf(box)).toEqual(before)
    expect(stateOf(box)).toEqual(seen)
  })

  test('with the key of another is no pair; what is half there too', () => {
    expect(run()).toBe('end committed 0 ""')
    openssl('genpkey', '-algorithm', 'ED25519', '-out', box.path('etc/ssl/web.key'))
    expect(stateOf(box).pair).toBe('no')
    fs.rmSync(box.path('etc/ssl/web.crt'))
    expect(stateOf(box)).toMatchObject({ type: 'present', pair: 'no', print: 'none' })
    expect(run()).toBe('end committed 0 ""')
    expect(stateOf(box)).toMatchObject({ pair: 'yes', due: 'no' })
  })

  test('that cannot be made leaves the earlier one, and says why', () => {
    expect(run()).toBe('end committed 0 ""')
    const made = pairOf(box)
    const said = run(wanted.replace('issuer=self', 'cakey=/none.key issuer=/none.crt').replace('days=90', 'days=91'))
    expect(said).toMatch(/^end undone 1 the%20certificate%20authority%20is%20not%20there/)
    expect(pairOf(box)).toEqual(made)
    expect(fs.readdirSync(box.path('etc/ssl'))).toEqual(['web.crt', 'web.key'])
  })
})

test('killed at any tool, a renewal is done or the earlier pair is back, never half of each', {
  timeout: 120_000,
}, () => {
  const base = furnished('dash')
  try {
    base.run('t1', [step()])
    const before = pairOf(base)
    const strike = (point: number, work: (box: Sandbox) => void): void => {
      const box = new Sandbox('dash', undefined, source)
      try {
        fs.cpSync(base.root, box.root, { recursive: true, preserveTimestamps: true })
        const dir = box.prepare('t2', [step(wanted.replace('days=90', 'days=91'))])
        box.killAt(point, point % 2 === 0 ? 'before' : 'after')
        const [command, ...rest] = box.argv
        box.groupRun([command, ...rest, box.runtime, 'tx', dir])
        work(box)
      } finally {
        box.dispose()
      }
    }
    let calls = 0
    strike(0, (box) => {
      calls = box.calls
    })
    expect(calls).toBeGreaterThan(20)
    const ends = new Set<string>()
    for (let point = 1; point <= calls; point += 3)
      strike(point, (box) => {
        box.unshim()
        box.main(['recover'])
        const isBefore = pairOf(box).join() === before.join()
        const now = stateOf(box)
        expect(now.pair, `point ${point}`).toBe('yes')
        expect(now.days, `point ${point}`).toBe(isBefore ? '90' : '91')
        ends.add(isBefore ? 'before' : 'after')
        expect(fs.readdirSync(box.path('etc/ssl')), `point ${point}`).toEqual(['web.crt', 'web.key'])
      })
    expect([...ends].toSorted()).toEqual(['after', 'before'])
  } finally {
    base.dispose()
  }
})
