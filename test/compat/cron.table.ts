import { config, type Row, sh, type Table } from './row.ts'

/** The file of each job that a row declares. */
const jobs = (row: Row): string => {
  const names = [...row.when.matchAll(/cron\('([\w-]+)'/g)].map(([, name]) => name)
  return `cd /etc/cron.d && ls -l ${names.join(' ')} 2>&1; cat ${names.join(' ')} 2>&1`
}

export const cronTable: Table = {
  resource: 'cron',
  on: 'a whole root by chroot',
  setup: sh`mkdir -p /etc/cron.d; useradd -M worker`,
  look: jobs,
  rows: [
    {
      name: 'a job is a file of its own, which belongs to root and is 0644',
      when: config`cron('c-new', { schedule: '30 2 * * *', command: '/bin/backup' })`,
      plan: ['create path:/etc/cron.d/c-new'],
      shows: [
        'cat /etc/cron.d/c-new; stat -c "%a %U:%G" /etc/cron.d/c-new',
        '30 2 * * * root /bin/backup\n644 root:root',
      ],
    },
    {
      name: 'fields by name; what is left out is every, and names of days are written as numbers',
      when: config`cron('c-fields', { schedule: { minute: 0, hour: '8-18/2', weekday: 'mon-fri' }, command: 'x' })`,
      shows: ['cat /etc/cron.d/c-fields', '0 8-18/2 * * 1-5 root x'],
    },
    {
      name: 'words such as @daily and @reboot',
      when: config`cron('c-word', { schedule: '@daily', command: 'x' }); cron('c-boot', { schedule: '@reboot', command: 'y' })`,
      shows: ['cat /etc/cron.d/c-word /etc/cron.d/c-boot', '@daily root x\n@reboot root y'],
    },
    {
      name: 'a % of a command is a %',
      when: config`cron('c-percent', { schedule: '@hourly', command: 'date +%F \\%H' })`,
      shows: ['cat /etc/cron.d/c-percent', '@hourly root date +\\%F \\%H'],
    },
    {
      name: 'another user',
      when: config`cron('c-user', { schedule: '@hourly', command: 'x', user: 'worker' })`,
      shows: ['cat /etc/cron.d/c-user', '@hourly worker x'],
    },
    {
      name: 'environment lines come before the job; blanks are quoted',
      when: config`cron('c-env', { schedule: '@hourly', command: 'x', env: { MAILTO: '', PATH: '/bin:/usr/bin', NOTE: ' a b' } })`,
      shows: ['cat /etc/cron.d/c-env', 'MAILTO=""\nPATH=/bin:/usr/bin\nNOTE=" a b"\n@hourly root x'],
    },
    {
      name: 'another schedule is an update',
      when: config`cron('c-later', { schedule: '@hourly', command: 'x' })`,
      shows: ['cat /etc/cron.d/c-later', '@hourly root x'],
      later: {
        when: config`cron('c-later', { schedule: '5 * * * *', command: 'x' })`,
        shows: ['cat /etc/cron.d/c-later', '5 * * * * root x'],
      },
    },
    {
      name: 'a file of this name that was there is replaced, and comes back',
      given: sh`echo '# by hand' >/etc/cron.d/c-hand; chmod 0600 /etc/cron.d/c-hand`,
      when: config`cron('c-hand', { schedule: '@hourly', command: 'x' })`,
      plan: ['update path:/etc/cron.d/c-hand'],
      shows: ['cat /etc/cron.d/c-hand; stat -c %a /etc/cron.d/c-hand', '@hourly root x\n644'],
    },
    {
      name: 'a job that was changed by hand is set right',
      when: config`cron('c-drift', { schedule: '@hourly', command: 'x' })`,
      shows: ['cat /etc/cron.d/c-drift', '@hourly root x'],
      later: { byHand: 'echo "# off" >/etc/cron.d/c-drift', shows: ['cat /etc/cron.d/c-drift', '@hourly root x'] },
    },
    {
      name: 'absent takes the job away',
      given: sh`echo '@daily root x' >/etc/cron.d/c-gone`,
      when: config`cron('c-gone', { absent: true })`,
      shows: ['ls /etc/cron.d | grep -c c-gone', '0'],
      stays: ['what was declared absent does not come back by itself', 'ls /etc/cron.d | grep -c c-gone', '0'],
    },
    {
      name: 'absent of what is not there: nothing to do',
      when: config`cron('c-none', { absent: true })`,
      plan: [],
      shows: ['ls /etc/cron.d | grep -c c-none', '0'],
    },
    {
      name: 'a minute of 61 is refused',
      when: config`cron('c-61', { schedule: '61 * * * *', command: 'x' })`,
      refused: { code: 'wrong-value', says: '61' },
    },
    {
      name: 'four fields are refused',
      when: config`cron('c-four', { schedule: '1 2 3 4', command: 'x' })`,
      refused: { code: 'wrong-value', says: 'five fields' },
    },
    {
      name: 'a range that runs backwards and a step of 0 are refused',
      when: config`cron('c-back', { schedule: '0 18-8 * * *', command: 'x' }); cron('c-zero', { schedule: '*/0 * * * *', command: 'x' })`,
      refused: { code: 'wrong-value', says: '18-8' },
    },
    {
      name: 'a day that no month has is refused',
      when: config`cron('c-day', { schedule: '0 0 32 * *', command: 'x' })`,
      refused: { code: 'wrong-value', says: '32' },
    },
    {
      name: 'a name with a dot is refused: cron would pass over it',
      when: config`cron('a.b', { schedule: '@hourly', command: 'x' })`,
      refused: { code: 'wrong-value', says: 'cron passes over others' },
    },
    {
      name: 'a command of two lines is refused',
      when: config`cron('c-two', { schedule: '@hourly', command: 'x\ny' })`,
      refused: { code: 'wrong-value', says: 'one line' },
    },
    {
      name: 'a secret in the environment is refused: anybody can read the file',
      when: config`cron('c-secret', { schedule: '@hourly', command: 'x', env: { TOKEN: secret.env('HOME') } })`,
      refused: { code: 'wrong-type', says: 'TOKEN' },
    },
  ],
}
