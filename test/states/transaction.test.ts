import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publish } from './repository.ts'
import { Root, type Shell, shells } from './root.ts'
import { type Op, prepare, transact } from './transact.ts'

const asRoot = process.getuid?.() === 0

describe.skipIf(!asRoot).each(shells)(
  'accounts, packages, units and commands in one transaction, by %s',
  (shell: Shell) => {
    let root: Root
    beforeAll(() => {
      root = new Root(shell)
      publish(root, [
        { name: 'base-lib' },
        { name: 'extra', files: { '/etc/extra.conf': 'x' } },
        { name: 'tool', fields: { Depends: 'base-lib' }, files: { '/etc/tool.conf': 'x' } },
      ])
      root.run("apt-get -q -y install extra; useradd -m old; usermod -p '$6$first' old")
      root.write('/var/lib/hexis/blobs/sealed:abc@1', '$6$second', 0o600)
      root.write(
        '/etc/systemd/system/app.service',
        '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n',
      )
    })
    afterAll(() => root?.dispose())

    const ops: readonly Op[] = [
      ['group', 'GROUP', 'app', 'gid=900'],
      ['user', 'USER', 'app', 'gid=app groups=adm home=/srv/app uid=900'],
      ['user', 'USER', 'old', 'comment=New password=sealed:abc@1 shell=/bin/sh'],
      ['package', 'PACKAGE', 'tool', 'type=present'],
      ['package', 'PACKAGE', 'extra', 'type=absent'],
      ['unit', 'UNIT', 'app.service', 'active=yes enabled=yes'],
      ['unit', 'UNIT', 'ssh.service', 'enabled=no masked=yes'],
      ['hostname', 'HOSTNAME', 'host', 'name=web9'],
      ['exec', 'EXEC', 'mark', 'command=touch%20/marked undo=rm%20/marked'],
    ]
    const files = [
      '/etc/passwd',
      '/etc/group',
      '/etc/shadow',
      '/etc/gshadow',
      '/etc/subuid',
      '/etc/hostname',
      '/var/lib/apt/extended_states',
    ]
    const look = () => ({
      files: files.map((f) => (root.exists(f) ? root.read(f) : '')),
      units: root.observe('unit', ['app.service', 'ssh.service']),
      packages: root.run("sed -n '/^Package/p; /^Status/p; /^Version/p' /var/lib/dpkg/status | paste - - - | sort"),
      folders: root
        .run('ls -a /home /srv /etc/systemd/system /etc | cat')
        .replace(/^(passwd|group|shadow|gshadow|subuid|subgid)-\n/gm, ''),
    })

    it('takes everything back where a later step fails', () => {
      const before = look()
      const events = transact(root, 'tx-fails', [
        ...ops,
        ['exec', 'EXEC', 'fail', 'command=echo%20no%20luck%3Bfalse undo=true'],
      ])
      expect(events.at(-1), events.join('\n')).toMatch(/^end undone 10 .*no%20luck/)
      expect(look()).toEqual(before)
      expect(root.exists('/marked')).toBe(false)
    })

    it('leaves a home that the same plan declares to its own step', () => {
      const home: readonly Op[] = [
        ['user', 'USER', 'web', 'home=/srv/web'],
        ['path', 'DIR', '/srv/web', 'mode=0711 owner=web'],
        ['exec', 'EXEC', 'fail', 'command=ls%20-A%20/srv/web>/seen%3Bfalse undo=true'],
      ]
      const before = look()
      expect(transact(root, 'tx-home', home).at(-1)).toMatch(/^end undone 3/)
      expect(root.read('/seen')).toBe('')
      expect(look()).toEqual(before)
    })

    it('is taken back by recovery after a kill in the middle of a package', () => {
      publish(root, [
        {
          name: 'killer',
          fields: { Depends: 'base-lib' },
          postinst: 'kill -9 $(cat /run/tx.pid); kill -9 $PPID; exit 1',
        },
      ])
      const before = look()
      const dir = '/var/lib/hexis/journal/tx-kill'
      prepare(root, 'tx-kill', [...ops.slice(0, 2), ['package', 'PACKAGE', 'killer', 'type=present']])
      root.script(`echo $$ > /run/tx.pid; hx_main tx ${dir}`)
      expect(root.read('/var/lib/dpkg/status')).toMatch(
        /Package: killer\nStatus: install ok (half-configured|unpacked)/,
      )
      root.run('rm /run/tx.pid')
      const events = root.script('hx_main recover').stdout
      expect(events).toMatch(/end undone/)
      expect(look()).toEqual(before)
    })

    it('commits, and then has nothing more to do', () => {
      expect(transact(root, 'tx-good', ops).at(-1)).toMatch(/^end committed 0/)
      const after = look()
      expect(root.read('/etc/shadow')).toContain('old:$6$second:')
      expect(transact(root, 'tx-again', ops.slice(0, -1)).at(-1)).toMatch(/^end committed 0/)
      expect(look()).toEqual(after)
    })
  },
)
