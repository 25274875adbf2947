/** Twenty resources and what they are about, on hosts where many of the objects are there beforehand. */
export const twentySite = (sshConfig: string): string => `import { defineSite } from 'hexis'
import {
  authorizedKey, block, directory, exec, file, group, hostname, line, link, pkg, reload, restart, service, sudoers, user,
} from 'hexis/resources'

export default defineSite({
  id: 'shop',
  hosts: {
    h1: { labels: { role: 'web' } },
    h2: { labels: { role: 'web' }, vars: { workers: 8 } },
    h3: { labels: { role: 'db' } },
  },
  defaults: { ssh: { configFile: '${sshConfig}' }, vars: { workers: 2 } },
  configure(host) {
    hostname(\`\${host.name}-shop\`)
    group('app', { gid: 900 })
    user('app', { uid: 900, group: 'app', home: '/srv/app', shell: '/usr/sbin/nologin' })
    directory('/srv/app', { owner: 'app', group: 'app', mode: '0750' })
    pkg(['hexis-hello', 'hexis-tool-a'])
    const conf = file('/etc/app.conf', {
      content: \`workers = \${host.vars.workers}\\n\`, mode: '0644', onChange: restart('app') })
    file('/etc/systemd/system/app.service', { source: './app.service' })
    service('app', { enabled: true, running: true, after: [conf] })
    service('hexis-hello', { enabled: true, running: true })
    file('/etc/hexis-hello.conf', { content: 'greeting = shop\\n', onChange: reload('hexis-hello') })
    line('/etc/hosts', { id: 'db', match: /\\sdb$/, line: '10.0.0.5 db' })
    block('/etc/profile.d/shop.sh', { id: 'env', create: true, text: 'export SHOP=1\\n' })
    link('/etc/app', { target: '/srv/app' })
    directory('/srv/app/data', { owner: 'app', group: 'app', mode: '0700' })
    file('/srv/app/data/it\\'s "a" name', { content: 'x', owner: 'app' })
    sudoers('app', { content: 'app ALL=(root) NOPASSWD: /bin/systemctl restart app\\n' })
    authorizedKey('admin', { key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJXOHGq2W3hJUqQzYVvvbRCyNJdS1nN1f0Xk3p5LkJtZ me' })
    file('/etc/motd', { content: \`Welcome to \${host.name}\\n\` })
    exec('seed', { command: 'date >/var/lib/seeded', creates: '/var/lib/seeded', undo: 'rm -f /var/lib/seeded' })
    file('/etc/old.conf', { absent: true })
    if (host.labels.role === 'web') user('deploy', { groups: ['app'], appendGroups: true })
  },
})
`

export const appUnit = `[Unit]
Description=The shop

[Service]
ExecStart=/bin/sh -c 'exec sleep infinity'
ExecReload=/bin/true

[Install]
WantedBy=multi-user.target
`

/** Run on a host before Hexis: objects with other content, mode and owner, an extended attribute, an ACL. */
export const lifeBefore = `set -e
printf 'old\\n' >/etc/app.conf; chmod 640 /etc/app.conf; chown admin /etc/app.conf
setfattr -n user.note -v mine /etc/app.conf; setfacl -m u:admin:rw /etc/app.conf
printf 'custom motd\\n' >/etc/motd; setfattr -n user.x -v y /etc/motd
mkdir /srv/app; chmod 711 /srv/app; setfacl -m u:admin:rwx /srv/app; setfacl -d -m u:admin:rx /srv/app
printf 'X\\n' >/etc/old.conf; chmod 604 /etc/old.conf; setfacl -m u:admin:r /etc/old.conf
groupadd -g 950 app
ln -s /nowhere /etc/app
printf 'export A=1' >/etc/profile.d/shop.sh; chmod 600 /etc/profile.d/shop.sh
printf 'old\\n' >/etc/sudoers.d/app; chmod 400 /etc/sudoers.d/app; chgrp admin /etc/sudoers.d/app
sed -i 's/^old$/# old/' /etc/sudoers.d/app
mkdir /srv/linked; printf 'one\\n' >/srv/linked/a; ln /srv/linked/a /srv/linked/b
sync
`
