import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Pulling, until } from './pulling.ts'

const file = (name: string, content: string): string =>
  `r.file('/srv/${name}', { content: ${JSON.stringify(content)} })`
const base = `r.directory('/srv', {})`

describe('the cycle of an agent', { timeout: 100_000 }, () => {
  let box: Pulling
  let first = ''

  beforeAll(async () => {
    box = new Pulling()
    first = box.commit(`${base}
    const { networkInterfaces } = await import('node:os')
    const { readFileSync, writeFileSync } = await import('node:fs')
    const tried = (what) => { try { what(); return 'done' } catch (error) { return error.code } }
    ${file('one', 'one\n')}
    r.file('/srv/who', { content: [process.getuid?.(), Object.keys(networkInterfaces()).length,
      tried(() => readFileSync('${box.box}/var/lib/hexis/agent/state.json')),
      tried(() => writeFileSync('/tmp/hexis-agent-evaluated', 'x'))].join(' ') })
    console.log('no answer {"is":"evaluated"}')`)
    await box.start()
    await until('the first cycle ends', async () => box.record?.successAt !== undefined)
  }, 100_000)
  afterAll(() => box?.dispose())

  test('a commit is fetched, evaluated without privileges or network, applied and recorded', async () => {
    expect(box.read('srv/one')).toBe('one\n')
    if (process.getuid?.() === 0) expect(box.read('srv/who')).toMatch(/^65534 0 EACCES (EACCES|EFBIG|EROFS)$/)
    expect(await box.ask('status')).toMatchObject({
      state: 'ok',
      site: 'pulled',
      commit: first,
      good: first,
      upstream: first,
      commitTime: box.record?.upstreamTime,
      branch: 'main',
      mode: 'enforce',
      changes: { new: 3 },
      resources: 3,
      drift: {},
      bad: [],
    })
    const { out } = await box.hexis(['-C', box.origin, 'log', 'box'])
    expect(out).toMatch(/^1 +\S+ +[0-9a-f]{12} +agent +root@/m)
  })

  test('a local change is said with its diff and set right; what was found is kept', async () => {
    box.write('srv/one', 'by hand\n')
    expect(await box.ask('pull')).toMatchObject({ state: 'ok', changes: { new: 3, drift: 1 }, drift: {} })
    expect(box.read('srv/one')).toBe('one\n')
    expect(box.log).toMatch(
      /changed locally: path:\/srv\/one \(site.ts:\d+\) is set right again[\s\S]*-by hand\n\+one\n/,
    )
    const shown = await box.hexis(['-C', box.origin, 'log', 'box', '--show', 'path:/srv/one'])
    expect(shown.out).toContain('by hand')
  })

  test('a commit that is not healthy in time is taken back, not tried again, and gives way to the next', async () => {
    const ill = box.commit(`${base}
    ${file('one', 'ill\n')}
    ${file('new', 'x')}
    r.file('/srv/who', { absent: true })
    r.health('ready', { file: '${box.box}/srv/ready', grace: '1500ms' })`)
    const before = box.read('srv/who')
    const because = expect.stringMatching(/^ready: .*\/srv\/ready is not there$/)
    expect(await box.ask('pull')).toMatchObject({
      state: 'bad-commit',
      commit: first,
      good: first,
      upstream: ill,
      bad: [{ commit: ill, stage: 'health', because }],
      failures: { health: 1 },
    })
    expect([box.read('srv/one'), box.read('srv/new'), box.read('srv/who')]).toEqual(['one\n', undefined, before])
    const generations = (await box.hexis(['-C', box.origin, 'log', 'box'])).out.split('\n').length
    expect(await box.ask('pull')).toMatchObject({ state: 'bad-commit', failures: { health: 1 } })
    expect((await box.hexis(['-C', box.origin, 'log', 'box'])).out.split('\n').length).toBe(generations)
    const well = box.commit(`${base}
    ${file('one', 'well\n')}
    r.health('ready', { command: 'test -s ${box.box}/srv/one' })`)
    const after = await box.ask('pull')
    expect(after).toMatchObject({ state: 'ok', commit: well, good: well, health: [{ name: 'ready', ok: true }] })
    expect(box.read('srv/one')).toBe('well\n')
  })

  test('a config that throws, ends or takes too much memory is a bad commit; the one in force stays', async () => {
    const good = box.record?.good
    const bad = box.commit(`throw new Error('not today')`)
    expect(await box.ask('pull')).toMatchObject({
      state: 'bad-commit',
      commit: good,
      bad: [{ stage: 'health' }, { commit: bad, stage: 'evaluate', because: expect.stringContaining('not today') }],
    })
    box.commit(`process.exit(7)`)
    expect(await box.ask('pull')).toMatchObject({
      state: 'bad-commit',
      bad: [{}, {}, { stage: 'evaluate', because: expect.stringContaining('gave no answer (status 7)') }],
    })
    box.commit(`globalThis.kept = Array.from({ length: 5 }, () => new Uint8Array(2 ** 29))`)
    const large = await box.ask('pull')
    if (process.getuid?.() === 0) expect(large.bad.at(-1)?.because).toMatch(/allocation failed|gave no answer/)
    box.write('srv/one', 'edited')
    await box.ask('pull')
    expect(box.read('srv/one')).toBe('well\n')
  })

  test('without the repository the last good commit is enforced', async () => {
    const good = box.commit(`${base}\n${file('one', 'reached\n')}`)
    expect(await box.ask('pull')).toMatchObject({ state: 'ok', commit: good })
    renameSync(box.origin, `${box.origin}.away`)
    try {
      box.write('srv/one', 'edited')
      const { successAt } = await box.ask('status')
      expect(await box.ask('pull')).toMatchObject({
        state: 'ok',
        because: expect.stringContaining('cannot be reached'),
        commit: good,
        failures: { fetch: 1 },
        successAt,
      })
      expect(box.read('srv/one')).toBe('reached\n')
    } finally {
      renameSync(`${box.origin}.away`, box.origin)
    }
    const back = await box.ask('pull')
    expect(back.state).toBe('ok')
    expect(back.because).toBeUndefined()
  })

  test('history that was rewritten is not followed', async () => {
    const good = box.record?.good
    box.git('checkout', '--quiet', '--orphan', 'other')
    const other = box.commit(`${base}\n${file('one', 'other history\n')}`)
    box.git('branch', '--force', 'main', other)
    box.git('checkout', '--quiet', 'main')
    expect(await box.ask('pull')).toMatchObject({
      state: 'untrusted',
      commit: good,
      upstream: other,
      failures: { verify: 1 },
    })
    expect(box.read('srv/one')).toBe('reached\n')
    box.git('reset', '--hard', '--quiet', String(good))
    expect(await box.ask('pull')).toMatchObject({ state: 'ok', commit: good })
  })

  test('many removals are refused unless the settings allow them, and the branch goes on', async () => {
    const good = box.record?.good
    box.commit(`r.file('/only', { content: 'x' })`)
    expect(await box.ask('pull')).toMatchObject({ state: 'bad-commit', commit: good, bad: expect.anything() })
    expect(box.record?.bad.at(-1)).toMatchObject({
      stage: 'plan',
      because: expect.stringMatching(/takes away \d of the/),
    })
    expect(box.read('only')).toBeUndefined()
    const next = box.commit(`${base}\n${file('one', 'on\n')}`)
    expect(await box.ask('pull')).toMatchObject({ state: 'ok', commit: next })
  })

  test('audit: what differs is counted by type, and nothing is changed', async () => {
    const audit = `agent: { mode: [{ mode: 'audit', on: 'ring=canary' }], interval: '90m' },`
    const seen = box.commit(`${base}\n${file('one', 'audited\n')}\n${file('two', 'x')}`, audit)
    expect(await box.ask('pull')).toMatchObject({ mode: 'audit', state: 'drift', drift: { file: 2 }, commit: seen })
    expect([box.read('srv/one'), box.read('srv/two')]).toEqual(['on\n', undefined])
    const single = box.commit(`${base}\nr.file('/srv/one', { content: 'other', mode: 'audit' })\n${file('two', 'x')}`)
    const enforced = await box.ask('pull')
    expect(enforced).toMatchObject({
      mode: 'enforce',
      state: 'drift',
      drift: { file: 1 },
      commit: single,
      good: single,
    })
    expect([box.read('srv/one'), box.read('srv/two')]).toEqual(['on\n', 'x'])
  })

  test('a shell that was kept from cycle to cycle and is gone is replaced, and nothing is said of it', async () => {
    const { failures } = await box.ask('status')
    const shells = execFileSync('pgrep', ['-f', 'hx_serve$', '-P', String(box.pid())], { encoding: 'utf8' })
      .trim()
      .split('\n')
    expect(shells).toHaveLength(1)
    process.kill(Number(shells[0]), 'SIGKILL')
    expect(await box.ask('pull')).toMatchObject({ state: 'drift', failures })
  })

  test('an agent that died on its way back goes on with it', async () => {
    const good = box.commit(`${base}\n${file('one', 'good')}`)
    expect(await box.ask('pull')).toMatchObject({ state: 'ok', good })
    const { generations } = JSON.parse((await box.hexis(['-C', box.origin, 'log', 'box', '--json'])).out)
    const from = Math.max(...generations.map((one: { number: number }) => one.number))
    const ill = box.commit(`${base}\n${file('one', 'ill')}\n${file('left', 'x')}`)
    await box.hexis(['-C', box.origin, 'up', '--yes', '--force-commit'])
    expect(box.read('srv/left')).toBe('x')
    await box.end('kill')
    const bad = [{ commit: ill, stage: 'health', because: 'ill', at: 1 }]
    const trying = { commit: ill, from, at: 1 }
    box.write('var/lib/hexis/agent/state.json', JSON.stringify({ ...box.record, commit: ill, bad, trying }))
    await box.start()
    await until('it is back', () => box.record?.trying === undefined)
    expect([box.read('srv/one'), box.read('srv/left')]).toEqual(['good', undefined])
    expect(await box.ask('pull')).toMatchObject({ state: 'bad-commit', commit: good, good, bad })
    expect(box.log).toContain(`goes back to generation ${from}`)
  })

  test('the record survives; a damaged one stops the agent and is named', async () => {
    expect(await box.end('term')).toBe(0)
    box.write('var/lib/hexis/agent/state.json', '{')
    const { status, err } = await box.agent('run', '--once')
    expect(status).toBe(1)
    expect(err).toContain('error[agent-state-damaged]')
    rmSync(`${box.box}/var/lib/hexis/agent/state.json`)
    expect((await box.agent('run', '--once')).out).toContain('state         ok')
  })
})

