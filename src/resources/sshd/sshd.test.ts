import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { decode } from '../../steps/encoding.ts'
import { secret, text } from '../../text/index.ts'
import { sshd } from '../index.ts'
import type { SshdProps } from './sshd.ts'

const written = async (props: SshdProps): Promise<string | undefined> =>
  (await lowered(() => sshd('x', props))).contents[0]

describe('a drop-in of sshd', () => {
  test('is checked together with the rest, then the server is reloaded', async () => {
    const { steps, contents } = await lowered(() => sshd('00-a', { settings: { PasswordAuthentication: false } }))
    expect(contents).toEqual(['PasswordAuthentication no\n'])
    expect(steps).toHaveLength(1)
    const [step = ''] = steps
    expect(step).toMatch(
      /^COPY \/etc\/ssh\/sshd_config\.d\/00-a\.conf blob=0 group=root mode=0600 owner=root validate=\S+ && RELOAD ssh\.service$/,
    )
    expect(decode(/validate=(\S+)/.exec(step)?.[1] ?? '')).toBe(
      "grep -qi '^[[:space:]]*include[[:space:]].*/etc/ssh/sshd_config\\.d/' /etc/ssh/sshd_config || " +
        '{ echo /etc/ssh/sshd_config does not include /etc/ssh/sshd_config.d; exit 1; }; ' +
        "{ echo Include %s; ls /etc/ssh/sshd_config.d/*.conf | grep -v '/00-a\\.conf$' | sed 's/^/Include /'; " +
        "grep -vi '^[[:space:]]*include[[:space:]].*/etc/ssh/sshd_config\\.d/' /etc/ssh/sshd_config; } 2>/dev/null | " +
        '/usr/sbin/sshd -t -f /dev/stdin',
    )
  })

  test('writes values as each keyword takes them', async () => {
    expect(
      await written({
        settings: {
          Port: [22, 2022],
          AllowUsers: ['ada', 'bob@10.0.0.*'],
          AllowGroups: ['admin', 'ops'],
          Ciphers: ['a@openssh.com', 'b'],
          PubkeyAcceptedAlgorithms: ['+x', 'y'],
          AuthorizedKeysFile: ['.ssh/authorized_keys', '/etc/ssh/keys/my %u'],
          Subsystem: 'sftp internal-sftp',
          MaxAuthTries: 3,
          X11Forwarding: false,
        },
        match: { 'User deploy': { ForceCommand: 'internal-sftp -d /x' }, All: { PermitTTY: true } },
      }),
    ).toBe(`Port 22
Port 2022
AllowUsers ada
AllowUsers bob@10.0.0.*
AllowGroups sudo
AllowGroups ops
Ciphers a@openssh.com,b
PubkeyAcceptedAlgorithms +x,y
AuthorizedKeysFile .ssh/authorized_keys "/etc/ssh/keys/my %u"
Subsystem sftp internal-sftp
MaxAuthTries 3
X11Forwarding no
Match User deploy
  ForceCommand internal-sftp -d /x
Match All
  PermitTTY yes
`)
  })

  test('can be given as it is, also with secrets, and can go', async () => {
    expect(await written({ content: 'Banner none\n' })).toBe('Banner none\n')
    const { steps } = await lowered(() => {
      sshd('a', { content: text`Banner ${secret.env('A')}` })
      sshd('b', { absent: true })
    })
    expect(steps[0]).toMatch(/blob=sealed:/)
    expect(steps[1]).toBe('RM /etc/ssh/sshd_config.d/b.conf && RELOAD ssh.service')
  })

  test.each(['rhel/8', 'rocky/8'])('is refused on %s, whose sshd would never read it', async (os) => {
    const one = () => sshd('x', { settings: { UseDNS: false } })
    expect((await lowered(one, { os })).diagnostics).toMatchObject([
      {
        severity: 'error',
        code: 'unsupported-here',
        summary: `sshd 'x': the sshd of ${os} knows no Include, and would never read a drop-in`,
        hint: expect.stringContaining("validate: '/usr/sbin/sshd -t -f %s'"),
      },
    ])
    const newer = { id: os, managers: { sshd: 'drop-ins' } }
    expect((await lowered(one, { os, entries: [newer] })).diagnostics).toEqual([])
    expect((await lowered(() => sshd('x', { absent: true }), { os })).diagnostics).toEqual([])
    expect((await lowered(one, { os: 'rocky/9' })).diagnostics).toEqual([])
  })

  test.each<[SshdProps, RegExp]>([
    [{}, /give settings, match or content/],
    [{ content: 'x', settings: {} }, /exclude it/],
    [{ absent: true, settings: {} }, /absent says nothing/],
    [{ settings: { 'Password Authentication': true } }, /it is a keyword of sshd_config/],
    [{ settings: { Match: 'User x' } }, /neither Match nor Include/],
    [{ settings: { include: '/x' } }, /neither Match nor Include/],
    [{ settings: { Banner: 'a\nPermitRootLogin yes' } }, /one line/],
    [{ settings: { Banner: '' } }, /says something/],
    [{ settings: { Port: [] } }, /settings.Port/],
    [{ settings: { AllowUsers: ['a"b'] } }, /holds no quotes/],
    [{ match: { deploy: { X11Forwarding: false } } }, /criteria are 'All', or User/],
  ])('%j is refused', async (props, says) => {
    const found = await mistakes(() => sshd('x', props))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(says)
  })

  test('is named without its suffix', async () => {
    expect((await mistakes(() => sshd('a.conf', { absent: true })))[0]).toMatch(/without .conf/)
    expect((await mistakes(() => sshd('../a', { absent: true })))[0]).toMatch(/a name has letters/)
  })
})

