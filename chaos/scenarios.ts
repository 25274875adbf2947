import type { Ground, Scenario } from './stage.ts'

const old = (ground: Ground): void => {
  ground.file('/etc/motd', 'old\n', 0o640)
  ground.file('/etc/issue', 'older\n', 0o4755)
  ground.directory('/etc/empty', 0o711)
  ground.link('/etc/link', 'nowhere')
}

/** One for each verb of the kind `path`, and one with all of them and every change of type. */
export const folderScenarios: readonly Scenario[] = [
  {
    name: 'COPY of new files',
    verb: 'COPY',
    furnish: old,
    ops: (g) => {
      const hello = g.blob('hello\n')
      return ['/etc/a', '/etc/a b', '/etc/deep/er/c'].map((path) => ({
        verb: 'COPY',
        id: path.replace(' ', '%20'),
        before: 'type=absent',
        args: `blob=${hello} mode=0644${path.includes('deep') ? ' parents=yes' : ''}`,
      }))
    },
  },
  {
    name: 'COPY over earlier files',
    verb: 'COPY',
    furnish: old,
    ops: (g) =>
      ['/etc/motd', '/etc/issue'].map((id) => ({
        verb: 'COPY',
        id,
        before: 'type=file',
        args: `blob=${g.blob(`new ${id}\n`)} mode=0600`,
      })),
  },
  {
    name: 'DIR',
    verb: 'DIR',
    furnish: old,
    ops: () => [
      { verb: 'DIR', id: '/srv', before: 'type=absent', args: 'mode=0755' },
      { verb: 'DIR', id: '/srv/app', before: 'type=absent', args: 'mode=2750' },
      { verb: 'DIR', id: '/etc/empty', before: 'type=dir', args: 'mode=0700' },
      { verb: 'DIR', id: '/etc/motd', before: 'type=file', args: 'mode=0755' },
    ],
  },
  {
    name: 'LINK',
    verb: 'LINK',
    furnish: old,
    ops: () => [
      { verb: 'LINK', id: '/etc/link', before: 'target=nowhere type=link', args: 'target=/some%20where' },
      { verb: 'LINK', id: '/etc/new', before: 'type=absent', args: 'target=motd' },
      { verb: 'LINK', id: '/etc/issue', before: 'type=file', args: 'target=motd' },
      { verb: 'LINK', id: '/etc/second', before: 'type=absent', args: 'hard=yes target=/etc/motd' },
    ],
  },
  {
    name: 'CHMOD',
    verb: 'CHMOD',
    furnish: old,
    ops: () => [
      { verb: 'CHMOD', id: '/etc/motd', before: 'mode=0640', args: 'mode=0600' },
      { verb: 'CHMOD', id: '/etc/empty', before: 'type=dir', args: 'mode=0755' },
      { verb: 'CHMOD', id: '/etc/issue', before: 'mode=4755', args: 'mode=0644' },
    ],
  },
  {
    name: 'CHOWN',
    verb: 'CHOWN',
    furnish: old,
    ops: () => [
      { verb: 'CHOWN', id: '/etc/issue', before: 'type=file', args: 'owner=daemon group=daemon' },
      { verb: 'CHOWN', id: '/etc/empty', before: 'type=dir', args: 'owner=bin' },
      { verb: 'CHOWN', id: '/etc/link', before: 'type=link', args: 'group=sys' },
    ],
  },
  {
    name: 'RM',
    verb: 'RM',
    furnish: old,
    ops: () => [
      { verb: 'RM', id: '/etc/motd', before: 'type=file' },
      { verb: 'RM', id: '/etc/empty', before: 'type=dir' },
      { verb: 'RM', id: '/etc/link', before: 'type=link' },
    ],
  },
  {
    name: 'all of them',
    verb: 'several',
    furnish: old,
    ops: (g) => [
      { verb: 'DIR', id: '/srv', before: 'type=absent', args: 'mode=0755' },
      { verb: 'COPY', id: '/srv/-a', before: 'type=absent', args: `blob=${g.blob('hello\n')}` },
      { verb: 'LINK', id: '/srv/l', before: 'type=absent', args: 'target=-a' },
      { verb: 'COPY', id: '/etc/motd', before: 'type=file', args: `blob=${g.blob('new\n')} mode=0644` },
      { verb: 'RM', id: '/etc/issue', before: 'type=file' },
      { verb: 'COPY', id: '/etc/empty', before: 'type=dir', args: `blob=${g.blob('now a file\n')} mode=0600` },
      { verb: 'CHMOD', id: '/srv', before: 'mode=0755', args: 'mode=0700' },
      { verb: 'COPY', id: '/srv/-a', before: 'type=file', args: `blob=${g.blob('again\n')} mode=0640` },
    ],
  },
]