describe('an agent with allowed signers', { timeout: 100_000 }, () => {
  test('a commit that nobody vouches for changes nothing; one that is signed is followed', async () => {
    const box = new Pulling()
    const key = join(box.folder, 'key')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ann', '-f', key])
    writeFileSync(join(box.folder, 'allowed'), `ann@example.org namespaces="git" ${readFileSync(`${key}.pub`, 'utf8')}`)
    box.configure({ allowedSigners: join(box.folder, 'allowed') })
    try {
      const unsigned = box.commit(`${base}\n${file('one', 'unsigned')}`)
      await box.agent('run', '--once')
      expect(box.record).toMatchObject({ state: 'failing', upstream: unsigned, failures: { verify: 1 } })
      expect([box.record?.because, box.read('srv/one')]).toEqual([expect.stringContaining('is not signed'), undefined])
      for (const name of ['gpg.format=ssh', `user.signingkey=${key}`, 'commit.gpgsign=true']) {
        const [setting = '', value = ''] = name.split('=')
        box.git('config', setting, value)
      }
      const signed = box.commit(`${base}\n${file('one', 'signed')}`)
      const { err } = await box.agent('run', '--once')
      expect(err).toContain(`${signed.slice(0, 12)} is trusted: ann@example.org`)
      expect([box.record?.state, box.read('srv/one')]).toEqual(['ok', 'signed'])
      box.git('config', 'commit.gpgsign', 'false')
      const forged = box.commit(`${base}\n${file('one', 'forged')}`)
      await box.agent('run', '--once')
      expect(box.record).toMatchObject({ state: 'untrusted', commit: signed, good: signed, upstream: forged })
      expect(box.read('srv/one')).toBe('signed')
    } finally {
      await box.dispose()
    }
  })
})
