import type { Scenario } from './stage.ts'

const nothing = (): void => {}
const unit =
  '[Unit]\nDescription=chaos\n[Service]\nExecStart=/bin/sleep infinity\nExecReload=/bin/true\n[Install]\nWantedBy=multi-user.target\n'
const service = 'systemctl is-active chaos.service; systemctl is-enabled chaos.service; ls /etc/systemd/system/*.wants'

/** Once for a host: what the scenarios need to be there. */
export const hostFurniture: Readonly<Record<string, string>> = {
  '/etc/systemd/system/chaos.service': unit,
  '/etc/systemd/system/chaos-on.service': unit,
}
export const hostFurnitureCommands = 'systemctl daemon-reload; systemctl start chaos-on.service'

export interface HostScenario extends Scenario {
  /** Shell text that prints all that the scenario may touch. */
  readonly look: string
}

/** One for each kind that needs a whole host. */
export const hostScenarios: readonly HostScenario[] = [
  {
    name: 'USER',
    verb: 'USER',
    look: 'getent passwd chaos; getent group chaos; grep ^chaos: /etc/shadow /etc/gshadow /etc/subuid; ls -ld /home/chaos 2>&1 | cut -d" " -f1,3,4',
    furnish: nothing,
    ops: () => [{ kind: 'user', verb: 'USER', id: 'chaos', before: 'type=absent', args: 'comment=x shell=/bin/sh' }],
    back: [{ kind: 'user', verb: 'USER', id: 'chaos', args: 'type=absent' }],
  },
  {
    name: 'GROUP',
    verb: 'GROUP',
    look: 'getent group chaos games; grep -e ^chaos: -e ^games: /etc/gshadow',
    furnish: nothing,
    ops: () => [
      { kind: 'group', verb: 'GROUP', id: 'chaos', before: 'type=absent', args: 'gid=4711' },
      { kind: 'group', verb: 'GROUP', id: 'games', args: 'members=daemon' },
    ],
    back: [
      { kind: 'group', verb: 'GROUP', id: 'games', args: 'members=""' },
      { kind: 'group', verb: 'GROUP', id: 'chaos', args: 'type=absent' },
    ],
  },
  {
    name: 'PACKAGE',
    verb: 'PACKAGE',
    look: 'dpkg -s hexis-tool-a 2>&1 | grep -e ^Status -e ^Version -e installed; ls /usr/share/hexis-tool-a 2>&1; apt-mark showmanual | grep hexis; dpkg --audit; true',
    furnish: nothing,
    ops: () => [{ kind: 'package', verb: 'PACKAGE', id: 'hexis-tool-a', before: 'type=absent' }],
    back: [{ kind: 'package', verb: 'PACKAGE', id: 'hexis-tool-a', args: 'purge=yes type=absent' }],
  },
  {
    name: 'UNIT',
    verb: 'UNIT',
    look: service,
    furnish: nothing,
    ops: () => [{ kind: 'unit', verb: 'UNIT', id: 'chaos.service', args: 'active=yes enabled=yes' }],
    back: [{ kind: 'unit', verb: 'UNIT', id: 'chaos.service', args: 'active=no enabled=no' }],
  },
  {
    name: 'EXEC with an undo',
    verb: 'EXEC',
    look: 'ls -l /srv/chaos-made 2>&1 | cut -d" " -f1,3-5',
    furnish: nothing,
    ops: () => [
      {
        kind: 'exec',
        verb: 'EXEC',
        id: 'make',
        before: 'done=no',
        args: 'command=sleep%200.05;%20echo%20x%20%3E/srv/chaos-made undo=rm%20-f%20/srv/chaos-made',
      },
    ],
    back: [{ verb: 'RM', id: '/srv/chaos-made' }],
  },
  {
    name: 'HOSTNAME',
    verb: 'HOSTNAME',
    look: 'cat /etc/hostname; uname -n',
    furnish: nothing,
    ops: () => [{ kind: 'hostname', verb: 'HOSTNAME', id: 'system', args: 'name=chaos' }],
    back: [{ kind: 'hostname', verb: 'HOSTNAME', id: 'system', args: 'name=h1' }],
  },
  ...['RESTART', 'RELOAD'].map(
    (verb): HostScenario => ({
      name: `a file and ${verb}`,
      verb,
      look: 'cat /etc/chaos.conf 2>&1; systemctl is-active chaos-on.service',
      furnish: nothing,
      ops: (g) => [
        { verb: 'COPY', id: '/etc/chaos.conf', before: 'type=absent', args: `blob=${g.blob('x\n')}` },
        { kind: 'unit', verb, id: 'chaos-on.service', because: '1' },
      ],
      back: [{ verb: 'RM', id: '/etc/chaos.conf' }],
    }),
  ),
  {
    name: 'a file and RUN',
    verb: 'RUN',
    look: 'cat /etc/chaos.conf 2>&1; true',
    furnish: nothing,
    ops: (g) => [
      { verb: 'COPY', id: '/etc/chaos.conf', before: 'type=absent', args: `blob=${g.blob('x\n')}` },
      { kind: 'exec', verb: 'RUN', id: 'cat%20/etc/chaos.conf%20%3E/dev/null%20%7C%7C%20true', because: '1' },
    ],
    back: [{ verb: 'RM', id: '/etc/chaos.conf' }],
  },
]
