import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canBoot, Machine } from './machine.ts'
import { Root, type Shell, shells } from './root.ts'

const asRoot = process.getuid?.() === 0
const folder = '/etc/systemd/system'

describe.skipIf(!asRoot).each([...shells, 'busybox only'] as const)(
  'the look at a unit file, by %s',
  (shell: Shell) => {
    let root: Root
    beforeAll(() => {
      root = new Root(shell)
      root.write(`${folder}/app.service`, '[Service]\nExecStart=/bin/true\n')
      root.write(`${folder}/at@.service`, '[Service]\nExecStart=/bin/true %i\n')
    })
    afterAll(() => root?.dispose())

    /** What is said of a candidate for this path; empty: nothing is wrong. */
    const said = (path: string, text: string): string => {
      root.write('/tmp/candidate', text)
      const { status, stderr } = root.script(
        `hx_p_path=${path}; hx_path_validate 'systemd-analyze verify %s' /tmp/candidate`,
      )
      expect(status === 0).toBe(stderr === '')
      expect(root.run('ls /tmp')).toBe('candidate\n')
      return stderr
    }

    it('accepts what is right, and what only lacks a program or another unit', () => {
      expect(said(`${folder}/x.service`, '[Unit]\nDocumentation=man:no(1)\n[Service]\nExecStart=/bin/true\n')).toBe('')
      expect(said(`${folder}/x.service`, '[Service]\nExecStart=/usr/bin/later\n')).toBe('')
      expect(said(`${folder}/x.service`, '[Unit]\nRequires=no.service\n[Service]\nExecStart=/bin/true\n')).toBe('')
      expect(said(`${folder}/x@.service`, '[Service]\nExecStart=/bin/echo %i\n')).toBe('')
      expect(said(`${folder}/x.timer`, '[Timer]\nOnCalendar=daily\nUnit=later.service\n')).toBe('')
      expect(said(`${folder}/app.service.d/a.conf`, '[Service]\nRestart=always\n')).toBe('')
      expect(said(`${folder}/later.service.d/a.conf`, '[Service]\nRestart=always\n')).toBe('')
    })

    // Busybox alone has no systemd: there is nothing to ask.
    it.skipIf(shell === 'busybox only')('names what is wrong, with its line', () => {
      expect(said(`${folder}/x.service`, '[Service]\nExecStart=/bin/true\nRestrt=always\n')).toBe(
        "systemd refuses it:\nx.service:3: Unknown key 'Restrt' in section [Service], ignoring.\n",
      )
      expect(said(`${folder}/x.service`, '[Service]\nExecStart=/bin/true\nRestart=no way\n')).toMatch(
        /x.service:3: Failed/,
      )
      expect(said(`${folder}/x.service`, '[Service]\nType=simple\n')).toMatch(/no ExecStart=.*Refusing/)
      expect(said(`${folder}/x@.service`, '[Service]\nType=simple\n')).toMatch(/no ExecStart=.*Refusing/)
      expect(said(`${folder}/x.service`, '[Service\nExecStart=/bin/true\n')).toMatch(
        /x.service:1: Invalid section header/,
      )
      expect(said(`${folder}/x.service`, 'hello\n')).toMatch(/x.service:1: Assignment outside of section/)
      expect(said(`${folder}/x.timer`, '[Timer]\nOnCalendar=dayly\n')).toMatch(/x.timer:2: Failed to parse calendar/)
      expect(said(`${folder}/app.service.d/a.conf`, '[Service]\nRestart=no way\n')).toMatch(
        /service.d\/a.conf:2: Failed/,
      )
      expect(said(`${folder}/at@one.service.d/a.conf`, '[Service]\nNo=x\n')).toMatch(/service.d\/a.conf:2: Unknown key/)
      expect(said('/etc/systemd/system/ssh.service.d/a.conf', '[Serivce]\nNice=1\n')).toMatch(
        /Unknown section 'Serivce'/,
      )
    })
  },
)

describe.skipIf(!canBoot())('a running systemd', () => {
  let machine: Machine | undefined
  beforeAll(async () => {
    machine = await Machine.boot()
  })
  afterAll(async () => machine?.stop())

  it('reads its unit files again once, and only where they changed', (context) => {
    if (machine === undefined) return context.skip('containers do not start here')
    const m = machine
    const readings = (): number => Number(m.run('journalctl -q -o cat _PID=1 | grep -c ^Reloading || :'))
    const times = (): number => {
      const before = readings()
      for (let n = 0; n < 2; n++) expect(m.script('hx_act_RELOAD systemd')).toMatchObject({ status: 0, stderr: '' })
      return readings() - before
    }
    expect(times()).toBe(0)
    m.write(`${folder}/one.service`, '[Service]\nExecStart=/bin/sleep 1000\n')
    m.run('systemctl start one.service')
    expect(times()).toBe(0)
    m.write(`${folder}/one.service.d/a.conf`, '[Service]\nNice=3\n')
    expect(times()).toBe(1)
    expect(m.run('systemctl show -p Nice one.service')).toBe('Nice=3\n')
    m.run(`rm -r ${folder}/one.service.d`)
    expect(times()).toBe(1)
    expect(m.run('systemctl show -p Nice one.service')).toBe('Nice=0\n')
    m.run(`rm ${folder}/one.service`)
    expect(times()).toBe(1)
  })
})
