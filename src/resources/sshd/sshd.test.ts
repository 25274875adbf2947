import { describe, expect, test } from 'vitest'
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
