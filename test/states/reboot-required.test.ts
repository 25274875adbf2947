import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Sandbox, shells } from '../../src/host/runtime/sandbox.ts'

const source = readFileSync(join(import.meta.dirname, '../../src/states/reboot/reboot.sh'), 'utf8')

describe.each(shells)('whether a host wants a reboot, by %s', (shell) => {
  let box: Sandbox
  beforeEach(() => {
    box = new Sandbox(shell, undefined, source)
  })
  afterEach(() => box.dispose())

  const say = (script: string): string => {
    const ran = box.script(script)
    expect(ran.stderr.toString()).toBe('')
    return ran.stdout.toString()
  }
  /** Containers have no kernel of their own: where the test runs in one, it must not matter. */
  const kernel = (running: string, ...names: readonly string[]): string => {
    for (const name of names) {
      mkdirSync(box.path(`lib/modules/${name}`), { recursive: true })
      writeFileSync(box.path(`lib/modules/${name}/modules.dep`), '')
    }
    return say(
      `HX_REPLY=; hx_reboot_container() { return 1; }; hx_reboot_kernel ${running} "$HX_ROOT/lib/modules" || HX_REPLY=; printf %s "$HX_REPLY"`,
    )
  }

  test.each<[string, readonly string[], string]>([
    ['6.1.0-28-amd64', ['6.1.0-28-amd64'], ''],
    ['6.1.0-28-amd64', ['6.1.0-9-amd64', '6.1.0-28-amd64'], ''],
    [
      '6.1.0-9-amd64',
      ['6.1.0-9-amd64', '6.1.0-28-amd64', '6.1.0-10-amd64'],
      'the kernel 6.1.0-28-amd64 is newer than 6.1.0-9-amd64, which runs',
    ],
    ['6.1.0-28-amd64', ['6.1.0-28-amd64', '6.1.0-30-cloud-amd64', '6.12.0-rt-amd64'], ''],
    [
      '6.9.5-200.fc40.x86_64',
      ['6.9.5-200.fc40.x86_64', '6.10.1-100.fc41.x86_64'],
      'the kernel 6.10.1-100.fc41.x86_64 is newer than 6.9.5-200.fc40.x86_64, which runs',
    ],
    ['6.10.5-arch1-1', ['6.10.6-arch1-1'], 'the kernel 6.10.6-arch1-1 is newer than 6.10.5-arch1-1, which runs'],
    ['6.10.5-arch1-1', ['6.6.50-1-lts'], 'the modules of the kernel 6.10.5-arch1-1, which runs, are gone'],
    ['6.1.0-28-amd64', [], ''],
  ])('kernel %s, installed %j: %j', (running, installed, says) => {
    expect(kernel(running, ...installed)).toBe(says)
  })

  test('a folder of modules without an index is none, such as dkms leaves behind', () => {
    mkdirSync(box.path('lib/modules/9.9.9-1-amd64/updates'), { recursive: true })
    expect(kernel('6.1.0-28-amd64', '6.1.0-28-amd64')).toBe('')
  })

  test('the flags of Debian and openSUSE, with who set them', () => {
    const flag = 'hx_reboot_flag "$HX_ROOT/run" || HX_REPLY=none; printf %s "$HX_REPLY"'
    expect(say(flag)).toBe('none')
    mkdirSync(box.path('run'), { recursive: true })
    writeFileSync(box.path('run/reboot-needed'), '')
    expect(say(flag)).toBe('/run/reboot-needed is there')
    writeFileSync(box.path('run/reboot-required'), '')
    writeFileSync(box.path('run/reboot-required.pkgs'), 'libc6\nlinux-image-6\nlibc6\n')
    expect(say(flag)).toBe('/run/reboot-required is there, because of libc6 linux-image-6')
  })

  test('packages since the boot, of a stand-in rpm (golden only)', () => {
    mkdirSync(box.path('proc/1'), { recursive: true })
    writeFileSync(box.path('proc/stat'), 'cpu  1 2 3\nbtime 1000\n')
    writeFileSync(box.path('proc/1/stat'), `1 (in) it) S ${'0 '.repeat(18)}50000 9 9\n`)
    mkdirSync(box.path('bin'))
    const rpm = box.path('bin/rpm')
    writeFileSync(
      rpm,
      '#!/bin/sh\necho "1400 glibc-2.39-1"\necho "package kernel is not installed"\necho "1600 systemd-255-1"\n',
    )
    chmodSync(rpm, 0o755)
    const asked = 'PATH=$HX_ROOT/bin:$PATH; hx_reboot_rpm "$HX_ROOT/proc" || HX_REPLY=none; printf %s "$HX_REPLY"'
    expect(say(asked)).toBe('installed since the last boot: systemd-255-1')
    rmSync(rpm)
    writeFileSync(rpm, '#!/bin/sh\necho "1400 glibc-2.39-1"\n')
    chmodSync(rpm, 0o755)
    expect(say(asked)).toBe('none')
  })

  test('what was asked for holds for this boot; the same lasting reason afterwards is one too many', () => {
    const look = (): string => say('hx_say a | hx_observe_reboot')
    const wants = 'hx_reboot_wanted() { hx_b_lasts=yes; HX_REPLY="a newer kernel"; }'
    const boot = (id: string): string => `hx_boot() { HX_REPLY=${id}; }; mkdir -p "$HX_STATE"; ${wants};`
    expect(look()).toMatch(/^a\tasked=no done=yes required=(yes|no) why=/)
    const step = 'printf "1\\tREBOOT\\ta\\t?\\tasked=yes timeout=60\\n"'
    expect(
      say(`${boot('one')} ${step} >"$HX_STATE/f"; hx_apply_reboot "$HX_STATE/f"; hx_say a | hx_observe_reboot`),
    ).toBe('a\tasked=yes done=yes required=yes why=a%20newer%20kernel\n')
    expect(say(`${boot('two')} hx_say a | hx_observe_reboot`)).toBe(
      'a\tasked=no done=yes required=still why=a%20newer%20kernel\n',
    )
    const other = 'hx_reboot_wanted() { hx_b_lasts=yes; HX_REPLY=newest; }'
    expect(say(`${boot('two')} ${other}; hx_say a | hx_observe_reboot`)).toBe(
      'a\tasked=no done=yes required=yes why=newest\n',
    )
    const back = 'printf "1\\tREBOOT\\ta\\t?\\tasked=no done=yes required=no why=\\"\\"\\n"'
    expect(say(`${boot('one')} ${back} >"$HX_STATE/f"; hx_apply_reboot "$HX_STATE/f"; ls "$HX_STATE/reboots"`)).toBe('')
    expect(
      box.script('HX_DID=; printf "1\\tREBOOT\\t../x\\t?\\t\\n" >"$HX_ROOT/f"; hx_apply_reboot "$HX_ROOT/f"').status,
    ).not.toBe(0)
  })
})
