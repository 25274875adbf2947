import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProcess } from '../../src/process/run.ts'
import { Pulling, type Said, until } from './pulling.ts'

const file = (content: string): string => `r.directory('/srv', {})\nr.file('/srv/one', { content: '${content}' })`
const isRoot = process.getuid?.() === 0

/** Ids that belong to nobody here: the rights of a socket ask for no more. */
const inGroup = (group: string): readonly string[] => ['setpriv', '--reuid=4242', `--regid=${group}`, '--clear-groups']

describe('orders to an agent', { timeout: 100_000 }, () => {
  let box: Pulling
  let first = ''

  beforeAll(async () => {
    box = new Pulling(isRoot ? { groups: { control: 'adm', read: 'users' } } : {})
    first = box.commit(file('first'))
    box.git('branch', 'fix')
    await box.start()
    await until('the first cycle ends', () => box.record?.successAt !== undefined)
  }, 100_000)
  afterAll(() => box?.dispose())

  test('a freeze survives the death of the agent; nothing is changed meanwhile, and a push may', async () => {
    expect((await box.hexis(['-C', box.origin, 'up', '--yes'])).err).toContain('error[agent-active]')
    expect((await box.ask('freeze', '--why', 'measuring')).orders.freeze).toMatchObject({
      why: 'measuring',
      by: 'root',
    })
    const second = box.commit(file('second'))
    expect(await box.end('kill')).toBe('SIGKILL')
    box.write('srv/one', 'by hand')
    await box.start()
    const frozen = await box.ask('pull')
    expect(frozen).toMatchObject({
      state: 'frozen',
      because: 'by root: measuring',
      commit: first,
      upstream: second,
      drift: { file: 1 },
    })
    expect(box.read('srv/one')).toBe('by hand')
    const pushed = await box.hexis(['-C', box.origin, 'up', '--yes'])
    expect([pushed.status, box.read('srv/one')]).toEqual([0, 'second'])
    const { orders } = await box.ask('unfreeze')
    expect(orders).toEqual({})
    await until('the agent goes on', async () => (await box.ask('status')).good === second)
  })

  test('a rollback stays on its commit until it is lifted', async () => {
    const refused = await box.agent('rollback', 'f'.repeat(40), '--why', 'x')
    expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('does not know a commit')])
    expect(await box.ask('rollback', first, '--why', 'too slow')).toMatchObject({
      state: 'ok',
      commit: first,
      orders: { pin: { commit: first, why: 'too slow' } },
    })
    expect(box.read('srv/one')).toBe('first')
    expect(await box.ask('pull')).toMatchObject({ commit: first })
    await box.ask('unfreeze')
    expect(await box.ask('pull')).toMatchObject({ state: 'ok', commit: box.git('rev-parse', 'main') })
    expect(box.read('srv/one')).toBe('second')
  })

  test('another branch is tracked for its time, and left by itself', async () => {
    box.git('checkout', '--quiet', 'fix')
    const fix = box.commit(file('fixed'))
    box.git('checkout', '--quiet', 'main')
    const tracking = await box.ask('track', 'fix', '--for', '4s', '--why', 'try it')
    expect(tracking).toMatchObject({ branch: 'fix', commit: fix, state: 'ok', orders: { track: { why: 'try it' } } })
    expect(box.read('srv/one')).toBe('fixed')
    await until('it falls back', () => box.read('srv/one') === 'second')
    await until('it says so', () => box.record?.branch === 'main' && box.record.state === 'ok')
    expect(box.record?.orders).toEqual({})
    expect(box.log).toContain('tracking fix, ordered by root, is over')
  })

  test('the site says which branch a host follows, by its labels', async () => {
    box.git('branch', 'canary')
    box.commit(file('second'), `agent: { track: [{ branch: 'canary', on: 'ring=canary' }] },`)
    await box.ask('pull')
    box.git('checkout', '--quiet', 'canary')
    box.git('merge', '--quiet', '--ff-only', 'main')
    const canary = box.commit(file('canary'), `agent: { track: { branch: 'canary', on: 'ring=canary' } },`)
    box.git('checkout', '--quiet', 'main')
    expect(await box.ask('pull')).toMatchObject({ branch: 'canary', commit: canary, state: 'ok' })
    expect(box.read('srv/one')).toBe('canary')
  })

  test('SIGHUP is a pull', async () => {
    const before = box.log.length
    box.git('checkout', '--quiet', 'canary')
    const next = box.commit(file('after hup'), `agent: { track: { branch: 'canary', on: 'ring=canary' } },`)
    box.signal('SIGHUP')
    await until('it pulls', () => box.record?.good === next)
    expect(box.log.slice(before)).toContain(`canary is at ${next.slice(0, 12)}`)
  })

  test('a second agent does not start beside the first', async () => {
    const { status, err } = await box.agent('run', '--once')
    expect([status, err]).toEqual([1, expect.stringContaining('an agent runs on this machine already')])
  })

  test.runIf(isRoot)('who may order may, who may read reads, and nobody else does anything', async () => {
    // The sources of a checkout may lie where another user cannot read them; the protocol asks for a file and a line.
    const run = join(box.folder, 'run')
    const script = join(box.folder, 'ask.mjs')
    writeFileSync(script, client)
    const node = join(box.folder, 'node')
    copyFileSync(process.execPath, node)
    chmodSync(node, 0o755)
    const ask = async (group: string, socket: string, order: object, claim: boolean): Promise<string> => {
      const argv = [
        'setpriv',
        ...inGroup(group).slice(1),
        node,
        script,
        run,
        socket,
        JSON.stringify(order),
        String(claim),
      ]
      const { stdout, stderr } = await runProcess(['setpriv', ...argv.slice(1)], {
        timeoutMs: 20_000,
        limitBytes: 2 ** 20,
      })
      return stdout.toString('utf8') + stderr
    }
    const freeze = { verb: 'freeze', why: 'w' }
    for (const socket of ['agent.sock', 'status.sock']) expect(statSync(join(run, socket)).mode & 0o777).toBe(0o660)
    // adm orders, and is named by its id; what it claims to be is no matter.
    expect(await ask('adm', 'agent.sock', freeze, true)).toContain('"by":"uid 4242"')
    expect(box.record?.orders.freeze).toMatchObject({ by: 'uid 4242' })
    await box.ask('unfreeze')
    expect(await ask('adm', 'agent.sock', freeze, false)).toContain('it is not known who gives this order')
    // users reads.
    expect(await ask('users', 'status.sock', { verb: 'status' }, false)).toContain('"format":"agent/1"')
    expect(await ask('users', 'status.sock', freeze, false)).toContain('only the status is told here')
    expect(await ask('users', 'agent.sock', freeze, false)).toContain('EACCES')
    expect(await ask('users', 'agent.sock', { verb: 'status' }, false)).toContain('EACCES')
    expect(await ask('users', 'status.sock', freeze, true)).toContain('claim EACCES')
    // everybody else does neither.
    for (const socket of ['agent.sock', 'status.sock'])
      expect(await ask('nogroup', socket, { verb: 'status' }, false)).toContain('EACCES')
    // what was written to none of them.
    expect(box.record?.orders).toEqual({})
    expect(readdirSync(join(run, 'claims'))).toEqual([])
    expect(await ask('nogroup', '../box/var/lib/hexis/agent/state.json', {}, false)).toContain('EACCES')
  })

  test.runIf(isRoot)('what is no order, too long or never ended does not disturb the agent', async () => {
    const run = join(box.folder, 'run')
    mkdirSync(join(box.folder, 'x'))
    const script = join(box.folder, 'odd.mjs')
    writeFileSync(script, odd)
    const { stdout } = await runProcess([process.execPath, script, join(run, 'agent.sock')], {
      timeoutMs: 30_000,
      limitBytes: 2 ** 20,
    })
    const said = stdout.toString('utf8').split('\n')
    expect(said[0]).toContain('is no JSON')
    expect(said[1]).toContain('is no order')
    expect(said[2]).toBe('closed')
    expect((await box.ask('status')).format).toBe('agent/1')
  })

  test('SIGTERM ends it at once where nothing is done, and takes the sockets along', async () => {
    expect(await box.end('term')).toBe(0)
    expect(existsSync(join(box.folder, 'run/agent.sock'))).toBe(false)
    expect(await box.ask('status')).toMatchObject({ state: 'ok', commit: box.record?.good })
    const said: Said = await box.agent('pull')
    expect([said.status, said.err]).toEqual([1, expect.stringContaining('error[agent-not-running]')])
  })
})

const client = `import { connect } from 'node:net'
import { writeFileSync } from 'node:fs'
const [run, socket, order, claims] = process.argv.slice(2)
const claim = 'ab'.repeat(16)
if (claims === 'true') try { writeFileSync(run + '/claims/' + claim, '', { flag: 'wx' }) } catch (error) { console.log('claim', error.code) }
const to = connect(run + '/' + socket)
to.on('error', (error) => console.log(error.code))
to.on('connect', () => to.write(JSON.stringify({ order: JSON.parse(order), ...(claims === 'true' ? { claim } : {}) }) + '\\n'))
to.pipe(process.stdout)
`

const odd = `import { connect } from 'node:net'
const ask = (text) => new Promise((resolve) => {
  let said = ''
  const to = connect(process.argv[2], () => to.write(text))
  to.on('data', (chunk) => { said += chunk })
  to.on('error', () => {})
  to.on('close', () => resolve(said.trim() || 'closed'))
})
console.log(await ask('{\\n'))
console.log(await ask('{"order":{"verb":"reboot"}}\\n'))
console.log(await ask('x'.repeat(3 * 1024 * 1024)))
`
