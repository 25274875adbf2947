import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { held } from '../text/held.ts'
import type { Collector } from './collector.ts'
import { collectors, newCollector } from './collector.ts'
import { declare } from './declare.ts'

const here = import.meta.dirname

const run = (configure: () => void, root = here): Collector => {
  const collector = newCollector('web1', root)
  collectors.run(collector, configure)
  return collector
}

describe('declare', () => {
  test('registers with the host being configured, at the line of the caller', () => {
    const { resources, diagnostics } = run(() => declare('file', '/etc/motd', { content: 'hi\n', mode: '0644' }))
    expect(diagnostics).toEqual([])
    expect(resources).toMatchObject([
      { type: 'file', id: '/etc/motd', props: { content: 'hi\n', mode: '0644' }, source: { file: 'declare.test.ts' } },
    ])
  })

  test('keeps the frames up to configure', () => {
    const module = () => declare('file', '/a')
    const { resources } = run(() => module())
    expect(resources[0]?.via?.[0]?.file).toBe('declare.test.ts')
  })

  test('parts the fields of every resource from its properties', () => {
    const { resources, diagnostics } = run(() => {
      const conf = declare('file', '/etc/app.conf')
      declare('service', 'app', {
        running: true,
        after: [conf, 'user:app'],
        restartOn: conf,
        onChange: { action: 'reload', target: 'nginx' },
        onRemoval: 'keep',
        mode: 'audit',
      })
    })
    expect(diagnostics).toEqual([])
    expect(resources[1]).toMatchObject({
      props: { running: true },
      after: ['file:/etc/app.conf', 'user:app'],
      restartOn: ['file:/etc/app.conf'],
      onChange: [{ action: 'reload', target: 'nginx' }],
      onRemoval: 'keep',
      mode: 'audit',
    })
  })

  test('values become data', () => {
    const { resources } = run(() => {
      const a = declare('file', '/a')
      declare('x', 'y', {
        match: /\sdb$/i,
        secret: held(['a', { secret: { env: 'B' } }]),
        a,
        list: [1, null],
        none: undefined,
      })
    })
    expect(resources[1]?.props).toEqual({
      match: { regex: '\\sdb$', flags: 'i' },
      secret: { $text: ['a', { secret: { env: 'B' } }] },
      a: 'file:/a',
      list: [1, null],
    })
  })

  test('what is not data is reported, all at once', () => {
    const loop: Record<string, unknown> = {}
    loop.self = loop
    const { diagnostics } = run(() => declare('x', 'y', { f: () => 1, n: Number.NaN, d: new Date(0), loop }))
    expect(diagnostics.map((d) => d.code)).toEqual(['not-data', 'not-data', 'not-data', 'not-data'])
  })

  test('a handle of another host is refused', () => {
    const handles: unknown[] = []
    run(() => handles.push(declare('file', '/a')))
    expect(run(() => declare('file', '/b', { after: handles })).diagnostics[0]?.code).toBe('foreign-handle')
  })

  test('outside configure it throws with the position', () => {
    expect(() => declare('file', '/etc/motd')).toThrow(`file '/etc/motd' is declared outside of configure`)
  })

  test('after configure settled it is an error that names both places', () => {
    const collector = newCollector('web1', here, { file: join(here, 'site.ts'), line: 3, column: 1 })
    collector.state = 'closing'
    collectors.run(collector, () => declare('file', '/a'))
    expect(collector.resources).toEqual([])
    expect(collector.diagnostics[0]).toMatchObject({
      code: 'declared-too-late',
      source: { file: 'declare.test.ts' },
      related: [{ source: { file: 'site.ts' } }],
    })
  })

  test('source is relative to the calling module and stays below the config root', () => {
    const ok = run(() => declare('file', '/a', { source: './declare.ts' }), join(here, '..'))
    expect(ok.resources[0]?.props).toEqual({ source: 'document/declare.ts' })
    const bad = run(() => {
      declare('file', '/a', { source: '../text/text.ts' })
      declare('file', '/b', { source: 'nowhere' })
    })
    expect(bad.diagnostics.map((d) => d.code)).toEqual(['source-outside', 'source-missing'])
  })

  test('a link that leads out of the config is refused', () => {
    const root = mkdtempSync(join(tmpdir(), 'hexis-declare-'))
    mkdirSync(join(root, 'site'))
    writeFileSync(join(root, 'outside'), '')
    symlinkSync('../outside', join(root, 'site/link'))
    const collector = newCollector('h', join(root, 'site'))
    collector.position = { file: join(root, 'site/hexis.yaml'), line: 1, column: 1 }
    collectors.run(collector, () => declare('file', '/a', { source: 'link' }))
    expect(collector.diagnostics[0]?.code).toBe('source-outside')
  })
})
