import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'

describe.skipIf(process.getuid?.() !== 0)('connections and round trips of a run', () => {
  let lab: Lab
  let site: ScratchSite

  beforeAll(async () => {
    lab = await startLab(1, { name: `trips${process.pid}` })
    site = scratchSite()
    const real = (await tool(['sh', '-c', 'command -v ssh'])).trim()
    const logs = join(site.folder, 'logs')
    // Keeps what the controller says, one file a connection.
    site.write(`#!/bin/sh\nmkdir -p '${logs}'\ntee "$(mktemp '${logs}/XXXXXX')" | exec '${real}' "$@"\n`, 'bin/ssh')
    chmodSync(join(site.folder, 'bin/ssh'), 0o755)
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  const configure = (files: number, content: string): void =>
    site.write(`import { defineSite } from 'hexis'
import * as r from 'hexis/resources'
export default defineSite({
  id: 'trips',
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}' } } },
  configure() {
    r.group('trips', {})
    r.user('trips', { group: 'trips' })
    r.directory('/srv/trips', { owner: 'trips' })
    for (let i = 0; i < ${files}; i++) r.file('/srv/trips/' + i, { content: '${content} ' + i, owner: 'trips' })
    r.pkg('hexis-tool-a')
    r.service('ssh', { running: true })
  },
})
`)

  /** Runs it; the requests of each connection that was made. */
  const requests = async (...argv: readonly string[]): Promise<readonly (readonly string[])[]> => {
    const logs = join(site.folder, 'logs')
    rmSync(logs, { recursive: true, force: true })
    const env = { PATH: `${join(site.folder, 'bin')}${delimiter}${process.env.PATH ?? ''}` }
    const ran = await site.hexis(argv, { env })
    expect(ran.status, ran.all).toBe(0)
    if (!existsSync(logs)) return []
    const names = (await tool(['ls', logs])).trim().split('\n')
    const verbs = /^(hello|observe|foresee|apply|confirm|recover|list|blobs|release|forget|run|quit) [0-9a-f]/gm
    return names.map((name) => [...readFileSync(join(logs, name), 'latin1').matchAll(verbs)].map((m) => m[1] ?? ''))
  }

  test('check, hosts and steps contact nobody', async () => {
    configure(10, 'first')
    for (const argv of [['check'], ['hosts'], ['steps', 'h1'], ['document', 'h1']])
      expect(await requests(...argv)).toEqual([])
  })

  test('one connection; facts, a look, what packages bring along, the change, and a look whether it holds', async () => {
    expect(await requests('up', '--yes')).toEqual([
      ['hello', 'observe', 'foresee', 'apply', 'hello', 'observe', 'quit'],
    ])
  })

  test('a host that is as it shall be: two round trips', async () => {
    expect(await requests('up', '--yes')).toEqual([['hello', 'observe', 'quit']])
    expect(await requests('plan')).toEqual([['hello', 'observe', 'quit']])
  })

  test('ten times as many changes need no more', async () => {
    configure(100, 'second')
    expect(await requests('up', '--yes')).toEqual([['hello', 'observe', 'apply', 'hello', 'observe', 'quit']])
  })

  test('drift and rollback ask for the list besides, and once for contents that differ', async () => {
    expect(await requests('drift')).toEqual([['hello', 'list', 'observe', 'quit']])
    expect(await requests('rollback', '--to', '1', '--yes')).toEqual([
      ['hello', 'list', 'observe', 'blobs', 'apply', 'hello', 'observe', 'quit'],
    ])
  })
})
