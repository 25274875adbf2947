import type { Lab } from '../lab/lab.ts'

/** A config for the hosts of a lab whose `configure` has this body. */
export const siteOf = (lab: Lab, body: string): string => `import { defineSite } from 'hexis'
import { directory, file, group, pkg, service, user } from 'hexis/resources'

export default defineSite({
  id: 'bench',
  hosts: {
${lab.hosts.map((host) => `    ${host.name}: {},`).join('\n')}
  },
  defaults: { ssh: { configFile: '${lab.sshConfig}' } },
  configure(host) {
${body}
  },
})
`

/** What a body declares for real; packages and the service are there already. */
export const workloadSize = 137

/** The workload of the comparison with other tools: 10 groups, users and directories, 100 files, 6 packages, a service. */
export const workload = `    for (let i = 0; i < 10; i++) {
      group(\`bench\${i}\`, { gid: 2000 + i })
      user(\`bench\${i}\`, { uid: 2000 + i, group: \`bench\${i}\`, home: '/nonexistent', shell: '/usr/sbin/nologin' })
      directory(\`/srv/bench\${i}\`, { owner: \`bench\${i}\`, group: \`bench\${i}\`, mode: '0750' })
    }
    for (let i = 0; i < 100; i++)
      file(\`/srv/bench\${i % 10}/file\${i}\`, { content: \`bench \${i}\\n\`.repeat(20), mode: '0640' })
    pkg(['bash', 'coreutils', 'sudo', 'procps', 'openssh-server', 'dbus'])
    service('ssh', { enabled: true, running: true })`

/** Shell that takes the workload away, whoever brought it. */
export const cleanup = `for i in 0 1 2 3 4 5 6 7 8 9; do
  userdel bench$i 2>/dev/null
  groupdel bench$i 2>/dev/null
  rm -rf /srv/bench$i
done
rm -rf /var/lib/hexis /var/lib/cfengine3/state/*
:
`

/** Shell that only looks at the files of the workload, as a tool without any overhead would. */
export const look = 'stat -c "%n %a %U %G" /srv/bench*/file* >/dev/null; sha256sum /srv/bench*/file* >/dev/null'

/** Shell that answers 0 where the workload is there. */
export const isThere =
  'test "$(stat -c "%a %U" /srv/bench9/file99)" = "640 root" && test "$(sed -n 20p /srv/bench9/file99)" = "bench 99" && id bench9'
