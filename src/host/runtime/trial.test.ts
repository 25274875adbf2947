import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Sandbox, type ShellName, shells } from './sandbox.ts'

const waitMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const until = async (what: () => boolean, seconds = 20): Promise<void> => {
  for (let n = 0; n < seconds * 20 && !what(); n++) await waitMs(50)
  expect(what()).toBe(true)
}

/** One transaction on trial, as a process group of its own. */
const start = (box: Sandbox, dir: string): { readonly child: ChildProcess; readonly ended: Promise<string> } => {
  const [command, ...rest] = box.argv
  const child = spawn(command, [...rest, box.runtime, 'tx', dir], { env: box.env(), detached: true })
  let said = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1')
  })
  return { child, ended: new Promise((resolve) => child.on('close', () => resolve(said))) }
}

describe.each(shells)('a trial in %s', (shell: ShellName) => {
  let box: Sandbox
  let before: unknown
  beforeEach(() => {
    box = new Sandbox(shell)
    fs.mkdirSync(box.path('/etc'))
    fs.writeFileSync(box.path('/etc/motd'), 'old\n', { mode: 0o640 })
    before = box.snapshot()
  })
  afterEach(() => box.dispose())

  const prepare = (trySeconds: number): string =>
    box.prepare(
      't1',
      [
        { verb: 'COPY', id: '/etc/motd', before: 'mode=0640 type=file', args: `blob=${box.blob('hello\n')} mode=0644` },
        { verb: 'DIR', id: '/srv', before: 'type=absent', args: 'mode=0755' },
      ],
      { trySeconds },
    )
  const motd = (): string => fs.readFileSync(box.path('/etc/motd'), 'utf8')
  const log = (): string => fs.readFileSync(box.state('journal/t1/log'), 'utf8')
  const trying = (): boolean => fs.existsSync(box.state('journal/t1/log')) && log().includes('\ntrying ')
  const confirm = (verdict: string): string =>
    box.script(`hx_try_decide shop ${verdict} || hx_say "$hx_y_code"`).stdout.toString().trim()

  test('goes back when nobody confirms it in time', async () => {
    const { ended } = start(box, prepare(1))
    expect(await ended).toMatch(/\ntry 1\n(?:.*\n)*end undone 0 unconfirmed:%20no%20new%20connection/)
    expect(box.snapshot()).toEqual(before)
    expect(confirm('keep')).toContain('no-trial')
  })

  test('stays when it is confirmed, and only then', async () => {
    const { ended } = start(box, prepare(30))
    await until(trying)
    expect(motd()).toBe('hello\n')
    expect(fs.existsSync(box.state('sites/shop/ledger'))).toBe(false)
    expect(confirm('keep')).toBe('end committed 0 ""')
    expect(await ended).toMatch(/end committed 0 ""\n$/)
    expect(motd()).toBe('hello\n')
    expect(confirm('revert')).toContain('no-trial')
  })

  test('goes back at once when that is the verdict', async () => {
    const { ended } = start(box, prepare(30))
    await until(trying)
    expect(confirm('revert')).toMatch(/^end undone 0 unconfirmed:%20it%20was%20told/)
    await ended
    expect(box.snapshot()).toEqual(before)
  })

  test('goes back by itself when its process is killed', async () => {
    const { child, ended } = start(box, prepare(30))
    await until(trying)
    child.kill('SIGKILL')
    await ended
    await until(() => fs.existsSync(box.state('journal/t1/end')))
    expect(box.snapshot()).toEqual(before)
    expect(fs.readFileSync(box.state('journal/t1/end'), 'utf8')).toMatch(/^end undone 0 unconfirmed/)
  })

  test.each([
    ['without a verdict it is undone', undefined, 'undone'],
    ['with half a verdict it is undone', 'ke', 'undone'],
    ['kept, it is committed', 'keep\n', 'committed'],
    ['to be taken back, it is undone', 'revert\n', 'undone'],
  ])('recovery after the whole machine was killed: %s', async (_, verdict, outcome) => {
    const dir = prepare(30)
    // Without a guard: it died with the machine.
    const text = fs.readFileSync(box.runtime, 'utf8')
    fs.writeFileSync(box.runtime, text.replace(/\nhx_main "\$@"\n$/, '\nhx_try_guard() { :; }\nhx_main "$@"\n'))
    const { child, ended } = start(box, dir)
    await until(trying)
    process.kill(-(child.pid ?? 0), 'SIGKILL')
    await ended
    if (verdict !== undefined) fs.writeFileSync(join(dir, 'verdict'), verdict)
    const seen = box.script('hx_interrupted_before path').stdout.toString()
    expect(seen === '').toBe(outcome === 'committed')
    expect(box.main(['recover'], { HX_CHILD_WAIT: '0' }).stdout).toContain(`end ${outcome} `)
    if (outcome === 'undone') expect(box.snapshot()).toEqual(before)
    else expect(motd()).toBe('hello\n')
  })
})
