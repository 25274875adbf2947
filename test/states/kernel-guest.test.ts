import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { boot, copyProgram, kernelFolder } from '../../chaos/power/machine.ts'
import { tool } from '../../lab/run.ts'
import { runtimeText } from '../../src/host/runtime-text.ts'
import { type Op, prepare } from './transact.ts'

const canBoot = spawnSync('sh', ['-c', 'command -v qemu-system-x86_64 && command -v apt-get']).status === 0

const bridgeCalls = 'net.bridge.bridge-nf-call-iptables'
const load = (name: string, loaded = 'yes'): Op => ['module', 'MODULE', name, `loaded=${loaded}`]
const both: readonly Op[] = [
  load('dummy'),
  load('br_netfilter'),
  ['sysctl', 'SYSCTL', bridgeCalls, 'value=0'],
  ['sysctl', 'SYSCTL', 'vm.swappiness', 'value=7'],
]

const mebibyte = 1024 ** 2
const storage: readonly Op[] = [
  ['mount', 'MOUNT', '/data', 'device=/dev/loop0 mounted=yes options=noatime vfstype=ext2'],
  ['swap', 'SWAP', '/data/swapfile', `active=yes size=${8 * mebibyte}`],
]

/** In the order in which the guest carries them out. */
const transactions: Readonly<Record<string, readonly Op[]>> = {
  t1: [...both, ['exec', 'EXEC', 'fail', 'command=grep%20-q%20^br_netfilter%20/proc/modules%26%26exit%203 undo=true']],
  t2: both,
  t3: [load('dummy', 'no'), load('bridge', 'no')],
  t4: [load('nosuch')],
  t5: [['sysctl', 'SYSCTL', 'vm.swappiness', 'value=9999']],
  t6: [load('br_netfilter', 'no'), load('dummy', 'no')],
  t7: [...storage, ['exec', 'EXEC', 'fail', 'command=grep%20-q%20swapfile%20/proc/swaps%26%26exit%203 undo=true']],
  t8: storage,
  t9: [
    ['mount', 'MOUNT', '/data', 'device=/dev/loop0 mounted=yes options=noexec vfstype=ext2'],
    ['swap', 'SWAP', '/data/swapfile', `size=${4 * mebibyte}`],
  ],
  ta: [['mount', 'MOUNT', '/data', 'mounted=no']],
  tb: [
    ['swap', 'SWAP', '/data/swapfile', 'active=no size=0'],
    ['mount', 'MOUNT', '/data', 'mounted=no rmdir=yes'],
  ],
}

const initrdOf = async (kernel: string, folder: string): Promise<string> => {
  const tree = join(folder, 'tree')
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text)
  }
  const [version = ''] = readdirSync(join(kernel, 'lib/modules'))
  const own = join('lib/modules', version)
  const wanted = [
    'dummy',
    'br_netfilter',
    'bridge',
    'stp',
    'llc',
    'loop',
    'ext4',
    'jbd2',
    'mbcache',
    'crc16',
    'crc32c_generic',
  ]
  for (const name of readdirSync(join(kernel, own), { recursive: true, encoding: 'utf8' })) {
    const [, module] = /([^/]+)\.ko[^/]*$/.exec(name) ?? []
    if (!wanted.includes(module ?? '') && !name.startsWith('modules.')) continue
    mkdirSync(dirname(join(tree, own, name)), { recursive: true })
    copyFileSync(join(kernel, own, name), join(tree, own, name))
  }
  copyProgram('busybox', 'bin', tree)
  put('hexis/runtime.sh', runtimeText().text)
  for (const [id, ops] of Object.entries(transactions)) prepare({ write: put }, id, ops)
  copyFileSync(join(import.meta.dirname, 'kernel-guest.sh'), join(tree, 'init'))
  const initrd = join(folder, 'initrd.cpio')
  const pack =
    'mkdir -p "$1/var/lib/hexis/blobs" && chmod 0755 "$1/init" && cd "$1" && find . | busybox cpio -o -H newc'
  await tool(['sh', '-c', `${pack} >"$2" 2>/dev/null`, 'sh', tree, initrd])
  return initrd
}

describe.skipIf(!canBoot)('modules, settings, mounts and swap of a whole kernel, in a virtual machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hexis-kernel-'))
  let told: readonly string[] = []
  const saying = (start: string): string =>
    told
      .find((line) => line.startsWith(`${start} `))
      ?.slice(start.length + 1)
      .trim() ?? ''

  beforeAll(async () => {
    const kernel = await kernelFolder()
    const image = readdirSync(join(kernel, 'boot')).find((name) => name.startsWith('vmlinuz')) ?? ''
    const machine = { kernel: join(kernel, 'boot', image), initrd: await initrdOf(kernel, folder) }
    const guest = boot(machine, [], {})
    try {
      await guest.until('off', 480_000)
    } finally {
      guest.cut()
      await guest.ended
    }
    told = guest.told()
  }, 600_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('where a later step fails, modules go again and values come back', () => {
    expect(saying('t1')).toMatch(/^end undone 5 exit%20status%203/)
    expect(saying('t1 modules')).toBe(saying('before modules'))
    expect([saying('before values'), saying('t1 values')]).toEqual(['60', '60'])
  })

  test('a module is loaded with what it needs, and its settings are there at once', () => {
    expect(saying('t2')).toMatch(/^end committed/)
    expect(saying('t2 modules')).toBe('br_netfilter bridge dummy llc stp')
    expect(saying('t2 values')).toBe('7 0')
  })

  test('one that is in use is not unloaded, and the one that was comes back', () => {
    expect(saying('t3')).toMatch(/^end undone 2 .*bridge%20cannot%20be%20unloaded/)
    expect(saying('t3 modules')).toBe(saying('t2 modules'))
  })

  test('what is no module, and a value out of bounds, fail', () => {
    expect(saying('t4')).toMatch(/^end undone 1 .*nosuch%20cannot%20be%20loaded/)
    expect(saying('t5')).toMatch(/^end undone 1 .*does%20not%20take%209999/)
    expect(saying('t5 values')).toBe('7 0')
  })

  test('a file system is mounted and a file on it is swapped to, or neither where a later step fails', () => {
    expect(saying('t7')).toMatch(/^end undone 3 exit%20status%203/)
    expect(saying('t7 storage')).toBe('')
    expect(saying('t8')).toMatch(/^end committed/)
    expect(saying('t8 storage')).toMatch(/^\/dev\/loop0 \/data rw,noatime \/data\/swapfile 81\d\d -2$/)
  })

  test('both are changed in their place, kept while in use, and taken away', () => {
    expect(saying('t9')).toMatch(/^end committed/)
    expect(saying('t9 storage')).toMatch(/^\/dev\/loop0 \/data rw,noexec[^ ]* \/data\/swapfile 40\d\d -2$/)
    expect(saying('ta')).toMatch(/^end undone 1 .*\/data%20cannot%20be%20unmounted/)
    expect(saying('ta storage')).toBe(saying('t9 storage'))
    expect(saying('tb')).toMatch(/^end committed/)
    expect(saying('tb storage')).toBe('')
  })

  test('modules are unloaded, and what is built in counts as loaded', () => {
    expect(saying('t6')).toMatch(/^end committed/)
    expect(saying('t6 modules')).toBe(saying('before modules'))
    expect(saying('built in')).toBe('loaded=yes')
  })
})
