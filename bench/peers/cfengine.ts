import type { Lab } from '../../lab/lab.ts'
import { onAll, onHost, type Peer } from './peer.ts'

const numbers = (count: number): string => Array.from({ length: count }, (_, i) => `"${i}"`).join(', ')

const content = (i: number): string => `bench ${i}\n`.repeat(20)

/** Users and groups by the commands that cf-agent itself would call; everything else by its own promises. */
const policy = `body common control { bundlesequence => { "bench" }; }
body perms owned(mode, owner, group) { mode => "$(mode)"; owners => { "$(owner)" }; groups => { "$(group)" }; rxdirs => "false"; }
body contain quiet { useshell => "useshell"; no_output => "true"; }
body package_method dpkg
{
  package_changes => "individual";
  package_list_command => "/usr/bin/dpkg -l";
  package_list_version_regex => "ii\\s+[^\\s]+\\s+([^\\s]+).*";
  package_list_name_regex => "ii\\s+([^\\s:]+).*";
  package_installed_regex => ".*ii.*";
  package_add_command => "/usr/bin/apt-get -y install";
  package_delete_command => "/usr/bin/apt-get -y remove";
}
bundle agent standard_services(service, state)
{
  commands:
    "/bin/systemctl start $(service)" if => not(returnszero("/bin/systemctl -q is-active $(service)", "noshell"));
}
bundle agent bench
{
  vars:
    "n" slist => { ${numbers(10)} };
${Array.from({ length: 100 }, (_, i) => `    "text${i}" string => "${content(i)}";`).join('\n')}
  classes:
    "no_$(n)" not => userexists("bench$(n)");
  commands:
    "/usr/sbin/groupadd -g 200$(n) bench$(n)" contain => quiet, if => "no_$(n)";
    "/usr/sbin/useradd -u 200$(n) -g bench$(n) -M -d /nonexistent -s /usr/sbin/nologin bench$(n)" contain => quiet, if => "no_$(n)";
  files:
    "/srv/bench$(n)/." create => "true", perms => owned("0750", "bench$(n)", "bench$(n)");
${Array.from(
  { length: 100 },
  (_, i) =>
    `    "/srv/bench${i % 10}/file${i}" create => "true", content => "$(text${i})", perms => owned("0640", "root", "root");`,
).join('\n')}
  packages:
    "bash" package_policy => "add", package_method => dpkg;
    "coreutils" package_policy => "add", package_method => dpkg;
    "sudo" package_policy => "add", package_method => dpkg;
    "procps" package_policy => "add", package_method => dpkg;
    "openssh-server" package_policy => "add", package_method => dpkg;
    "dbus" package_policy => "add", package_method => dpkg;
  services:
    "ssh" service_policy => "start";
}
`

/** `cf-agent` on every host, all at once, every promise looked at again. */
export const cfengine = async (lab: Lab): Promise<Peer> => {
  await onAll(lab, `umask 077; cat >/root/bench.cf <<'POLICY'\n${policy}POLICY`)
  const said = await onHost(lab, 'h1', 'cf-agent --version')
  return {
    name: 'cfengine',
    version: /([0-9]+\.[0-9.]+)/.exec(said)?.[1] ?? 'unknown',
    run: () => onAll(lab, 'cf-agent -K -f /root/bench.cf >/root/bench.log 2>&1; tail -n 20 /root/bench.log'),
  }
}
