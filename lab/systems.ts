import { type SmallPackage, smallPackages } from './packages.ts'

/**
 * Systems that a lab host can be: Debian, or Debian below with the real package manager and the names of another, or
 * Debian without systemd, or Debian with podman, or with what benchmarks compare Hexis with.
 */
export type System = 'debian' | 'fedora' | 'arch' | 'suse' | 'podman' | 'firewalls' | 'openrc' | 'sysvinit' | 'peers'

interface Recipe {
  /** Debian packages beyond those of every lab host. */
  readonly packages: readonly string[]
  /** What is there in place of systemd, as Debian packages; it is the first process. */
  readonly init?: readonly string[]
  /** Shell, run inside once its own repository is there. */
  readonly script: string
}

const debian = `rm -rf /etc/apt/sources.list.d
mkdir -p /etc/apt/sources.list.d
echo 'deb [trusted=yes] file:/srv/apt ./' >/etc/apt/sources.list
apt-get -q update
`

const osRelease = (id: string, name: string, version: string): string => `rm -f /etc/os-release /etc/debian_version
printf '%s\\n' 'NAME="${name}"' 'ID=${id}' 'VERSION_ID=${version}' 'PRETTY_NAME="${name} lab host"' >/etc/os-release
`

/** What is Debian's own goes, and the names that others use come. */
const foreign = `sed -e '/^Alias=/d' /lib/systemd/system/ssh.service >/lib/systemd/system/sshd.service
systemctl disable --quiet ssh.service
rm -f /lib/systemd/system/ssh.service
systemctl enable --quiet sshd.service
groupadd --system wheel
printf '%%wheel ALL=(ALL:ALL) ALL\\n' >>/etc/sudoers
rm -f /usr/bin/apt* /usr/bin/dpkg* /usr/sbin/dpkg*
rm -rf /etc/apt /etc/dpkg /var/lib/apt /var/lib/dpkg /var/cache/apt
`

/** Debian's rpm keeps its database in a home directory otherwise; its libzypp looks for it where it used to be. */
const rpm = (database: string): string => `mkdir -p /etc/rpm
printf '%%_dbpath ${database}\\n' >/etc/rpm/macros
rm -rf /root/.rpmdb
rpm --initdb
rm -rf /etc/zypp/repos.d /etc/yum.repos.d
mkdir -p /etc/zypp/repos.d /etc/yum.repos.d
`

const fedora = `${rpm('/usr/lib/sysimage/rpm')}printf '[lab]\\nname=lab\\nbaseurl=file:///srv/packages\\ngpgcheck=0\\n' >/etc/yum.repos.d/lab.repo
printf '[main]\\nenabled = 0\\n' >/etc/dnf/plugins/local.conf
echo 43 >/etc/dnf/vars/releasever
dnf -q -y install bash
${osRelease('fedora', 'Fedora Linux', '43')}${foreign}`

const suse = `${rpm('/var/lib/rpm')}printf '[lab]\\nname=lab\\nenabled=1\\nbaseurl=dir:/srv/packages\\ngpgcheck=0\\n' >/etc/zypp/repos.d/lab.repo
zypper --quiet --non-interactive install bash
${osRelease('opensuse-leap', 'openSUSE Leap', '15.6')}${foreign}`

const arch = `cat >/etc/pacman.conf <<'CONF'
[options]
HoldPkg = pacman
Architecture = auto
SigLevel = Never

[lab]
Server = file:///srv/packages
CONF
pacman -Sy --noconfirm bash
for tool in nologin visudo sshd; do [ -e /usr/bin/$tool ] || ln -s /usr/sbin/$tool /usr/bin/$tool; done
${osRelease('arch', 'Arch Linux', 'rolling')}sed -i '/^VERSION_ID/d' /etc/os-release
${foreign}`

/** Both that people have beside nftables; one of them runs. */
const firewalls = `${debian}systemctl disable --quiet ufw.service
`

/** Nobody sits before a lab host, and a container has no consoles. */
const withoutSystemd = `${debian}sed -i '/getty/d' /etc/inittab
`

/**
 * podman as it runs in a host that is a container itself: no overlay over an overlay, no control groups of its own and no
 * keyring, limits that can be given.
 */
const podman = `${debian}mkdir -p /etc/containers
printf '[storage]\\ndriver = "vfs"\\nrunroot = "/run/containers/storage"\\ngraphroot = "/var/lib/containers/storage"\\n' >/etc/containers/storage.conf
cat >/etc/containers/containers.conf <<'CONF'
[engine]
runtime = "crun"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
cgroups = "disabled"
keyring = false
pids_limit = 0
default_ulimits = ["nofile=20000:20000", "nproc=30000:30000"]
log_driver = "k8s-file"
CONF
`

/** What each has beyond the packages of every lab host. */
export const systems: Readonly<Record<System, Recipe>> = {
  debian: { packages: [], script: debian },
  fedora: { packages: ['dnf', 'rpm', 'createrepo-c', 'dnf-plugins-core', 'file'], script: fedora },
  arch: {
    packages: ['pacman-package-manager', 'makepkg', 'fakeroot', 'libarchive-tools', 'zstd', 'file', 'binutils'],
    script: arch,
  },
  suse: { packages: ['zypper', 'rpm', 'createrepo-c', 'file'], script: suse },
  podman: { packages: ['podman', 'crun', 'busybox-static', 'mksh'], script: podman },
  peers: { packages: ['python3', 'python3-apt', 'puppet-agent', 'cfengine3'], script: debian },
  firewalls: { packages: ['firewalld', 'ufw', 'iptables'], script: firewalls },
  openrc: { packages: ['cron'], init: ['sysvinit-core', 'openrc'], script: withoutSystemd },
  sysvinit: { packages: ['cron'], init: ['sysvinit-core', 'sysv-rc', 'insserv'], script: withoutSystemd },
}

/** The lab's packages as this system has them: no package starts a service by itself but on Debian. */
export const packagesOf = (system: System): readonly SmallPackage[] =>
  isDebian(system) ? smallPackages : [...smallPackages, ...systemPackages]

/** Has it apt and the names of Debian? */
export const isDebian = (system: System): boolean =>
  system === 'debian' ||
  system === 'podman' ||
  system === 'firewalls' ||
  system === 'peers' ||
  systems[system].init !== undefined

/** What every system has, so that a config may name it: without files, since Debian brought them. */
const systemPackages: readonly SmallPackage[] = [
  { name: 'bash', version: '1.0', provides: '/bin/sh', files: {} },
  { name: 'sudo', version: '1.0', files: {} },
  { name: 'openssh', version: '1.0', files: {} },
]
