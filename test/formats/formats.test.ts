import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'
import { fixtureConfig } from './fixture-config.ts'

const versions = readdirSync(import.meta.dirname).filter((name) => /^v\d+$/.test(name))

/** What an older Hexis wrote is read for ever: state of a host, saved plan, document. */
describe.each(versions)('formats of %s', (version) => {
  let site: ScratchSite
  const fixture = (name: string): string => join(import.meta.dirname, version, name)
  const read = (name: string): string => readFileSync(join(site.folder, 'box', name), 'utf8')
  const unpack = (name: string): void => {
    execFileSync('tar', ['--no-same-owner', '-xf', fixture(name), '-C', site.folder])
  }

  beforeEach(() => {
    site = scratchSite()
  })
  afterEach(() => site.dispose())

  test('ledger, generations and journals: known, nothing to change, and the ways back work', async () => {
    unpack('root.tar')
    site.write(fixtureConfig('two'))
    const log = (await site.json(['log', 'box'])) as { generations: { number: number }[] }
    expect(log.generations.map((g) => g.number)).toEqual([1, 2])
    expect(await site.hexis(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 })
    expect(await site.hexis(['rollback', '--on', 'box', '--to', '1', '--yes'])).toMatchObject({ status: 0 })
    expect(read('etc/motd')).toBe('one\n')
    expect(await site.hexis(['rollback', '--on', 'box', '--to', '0', '--yes'])).toMatchObject({ status: 0 })
    expect(read('etc/motd')).toBe('before\n')
    expect(read('etc/hosts')).toBe('127.0.0.1 localhost\n')
    expect(read('etc/old.conf')).toBe('old\n')
    expect(existsSync(join(site.folder, 'box/srv/app'))).toBe(false)
  })

  test('a saved plan is carried out', async () => {
    unpack('root-planned.tar')
    site.write(fixtureConfig('two'))
    copyFileSync(fixture('plan.tar'), join(site.folder, 'plan.tar'))
    const ran = await site.hexis(['up', 'plan.tar', '--yes'])
    expect(ran).toMatchObject({ status: 0 })
    expect(read('etc/motd')).toBe('two\n')
  })

  test('a journal as a kill left it is reported, and recovered by the runtime that wrote it', async () => {
    unpack('root-interrupted.tar')
    site.write(fixtureConfig('one'))
    const state = join(site.folder, 'box/var/lib/hexis')
    const [transaction = ''] = readdirSync(join(state, 'journal')).filter(
      (name) => !existsSync(join(state, 'journal', name, 'end')),
    )
    const [, digest] = /runtime=(\w+)/.exec(readFileSync(join(state, 'journal', transaction, 'tx'), 'utf8')) ?? []
    const runtime = join(state, `runtime/${digest}.sh`)
    writeFileSync(runtime, `: >"$HX_ROOT/recovered-by-it"\n${readFileSync(runtime, 'utf8')}`)
    expect(read('etc/old.conf')).toBe('old\n')
    expect(read('etc/motd')).toBe('one\n')

    const plan = await site.hexis(['plan'])
    expect(plan.status, plan.all).toBe(0)
    expect(plan.err).toContain(`warning[interrupted-transaction] transaction ${transaction} of `)
    expect(existsSync(join(site.folder, 'box/recovered-by-it'))).toBe(false)

    const recovered = await site.hexis(['recover'])
    expect(recovered.status, recovered.all).toBe(0)
    expect(recovered.out).toContain('Done: 1 undone')
    expect(existsSync(join(site.folder, 'box/recovered-by-it'))).toBe(true)
    expect(existsSync(join(state, 'journal', transaction, 'end'))).toBe(true)
    expect(existsSync(join(site.folder, 'box/etc/old.conf'))).toBe(false)
    expect(await site.hexis(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 })
    expect(await site.hexis(['rollback', '--on', 'box', '--to', '0', '--yes'])).toMatchObject({ status: 0 })
    expect(read('etc/motd')).toBe('before\n')
    expect(read('etc/old.conf')).toBe('old\n')
    expect(existsSync(join(site.folder, 'box/srv/app'))).toBe(false)
  })

  test('the document of the same config is the same', async () => {
    site.write(fixtureConfig('two'))
    execFileSync('mkdir', [join(site.folder, 'box')])
    expect(await site.json(['document', 'box'])).toEqual(JSON.parse(readFileSync(fixture('document.json'), 'utf8')))
  })

  test('a state of a newer format is refused with what is needed', async () => {
    unpack('root.tar')
    site.write(fixtureConfig('two'))
    const ledger = join(site.folder, 'box/var/lib/hexis/sites/fixture/ledger')
    execFileSync('sed', ['-i', '1s,^ledger/1,ledger/9,', ledger])
    const ran = await site.hexis(['plan'])
    expect(ran.status).toBe(3)
    expect(ran.err).toContain('ledger/9')
  })
})
