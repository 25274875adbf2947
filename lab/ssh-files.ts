import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bridgeSpace, type LabHost, type Place } from './host.ts'

/** An OpenSSH configuration that knows the hosts by name, with their keys, through the lab's namespace. */
export const writeSshFiles = (place: Place, hosts: readonly LabHost[]): void => {
  const knownHosts = hosts.map((host) => {
    const key = readFileSync(join(host.root, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8')
    return `${host.name} ${key}`
  })
  writeFileSync(join(place.folder, 'known_hosts'), knownHosts.join(''))
  const config = [
    ...hosts.flatMap((host) => [
      `Host ${host.name} ${host.address}`,
      `  HostName ${host.address}`,
      `  HostKeyAlias ${host.name}`,
    ]),
    'Host *',
    '  User root',
    `  IdentityFile ${join(place.folder, 'key')}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${join(place.folder, 'known_hosts')}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '  UpdateHostKeys no',
    `  ProxyCommand nsenter --net=/run/netns/${bridgeSpace(place)} socat - TCP:%h:%p`,
    '',
  ]
  writeFileSync(join(place.folder, 'ssh_config'), config.join('\n'))
}
