import type { Lab } from '../../lab/lab.ts'
import { onAll, onHost, type Peer } from './peer.ts'

const manifest = `Integer[0, 9].each |$i| {
  group { "bench$i": gid => 2000 + $i }
  user { "bench$i": uid => 2000 + $i, gid => "bench$i", home => '/nonexistent', shell => '/usr/sbin/nologin' }
  file { "/srv/bench$i": ensure => directory, owner => "bench$i", group => "bench$i", mode => '0750' }
}
Integer[0, 99].each |$i| {
  $line = "bench $i\\n"
  $text = Integer[1, 20].reduce('') |$memo, $n| { "\${memo}\${line}" }
  $folder = $i % 10
  file { "/srv/bench\${folder}/file$i": content => $text, owner => 'root', group => 'root', mode => '0640' }
}
package { ['bash', 'coreutils', 'sudo', 'procps', 'openssh-server', 'dbus']: ensure => installed }
service { 'ssh': ensure => running, enable => true }
`

/** `puppet apply` on every host, all at once. */
export const puppet = async (lab: Lab): Promise<Peer> => {
  await onAll(lab, `cat >/root/bench.pp <<'MANIFEST'\n${manifest}MANIFEST`)
  const version = (await onHost(lab, 'h1', 'puppet --version')).trim()
  return {
    name: 'puppet',
    version,
    run: () => onAll(lab, 'puppet apply --detailed-exitcodes /root/bench.pp >/root/bench.log 2>&1 || test $? = 2'),
  }
}
