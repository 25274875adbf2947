/** The config that the fixtures were made of. */
export const fixtureConfig = (content: string): string => `import { defineSite } from 'hexis'
import { directory, file, line } from 'hexis/resources'

export default defineSite({
  id: 'fixture',
  hosts: { box: { connection: 'directory', root: './box', os: 'debian/12' } },
  configure() {
    directory('/srv/app', { mode: '0750', parents: true })
    file('/etc/motd', { content: '${content}\\n', mode: '0644' })
    line('/etc/hosts', { id: 'db', match: /db$/, line: '10.0.0.5 db' })
    file('/etc/old.conf', { absent: true })
  },
})
`
