import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { publishForPacman, publishRpms } from './foreign-packages.ts'
import { buildRepository, type SmallPackage } from './packages.ts'
import { tool } from './run.ts'
import { isDebian, packagesOf, type System, systems } from './systems.ts'

/** Run inside the new root by chroot(8), whatever the system is. */
const script = `set -eu
rm -rf /etc/ssh/ssh_host_*
useradd --create-home --shell /bin/bash admin
mkdir -m 0700 -p /root/.ssh /home/admin/.ssh
chown admin: /home/admin/.ssh
printf 'admin ALL=(ALL) NOPASSWD: ALL\\n' >/etc/sudoers.d/admin
chmod 0440 /etc/sudoers.d/admin
printf 'HostKey /etc/ssh/ssh_host_ed25519_key\\nUseDNS no\\n' >/etc/ssh/sshd_config.d/lab.conf
: >/etc/resolv.conf
: >/etc/machine-id
`

const quiet = `# A host of a lab does nothing by itself, so that two runs of a test see the same.
systemctl mask --quiet apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
systemctl mask --quiet dnf-makecache.timer dnf-automatic.timer
systemctl mask --quiet systemd-networkd-wait-online.service systemd-tmpfiles-clean.timer getty.target console-getty.service
`

const scriptsOf = (system: System): readonly [common: string, own: string] => {
  const { init, script: own } = systems[system]
  return [init === undefined ? script + quiet : script, own]
}

/** All that decides what the layer holds: its identity in the cache. */
export const setUpText = (system: System, more: readonly SmallPackage[]): string => {
  const builder = isDebian(system) ? 'packages.ts' : 'foreign-packages.ts'
  const text = readFileSync(join(import.meta.dirname, builder), 'utf8')
  return [...scriptsOf(system), JSON.stringify([...packagesOf(system), ...more]), text].join('\n')
}

const publish = async (system: System, root: string, more: readonly SmallPackage[]): Promise<void> => {
  if (isDebian(system)) return buildRepository(join(root, 'srv/apt'))
  await (system === 'arch' ? publishForPacman : publishRpms)(root, [...packagesOf(system), ...more])
}

/** Fills `layer` with what every lab host of this system has beyond Debian: own repository, a user, ssh. */
export const setUp = async (
  debian: string,
  layer: string,
  system: System,
  more: readonly SmallPackage[],
): Promise<void> => {
  // Beside the layer: overlayfs wants both on one file system.
  const work = mkdtempSync(join(dirname(layer), 'work-'))
  const root = join(work, 'root')
  for (const name of ['root', 'work']) mkdirSync(join(work, name))
  await tool(['chmod', '0755', layer])
  const layers = `lowerdir=${debian},upperdir=${layer},workdir=${join(work, 'work')}`
  await tool(['mount', '-t', 'overlay', 'overlay', '-o', layers, root])
  try {
    await publish(system, root, more)
    writeFileSync(join(root, 'set-up.sh'), scriptsOf(system).join(''))
    await tool(['chroot', root, '/bin/sh', '/set-up.sh'], { timeoutMs: 120_000 })
    rmSync(join(root, 'set-up.sh'))
  } finally {
    await tool(['umount', root])
    rmSync(work, { recursive: true, force: true })
  }
}
