import { defineSite, text } from 'hexis'
import { directory, file } from 'hexis/resources'
import { motd } from './modules/motd.ts'

/** Two folders stand for two machines, so that this runs anywhere, without privileges. */
export default defineSite({
  id: 'example-basic',
  hosts: {
    web1: { connection: 'directory', root: './sandbox/web1', os: 'debian/12', labels: { role: 'web' } },
    db1: {
      connection: 'directory',
      root: './sandbox/db1',
      os: 'debian/12',
      labels: { role: 'db' },
      vars: { workers: 8 },
    },
  },
  groups: { everything: { on: 'role in (web, db)', vars: { contact: 'ops@example.org' } } },
  defaults: { vars: { workers: 2 } },
  configure(host) {
    directory('/etc', { mode: '0755' })
    directory('/etc/app', { mode: '0750' })
    file('/etc/app/app.conf', {
      content: text`
        # written by Hexis for ${host.name}
        workers = ${host.vars.workers}
        contact = ${host.vars.contact ?? 'nobody'}
      `,
      mode: '0644',
    })
    file('/etc/app/logo.txt', { source: './files/logo.txt' })
    motd(host.name)
    for (const db of host.peers('role=db')) file('/etc/app/database', { content: `${db.address}\n` })
  },
})
