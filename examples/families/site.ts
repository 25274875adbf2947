import { defineSite } from 'hexis'
import {
  archive,
  authorizedKey,
  block,
  cron,
  directory,
  env,
  exec,
  file,
  group,
  hostname,
  hosts,
  ini,
  json,
  kernelModule,
  line,
  link,
  locale,
  pkg,
  restart,
  service,
  sshd,
  sudoers,
  sysctl,
  template,
  timer,
  timezone,
  toml,
  tree,
  unit,
  user,
  waitFor,
  yaml,
} from 'hexis/resources'

/**
 * One config for hosts of several families, with no word of any of them: packages, services, groups and paths are called
 * by their common names, and what they are on a host is said by its profile.
 */
export default defineSite({
  id: 'example-families',
  hosts: {
    h1: { vars: { workers: 4 } },
    h2: {},
    h3: {},
    h4: {},
  },
  defaults: { ssh: { configFile: './ssh_config' }, vars: { workers: 2 } },
  configure(host) {
    hostname(`${host.name}-shop`)
    timezone('Europe/Berlin')
    locale('C.UTF-8')
    hosts('10.0.0.5', ['db', 'db.lan'])
    sysctl('net.ipv4.ip_forward', { value: 1 })
    kernelModule('usb-storage', { blacklist: true })

    pkg(['apache', 'cron', 'vim', 'netcat'])
    const page = file('/etc/shop-page.conf', { content: 'index = /srv/www/index.html\n' })
    service('apache', { enabled: true, running: true, restartOn: page })
    service('cron', { enabled: true, running: true })
    unit('apache', { dropIn: 'limits', sections: { Service: { LimitNOFILE: 4096 } } })

    group('app', { gid: 900 })
    user('app', { uid: 900, group: 'app', home: '/srv/app', shell: 'nologin', createHome: false })
    user('deploy', { groups: ['admin', 'app'], createHome: true, shell: '/bin/sh', comment: 'Brings releases' })
    authorizedKey('deploy', {
      key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJXOHGq2W3hJUqQzYVvvbRCyNJdS1nN1f0Xk3p5LkJtZ deploy@example.org',
    })
    sudoers('deploy', { content: 'deploy ALL=(root) NOPASSWD: /usr/bin/systemctl restart shop\n' })
    sshd('00-shop', { settings: { MaxAuthTries: 4 }, match: { 'User app': { X11Forwarding: false } } })

    directory('/srv/app', { owner: 'app', group: 'app', mode: '0750' })
    directory('/srv/app/data', { owner: 'app', group: 'app', mode: '2770' })
    tree('/srv/www', { source: './files/www', group: 'app' })
    archive('/srv/assets', { source: './files/assets.tar' })
    link('/etc/shop', { target: '/srv/app' })
    template('/srv/app/shop.conf', {
      source: './files/shop.conf.tmpl',
      vars: { name: host.name, workers: host.vars.workers, peers: ['h1', 'h2', 'h3'] },
      group: 'app',
      mode: '0640',
    })
    file('/etc/motd', { content: `Welcome to ${host.name}\n` })
    file('/usr/local/bin/shop', { content: '#!/bin/sh\nexec sleep infinity\n', mode: '0755' })

    line('/etc/shells', { id: 'shop', line: '/usr/local/bin/shop' })
    block('/etc/profile.d/shop.sh', { id: 'env', create: true, text: 'export SHOP=1\n' })
    ini('/etc/shop.ini', { section: 'cache', key: 'size', value: '256M' })
    env('/etc/shop.env', { key: 'WORKERS', value: String(host.vars.workers), create: true })
    json('/etc/shop.json', { at: ['log', 'level'], value: 'info' })
    yaml('/etc/shop.yaml', { at: ['scrape', 'every'], value: '15s', create: true })
    toml('/etc/shop.toml', { at: ['queue', 'length'], value: 100, create: true })

    unit('shop', {
      sections: {
        Unit: { Description: 'The shop' },
        Service: { ExecStart: '/usr/local/bin/shop', User: 'app', EnvironmentFile: '/etc/shop.env' },
        Install: { WantedBy: 'multi-user.target' },
      },
    })
    const shop = service('shop', { enabled: true, running: true })
    waitFor('shop', { unit: 'shop', after: [shop] })
    timer('shop-report', {
      onCalendar: 'daily',
      persistent: false,
      user: 'app',
      command: 'date +%F >>/srv/app/data/report',
    })
    cron('shop-clean', { schedule: '30 2 * * mon-fri', user: 'app', command: 'find /srv/app/data -mtime +30 -delete' })
    exec('seed', {
      command: 'printf "seeded\\n" >/srv/app/data/seed',
      creates: '/srv/app/data/seed',
      undo: 'rm -f /srv/app/data/seed',
      onChange: restart('shop'),
    })
  },
})
