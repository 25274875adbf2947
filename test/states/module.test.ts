import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpLine, Sandbox, shells } from '../../src/host/runtime/sandbox.ts'

const source = readFileSync(join(import.meta.dirname, '../../src/states/module/module.sh'), 'utf8')

const step = (id: string, loaded: string, before?: string): OpLine => ({
  kind: 'module',
  verb: 'MODULE',
  id,
  args: `loaded=${loaded}`,
  ...(before === undefined ? {} : { before }),
})

describe.each(shells)('modules, with a modprobe that only keeps the list of a sandbox, by %s', (shell) => {
  let box: Sandbox
  const put = (name: string, text: string) => {
    mkdirSync(join(box.path(name), '..'), { recursive: true })
    writeFileSync(box.path(name), text)
  }
  const tool = (name: string, body: string) => {
    rmSync(join(box.tools, name), { force: true })
    writeFileSync(join(box.tools, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  }
  const loaded = () =>
    readFileSync(box.path('proc/modules'), 'utf8')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [line.split(' ')[0]]))
  const observe = (...ids: string[]) => box.script('hx_observe_module', `${ids.join('\n')}\n`).stdout.toString()

  beforeEach(() => {
    box = new Sandbox(shell, undefined, source)
    put('proc/modules', 'br_netfilter 36864 0 - Live 0x0\nbridge 311296 1 br_netfilter, Live 0x0\n')
    put('lib/modules/6.1.0/modules.builtin', 'kernel/fs/ext4/ext4.ko\nkernel/drivers/x/dm-mod.ko\n')
    mkdirSync(box.path('sys/module/tcp_cubic'), { recursive: true })
    put('sys/module/going/initstate', 'going\n')
    tool('uname', 'echo 6.1.0')
    const list = box.path('proc/modules')
    tool(
      'modprobe',
      `case $* in
      '-r bridge') echo 'modprobe: FATAL: Module bridge is in use by: br_netfilter' >&2; exit 1 ;;
      '-r '*) grep -v "^$2 " ${list} >${list}.new; mv ${list}.new ${list} ;;
      nosuch) echo 'modprobe: FATAL: Module nosuch not found in directory /lib/modules/6.1.0' >&2; exit 1 ;;
      stubborn) ;;
      *) echo "$1 16384 0 - Live 0x0" >>${list} ;;
      esac`,
    )
  })
  afterEach(() => box.dispose())

  it('those that are loaded or built in are there, in either spelling', () => {
    expect(
      observe('br-netfilter', 'bridge', 'brid', 'ext4', 'dm_mod', 'dm-mod', 'tcp_cubic', 'going', '../x', 'a%20b'),
    ).toBe(
      [
        'br-netfilter yes',
        'bridge yes',
        'brid no',
        'ext4 yes',
        'dm_mod yes',
        'dm-mod yes',
        'tcp_cubic yes',
        'going no',
        '../x no',
        'a%20b no',
      ]
        .map((line) => `${line.replace(' ', '\tloaded=')}\n`)
        .join(''),
    )
  })

  it('are loaded and unloaded; what is as wanted is not touched', () => {
    const done = box.run('t1', [
      step('dummy', 'yes'),
      step('br_netfilter', 'no'),
      step('ext4', 'yes'),
      step('bonding', 'no'),
    ])
    expect(done.at(-1)).toMatch(/^end committed/)
    expect(loaded()).toEqual(['bridge', 'dummy'])
    tool('modprobe', 'exit 1')
    expect(box.run('t2', [step('dummy', 'yes', 'loaded=yes')]).at(-1)).toMatch(/^end committed/)
  })

  it.each([
    ['nosuch', 'yes', 'nosuch%20cannot%20be%20loaded'],
    ['bridge', 'no', 'in%20use%20by.*cannot%20be%20unloaded'],
    ['ext4', 'no', 'ext4%20is%20built%20into%20the%20kernel'],
    ['stubborn', 'yes', 'loaded%20is%20no%20after%20the%20change'],
    ['../x', 'yes', 'is%20no%20name%20of%20a%20module'],
  ])('%s loaded=%s fails, and what was loaded before it goes', (id, wanted, says) => {
    const end = box.run('t1', [step('dummy', 'yes'), step(id, wanted)]).at(-1)
    expect(end).toMatch(new RegExp(`^end undone 2 .*${says}`))
    expect(loaded()).toEqual(['br_netfilter', 'bridge'])
  })

  it('need modprobe only where something is to change', () => {
    rmSync(join(box.tools, 'modprobe'))
    if (shell !== 'busybox only') tool('modprobe', 'exit 127')
    expect(box.run('t1', [step('bridge', 'yes')]).at(-1)).toMatch(/^end committed/)
    const end = box.run('t2', [step('dummy', 'yes')]).at(-1)
    expect(end).toMatch(shell === 'busybox only' ? /no%20modprobe/ : /cannot%20be%20loaded/)
  })
})
