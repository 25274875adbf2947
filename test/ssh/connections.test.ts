import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

const password = 'Sudo pässword "9" $x'

const config = (hosts: string): string => `import { defineSite, secret } from 'hexis'
import { exec, file } from 'hexis/resources'

export default defineSite({
  id: 'ways',
  hosts: { ${hosts} },
  configure(host) {
    file('/etc/ways', { content: 'reached\\n', owner: 'root' })
    exec('look', { command: 'sleep 0.3', unless: 'test -e /etc/ways-looked', undo: 'true' })
    exec('mark', { command: 'touch /etc/ways-looked', creates: '/etc/ways-looked', undo: 'rm -f /etc/ways-looked' })
  },
})
`

interface End {
  readonly hosts: Readonly<Record<string, { status: string }>>
  readonly exit: number
}

describe.skipIf(process.getuid?.() !== 0)('real hosts over ssh', () => {
  let lab: Lab
  let site: ScratchSite

  const on = (host: string, command: string): Promise<string> => tool(['ssh', '-F', lab.sshConfig, host, command])
  const ssh = (more = ''): string => `ssh: { configFile: '${lab.sshConfig}'${more} }`
  const up = (hosts: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> => {
    site.write(config(hosts))
    return site.hexis(['up', '--yes'], { env })
  }
  const statuses = async (hosts: string): Promise<End> => {
    site.write(config(hosts))
    const ran = await site.hexis(['up', '--yes', '--json'])
    return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '')
  }

  beforeAll(async () => {
    lab = await startLab(2, { name: `ssh${process.pid}` })
  }, 700_000)
  afterAll(() => lab?.stop())
  beforeEach(() => {
    site = scratchSite()
  })
  afterEach(() => site.dispose())

  describe('that are not as expected', () => {
    test('unreachable: 4, and the others converge', async () => {
      await lab.cut('h2')
      try {
        const end = await statuses(`h1: { ${ssh()} }, h2: { ${ssh(', connectTimeoutSeconds: 2')} }`)
        expect(end.exit).toBe(4)
        expect(end.hosts.h1?.status).toBe('changed')
        expect(end.hosts.h2?.status).toBe('unreachable')
      } finally {
        await lab.join('h2')
      }
    })

    test('a refused key says what to look at', async () => {
      const ran = await up(`h1: { ${ssh(", user: 'nobody'")} }`)
      expect(ran.status).toBe(4)
      expect(ran.err).toContain('error[auth-refused]')
      expect(ran.err).toContain('ssh-add -l')
    })

    test('an unknown name', async () => {
      const ran = await up(`h9: { address: 'no-such-host.invalid' }`)
      expect(ran.status).toBe(4)
      expect(ran.err).toContain('error[unreachable]')
    })

    test('a changed host key is refused', async () => {
      const known = join(site.folder, 'known')
      const key = readFileSync(join(lab.sshConfig, '../key.pub'), 'utf8').split(' ').slice(0, 2).join(' ')
      writeFileSync(known, `h1 ${key}\n`)
      const own = join(site.folder, 'ssh_config')
      const text = readFileSync(lab.sshConfig, 'utf8').replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${known}`)
      writeFileSync(own, text)
      const ran = await up(`h1: { ssh: { configFile: '${own}' } }`)
      expect(ran.status).toBe(4)
      expect(ran.err).toMatch(/error\[host-key-(changed|unknown)\]/)
    })

    test('a pinned key: the right one is enough, a wrong one is refused', async () => {
      const print = await on('h1', "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2")
      expect(await up(`h1: { ${ssh(`, hostKey: '${print.trim()}'`)} }`)).toMatchObject({ status: 0 })
      const wrong = await up(`h1: { ${ssh(`, hostKey: 'SHA256:${'A'.repeat(43)}'`)} }`)
      expect(wrong.status).toBe(4)
      expect(wrong.err).toContain('error[host-key-changed]')
    })
  })

  describe('where the login becomes root by sudo', () => {
    const admin = (more = ''): string => `h1: { ${ssh(", user: 'admin'")}, become: 'sudo'${more} }`
    const withPassword = (): string => admin(", becomePassword: secret.env('HEXIS_TEST_SUDO')")
    const sudoers = (text: string): Promise<string> =>
      on('h1', `printf '%s\\n' '${text}' >/etc/sudoers.d/admin; rm -rf /run/sudo/ts /var/lib/sudo/ts /etc/ways*`)

    beforeAll(async () => {
      await tool(['ssh', '-F', lab.sshConfig, 'h1', 'chpasswd'], { input: `admin:${password}\n` })
    })
    afterAll(() => sudoers('admin ALL=(ALL) NOPASSWD: ALL'))

    const reached = async (ran: Ran): Promise<void> => {
      expect(ran.all).not.toContain(password)
      expect(ran).toMatchObject({ status: 0 })
      expect(await on('h1', 'stat -c %U /etc/ways')).toBe('root\n')
    }

    test('without a password', async () => {
      await sudoers('admin ALL=(ALL) NOPASSWD: ALL')
      await reached(await up(admin()))
    })

    test('with a password from a secret', async () => {
      await sudoers('admin ALL=(ALL) ALL')
      await reached(await up(withPassword(), { HEXIS_TEST_SUDO: password }))
    })

    test('with a cached ticket', async () => {
      await sudoers('Defaults timestamp_type=global\nadmin ALL=(ALL) ALL')
      await tool(['ssh', '-F', lab.sshConfig, 'admin@h1', 'sudo -S -v'], { input: `${password}\n` })
      await reached(await up(admin()))
    })

    test('with use_pty', async () => {
      await sudoers('Defaults use_pty\nadmin ALL=(ALL) ALL')
      await reached(await up(withPassword(), { HEXIS_TEST_SUDO: password }))
    })

    test('with requiretty', async () => {
      await sudoers('Defaults requiretty\nadmin ALL=(ALL) ALL')
      await reached(await up(withPassword(), { HEXIS_TEST_SUDO: password }))
    })

    test('a wrong password is sent once, and named', async () => {
      await sudoers('admin ALL=(ALL) ALL')
      const ran = await up(withPassword(), { HEXIS_TEST_SUDO: 'wrong one' })
      expect(ran.status).toBe(3)
      expect(ran.err).toContain('error[sudo-wrong-password]')
      expect(ran.err).not.toContain('wrong one')
      const log = await on(
        'h1',
        "journalctl -q --no-pager -o cat _COMM=sudo | grep -c 'authentication failure' || true",
      )
      expect(Number(log)).toBeLessThanOrEqual(1)
    })

    test('a password that nobody knows is asked of nobody', async () => {
      await sudoers('admin ALL=(ALL) ALL')
      const ran = await up(admin())
      expect(ran.status).toBe(3)
      expect(ran.err).toContain('error[sudo-needs-password]')
      expect(ran.err).toContain('becomePassword')
    })

    test('a login without the right is told so', async () => {
      await sudoers('# nothing')
      const ran = await up(withPassword(), { HEXIS_TEST_SUDO: password })
      expect(ran.status).toBe(3)
      expect(ran.err).toMatch(/error\[sudo-(refused|wrong-password)\]/)
    })
  })
})
