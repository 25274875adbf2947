import type { ProfileEntry } from '../profile.ts'

/** Without systemd there are other service managers, and what is part of systemd is something else. */
const withoutSystemd = {
  packages: {
    'time-sync': 'chrony',
  },
  services: {
    'time-sync': 'chrony',
  },
  managers: {
    service: 'sysvinit',
  },
} satisfies Partial<ProfileEntry>

const devuan = { id: 'devuan', inherits: 'debian', ...withoutSystemd } satisfies ProfileEntry

/** A release has the names of the Debian that it is made from. */
const release = (version: string, of: string): ProfileEntry => ({
  id: `devuan/${version}`,
  inherits: of,
  ...withoutSystemd,
})

export const devuanReleases: readonly ProfileEntry[] = [devuan, release('5', 'debian/12'), release('6', 'debian/13')]
