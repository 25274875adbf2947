import { defineSite } from 'hexis'
import { directory, file, group, line, link, pkg, reload, restart, service, user } from 'hexis/resources'
import { hosts } from './hosts.ts'

export default defineSite({
  id: 'demo',
  hosts,
  defaults: { vars: { workers: 2 } },
  configure(host) {
    // Made on every host, whatever reaches it.
    directory('/etc/shop', { mode: '0755' })
    const conf = file('/etc/shop/shop.conf', { content: `workers = ${host.vars.workers}\n`, mode: '0644' })
    file('/etc/motd', { content: `This is ${host.name}, kept by Hexis.\n` })
    line('/etc/hosts', { id: 'db', match: /\sdb$/, line: '10.0.0.5 db' })
    link('/etc/shop.conf', { target: '/etc/shop/shop.conf' })

    // What only a whole system has: packages, accounts, services.
    if (host.labels.kind !== 'system') return
    pkg('hexis-hello')
    file('/etc/hexis-hello.conf', { content: 'greeting = welcome\n', onChange: reload('hexis-hello') })
    group('shop', { gid: 900 })
    user('shop', { uid: 900, group: 'shop', home: '/srv/shop', shell: 'nologin' })
    directory('/srv/shop', { owner: 'shop', group: 'shop', mode: '0750' })
    const unit = file('/etc/systemd/system/shop.service', { source: './shop.service', onChange: restart('shop') })
    service('shop', { enabled: true, running: true, after: [unit], restartOn: [conf] })
  },
})
