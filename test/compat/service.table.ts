import { config, type Row, sh, type Table } from './row.ts'

/** Enablement, mask, activity and every link of the units that a row names. */
const unitsLook = ({ given = '', when }: Row): string => {
  const names = [...new Set([...`${given} ${when}`.matchAll(/\bs-[a-z]+(?:@[a-z]+)?/g)].map(([name]) => name))]
  return sh`for unit in ${names.join(' ')}; do systemctl is-enabled $unit; systemctl is-active $unit; done 2>&1
find /etc/systemd/system \( ${names.map((name) => `-name '${name}*'`).join(' -o ')} \) -printf '%p %l\n' | sort`
}

const both = (unit: string): string => sh`systemctl is-enabled ${unit}; systemctl is-active ${unit}`

export const serviceTable: Table = {
  resource: 'service',
  on: 'a host with systemd, over ssh',
  setup: sh`cd /etc/systemd/system
for name in fresh there boot now stop off mask unmask hand restart timed both; do
  printf '[Service]\nExecStart=/bin/sh -c "echo >>/run/s-%s.starts; exec sleep infinity"\n[Install]\nWantedBy=multi-user.target\n' $name >s-$name.service
done
printf '[Service]\nExecStart=/bin/sleep infinity\n' >s-static.service
printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' >s-many@.service
printf '[Service]\nExecStart=/bin/sh -c "echo cannot open the shop; exit 3"\n' >s-dies.service
printf '[Timer]\nOnCalendar=yearly\n[Install]\nWantedBy=timers.target\n' >s-timed.timer
printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\nAlias=s-other.service\n' >s-alias.service
systemctl daemon-reload`,
  look: unitsLook,
  rows: [
    {
      name: 'enabled and running',
      when: config`service('s-fresh', { enabled: true, running: true })`,
      plan: ['update unit:s-fresh.service'],
      shows: [both('s-fresh'), 'enabled\nactive'],
    },
    {
      name: 'it is so already: nothing to do, and it stays',
      given: sh`systemctl enable -q --now s-there`,
      when: config`service('s-there', { enabled: true, running: true })`,
      plan: [],
      shows: [both('s-there'), 'enabled\nactive'],
    },
    {
      name: 'only enabled: it is not started',
      when: config`service('s-boot', { enabled: true })`,
      shows: [both('s-boot'), 'enabled\ninactive'],
    },
    {
      name: 'only running: it is not enabled',
      when: config`service('s-now', { running: true })`,
      shows: [both('s-now'), 'disabled\nactive'],
    },
    {
      name: 'running: false stops it and leaves it enabled; it is not started by no longer declaring it',
      given: sh`systemctl enable -q --now s-stop`,
      when: config`service('s-stop', { running: false })`,
      shows: [both('s-stop'), 'enabled\ninactive'],
      stays: ['that it does not run', both('s-stop'), 'enabled\ninactive'],
    },
    {
      name: 'enabled: false disables it and leaves it running',
      given: sh`systemctl enable -q --now s-off`,
      when: config`service('s-off', { enabled: false })`,
      shows: [both('s-off'), 'disabled\nactive'],
      stays: ['that it is not enabled', both('s-off'), 'disabled\nactive'],
    },
    {
      name: 'masked: false takes a mask away',
      given: sh`mv /etc/systemd/system/s-unmask.service /usr/lib/systemd/system/; systemctl mask -q s-unmask`,
      when: config`service('s-unmask', { masked: false })`,
      shows: ['systemctl is-enabled s-unmask', 'disabled'],
    },
    {
      name: 'masked: it can be started by nobody',
      given: sh`mv /etc/systemd/system/s-mask.service /usr/lib/systemd/system/; systemctl daemon-reload`,
      when: config`service('s-mask', { masked: true })`,
      shows: ['systemctl is-enabled s-mask; systemctl start s-mask 2>&1 | grep -c masked', 'masked\n1'],
      stays: ['the mask', 'systemctl is-enabled s-mask', 'masked'],
    },
    {
      name: 'a service that was stopped and disabled by hand runs again',
      when: config`service('s-hand', { enabled: true, running: true })`,
      shows: [both('s-hand'), 'enabled\nactive'],
      later: { byHand: 'systemctl disable -q --now s-hand', shows: [both('s-hand'), 'enabled\nactive'] },
    },
    {
      name: 'restartOn: restarted once where the file changes, and not otherwise',
      given: sh`systemctl start s-restart`,
      when: config`service('s-restart', { running: true, restartOn: file('/d/conf', { content: '1' }) })`,
      shows: ['wc -l </run/s-restart.starts', '2'],
      later: {
        when: config`service('s-restart', { running: true, restartOn: file('/d/conf', { content: '2' }) })`,
        shows: ['wc -l </run/s-restart.starts', '3'],
      },
    },
    {
      name: 'a name with a suffix is another unit: a timer',
      when: config`service('s-timed.timer', { enabled: true, running: true })`,
      shows: [`${both('s-timed.timer')}; systemctl is-active s-timed.service`, 'enabled\nactive\ninactive'],
    },
    {
      name: 'an instance of a template',
      when: config`service('s-many@one', { enabled: true, running: true })`,
      shows: [both('s-many@one'), 'enabled\nactive'],
    },
    {
      name: 'a unit that brings another name of itself: both links come and go',
      when: config`service('s-alias', { enabled: true })`,
      shows: ['systemctl is-enabled s-alias s-other', 'enabled\nalias'],
    },
    {
      name: 'a unit that the same config writes, after its service: made before it',
      when: config`service('s-made', { running: true }); file('/etc/systemd/system/s-made.service', { content: '[Service]\nExecStart=/bin/sleep infinity\n' })`,
      plan: ['create path:/etc/systemd/system/s-made.service', 'create unit:s-made.service'],
      shows: ['systemctl is-active s-made', 'active'],
    },
    {
      name: 'a service that dies at once fails the step, and its last words are shown',
      when: config`service('s-dies', { running: true })`,
      refused: { code: 'step-failed', says: 'cannot open the shop' },
      stays: ['that systemd has seen it fail', 'systemctl is-active s-dies', 'failed'],
    },
    {
      name: 'a service that is not there fails the step',
      when: config`service('s-nosuch', { running: true })`,
      refused: { code: 'step-failed', says: 's-nosuch.service' },
    },
    {
      name: 'a unit that cannot be enabled (no [Install]) fails the step',
      when: config`service('s-static', { enabled: true })`,
      refused: { code: 'step-failed', says: 's-static' },
    },
    {
      name: 'masked and running are refused together',
      when: config`service('s-both', { masked: true, running: true })`,
      refused: { code: 'wrong-value', says: 'can neither run nor be enabled' },
    },
    {
      name: 'nothing said of it is refused',
      when: config`service('s-both', {})`,
      refused: { code: 'wrong-value', says: 'give enabled, running or masked' },
    },
    {
      name: 'a name with a slash or a space is refused',
      when: config`service('a/b', { running: true }); service('a b', { running: true })`,
      refused: { code: 'wrong-value', says: 'a service name has' },
    },
  ],
}
