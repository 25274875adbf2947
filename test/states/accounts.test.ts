import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Root, type Shell, shells } from './root.ts'

const asRoot = process.getuid?.() === 0

describe.skipIf(!asRoot).each([...shells, 'busybox only'] as const)('accounts in %s', (shell: Shell) => {
  let root: Root
  beforeAll(() => {
    root = new Root(shell)
    root.run('groupadd -g 700 old; useradd -u 700 -g old -m -c "Old Hand, café" -s /bin/sh -e 2031-02-28 old')
  })
  afterAll(() => root?.dispose())

  it('observes users in the order asked, with encoded values', () => {
    expect(root.observe('user', ['nobody', 'old', 'missing', '-x', 'a%20b', 'root'])).toEqual({
      nobody:
        'comment=nobody expiry="" gid=nogroup groups="" home=/nonexistent locked=no shell=/usr/sbin/nologin type=present uid=65534',
      old: 'comment=Old%20Hand,%20caf%C3%A9 expiry=2031-02-28 gid=old groups="" home=/home/old locked=yes shell=/bin/sh type=present uid=700',
      missing: 'type=absent',
      '-x': 'type=absent',
      'a%20b': 'type=absent',
      root: 'comment=root expiry="" gid=root groups="" home=/root locked=no shell=/bin/bash type=present uid=0',
    })
  })

  it('makes a group and a user, changes them, and takes both back without a trace', () => {
    const files = () => ['passwd', 'group', 'shadow', 'gshadow', 'subuid', 'subgid'].map((f) => root.read(`/etc/${f}`))
    const before = files()
    expect(root.apply('group', ['GROUP app gid=900', 'GROUP ops']).status).toBe(0)
    const made = root.apply('user', ['USER app gid=app groups=ops home=/srv/a/app shell=/usr/sbin/nologin uid=900'])
    expect(made).toMatchObject({ status: 0, did: [1] })
    expect(root.observe('user', ['app']).app).toBe(
      'comment="" expiry="" gid=app groups=ops home=/srv/a/app locked=yes shell=/usr/sbin/nologin type=present uid=900',
    )
    expect(root.exists('/srv/a/app')).toBe(true)
    const changed = root.apply('user', [
      'USER app comment=The%20%C3%A4pp expiry=2030-01-02 groups=adm,ops locked=no shell=/bin/sh',
    ])
    expect(changed).toMatchObject({ status: 0, error: '' })
    expect(root.observe('user', ['app']).app).toBe(
      'comment=The%20%C3%A4pp expiry=2030-01-02 gid=app groups=adm,ops home=/srv/a/app locked=no shell=/bin/sh type=present uid=900',
    )
    expect(root.observe('group', ['ops']).ops).toMatch(/^gid=\d+ members=app type=present$/)
    const back = root.apply('user', ['USER app type=absent'], { undo: true })
    expect(back).toMatchObject({ status: 0, error: '', notes: [] })
    expect(root.exists('/srv/a')).toBe(false)
    expect(root.exists('/srv')).toBe(true)
    expect(root.observe('group', ['app']).app).toBe('gid=900 members="" type=present')
    expect(root.apply('group', ['GROUP ops type=absent', 'GROUP app type=absent'], { undo: true }).status).toBe(0)
    expect(files()).toEqual(before)
  })

  it('keeps a home that is not as it was made, and says so', () => {
    expect(root.apply('user', ['USER eve']).status).toBe(0)
    expect(root.observe('group', ['eve']).eve).toMatch(/type=present/)
    root.write('/home/eve/thesis', 'words')
    expect(root.apply('user', ['USER eve type=absent']).notes.join()).toContain('/home/eve')
    expect(root.exists('/home/eve/thesis')).toBe(true)
    expect(root.observe('group', ['eve']).eve).toBe('type=absent')
  })

  it('sets members, and groups with append', () => {
    expect(root.apply('group', ['GROUP team gid=701 members=nobody,old']).status).toBe(0)
    expect(root.observe('group', ['team']).team).toBe('gid=701 members=nobody,old type=present')
    expect(root.apply('group', ['GROUP team members=""']).status).toBe(0)
    expect(root.apply('user', ['USER old append=yes groups=team']).status).toBe(0)
    expect(root.apply('user', ['USER old append=yes groups=adm']).status).toBe(0)
    expect(root.observe('user', ['old']).old).toContain(' groups=adm,team ')
    expect(root.apply('user', ['USER old groups=team']).status).toBe(0)
    expect(root.observe('user', ['old']).old).toContain(' groups=team ')
  })

  it('sets a password hash, and brings back the earlier one in an undo and to the origin', () => {
    const hash = (user: string) =>
      /^[^:]*:([^:]*)/.exec(
        root
          .read('/etc/shadow')
          .split('\n')
          .find((l) => l.startsWith(`${user}:`)) ?? '',
      )?.[1]
    const line = () =>
      root
        .read('/etc/shadow')
        .split('\n')
        .find((l) => l.startsWith('old:'))
    root.run("usermod -p '$6$first' old; chage -d 19000 -M 90 old")
    const earlier = line()
    root.write('/var/lib/hexis/blobs/sealed:abc@1', '$6$second\n', 0o600)
    expect(root.apply('user', ['USER old password=sealed:abc@1'])).toMatchObject({ status: 0, error: '' })
    expect(hash('old')).toBe('$6$second')
    expect(root.script('hx_user_password_is old "/var/lib/hexis/blobs/sealed:abc@1"').status).toBe(0)
    expect(root.apply('user', ['USER old uid=700'], { undo: true }).status).toBe(0)
    expect(line()).toBe(earlier)
    root.run('rm /var/lib/hexis/blobs/inodes/t1.1.shadow')
    expect(root.apply('user', ['USER old password=sealed:abc@1'], { transaction: 't2' }).status).toBe(0)
    expect(root.apply('user', ['USER old password=sealed:other'], { transaction: 't3' }).status).toBe(0)
    expect(line()).toBe(earlier)
  })

  it('removes a user that was there, with its password, and brings it back', () => {
    const before = root.observe('user', ['old']).old
    const shadow = root
      .read('/etc/shadow')
      .split('\n')
      .find((l) => l.startsWith('old:'))
    expect(root.apply('user', ['USER old type=absent'], { transaction: 't5' })).toMatchObject({ status: 0, error: '' })
    expect(root.observe('user', ['old']).old).toBe('type=absent')
    expect(root.observe('group', ['old']).old).toBe('gid=700 members="" type=present')
    expect(root.exists('/home/old')).toBe(true)
    expect(root.apply('user', [`USER old ${before}`], { transaction: 't5', undo: true }).status).toBe(0)
    expect(root.observe('user', ['old']).old).toBe(before)
    expect(
      root
        .read('/etc/shadow')
        .split('\n')
        .find((l) => l.startsWith('old:')),
    ).toBe(shadow)
  })

  it('says what is wrong', () => {
    expect(root.apply('user', ['USER old gid=nosuch'])).toMatchObject({ status: 1, did: [] })
    expect(root.apply('user', ['USER old gid=nosuch']).error).toMatch(/nosuch.*not exist/)
    expect(root.apply('user', ['USER -rf uid=5']).error).toContain('no name for a user')
    expect(root.apply('group', ['GROUP old type=absent']).error).toMatch(/primary group/)
    expect(root.apply('user', ['USER old password=sealed:gone@1']).error).toContain('not on this host')
  })
})
