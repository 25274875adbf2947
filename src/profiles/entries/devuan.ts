import type { ProfileEntry } from '../profile.ts'

/** Devuan is Debian without systemd. Its releases have the names of the Debian that they are made from. */
const devuan = {
  id: 'devuan',
  inherits: 'debian',
  managers: {
    service: 'sysvinit',
  },
} satisfies ProfileEntry

const release = (version: string, of: string): ProfileEntry => ({
  id: `devuan/${version}`,
  inherits: of,
  managers: devuan.managers,
})

export const devuanReleases: readonly ProfileEntry[] = [devuan, release('5', 'debian/12'), release('6', 'debian/13')]