describe('the check of a candidate', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hexis-sshd-'))
    mkdirSync(join(folder, 'sshd_config.d'))
    mkdirSync(join(folder, 'vendor'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const include = (): string => `Include ${folder}/sshd_config.d/*.conf\n`
  /** What sshd is given to read, or what is said instead; `cat` stands for sshd, and a folder for /etc/ssh. */
  const given = async (shell: string, os = 'debian/12'): Promise<string> => {
    const { steps } = await lowered(() => sshd('10-a', { content: 'x' }), { os })
    const command = decode(/validate=(\S+)/.exec(steps[0] ?? '')?.[1] ?? '')
      .replaceAll('/etc/ssh/sshd_config\\.d', `${folder}/sshd_config\\.d`)
      .replaceAll('/usr/etc/ssh', `${folder}/vendor`)
      .replaceAll('/etc/ssh', folder)
      .replace('/usr/sbin/sshd -t -f /dev/stdin', 'cat')
      .replace('%s', `'${folder}/candidate'`)
    const [program = 'sh', ...args] = shell.split(' ')
    return spawnSync(program, [...args, '-c', command])
      .stdout.toString()
      .replaceAll(folder, 'DIR')
  }

  describe.each(['dash', 'busybox ash', 'bash --posix', 'mksh'])('by %s', (shell) => {
    test('reads it first, then the other drop-ins, then the rest', async () => {
      writeFileSync(join(folder, 'sshd_config'), `# x\n${include()}  include ${folder}/other\nUsePAM yes\n`)
      for (const name of ['05-b.conf', '10-a.conf', 'x10-a.conf', 'note'])
        writeFileSync(join(folder, 'sshd_config.d', name), '')
      expect(await given(shell)).toBe(
        'Include DIR/candidate\nInclude DIR/sshd_config.d/05-b.conf\nInclude DIR/sshd_config.d/x10-a.conf\n' +
          '# x\n  include DIR/other\nUsePAM yes\n',
      )
    })

    test('says where nothing would read it', async () => {
      writeFileSync(join(folder, 'sshd_config'), `#${include()}UsePAM yes\n`)
      expect(await given(shell)).toBe('DIR/sshd_config does not include DIR/sshd_config.d\n')
    })
  })

  test("takes the vendor's configuration where there is no other", async () => {
    writeFileSync(join(folder, 'vendor/sshd_config'), `${include()}Vendor yes\n`)
    expect(await given('sh', 'opensuse-leap/16')).toContain('Vendor yes')
    writeFileSync(join(folder, 'sshd_config'), `${include()}Own yes\n`)
    expect(await given('sh', 'opensuse-leap/16')).toMatch(/^(?!.*Vendor).*Own yes\n$/s)
  })
})
