import { alpineReleases } from './entries/alpine.ts'
import { arch } from './entries/arch.ts'
import { debian } from './entries/debian.ts'
import { debian12 } from './entries/debian-12.ts'
import { debian13 } from './entries/debian-13.ts'
import { devuanReleases } from './entries/devuan.ts'
import { fedoraReleases } from './entries/fedora.ts'
import { linux } from './entries/linux.ts'
import { rhel } from './entries/rhel.ts'
import { rhelReleases } from './entries/rhel-releases.ts'
import { suseReleases } from './entries/suse.ts'
import { ubuntu } from './entries/ubuntu.ts'
import { ubuntu2204 } from './entries/ubuntu-22.04.ts'
import { ubuntu2404 } from './entries/ubuntu-24.04.ts'
import { mergeProfiles } from './merge.ts'

export { mergeProfiles, profileMistakes } from './merge.ts'
export type {
  Category,
  OperatingSystem,
  Profile,
  ProfileDatabase,
  ProfileEntry,
  ProfileLookup,
  ProfileRow,
} from './profile.ts'
export { profileFor } from './profile.ts'

/** The transformation database as it comes with Hexis: what families call things (`names/`), and who differs (`entries/`). */
export const profiles = mergeProfiles(new Map(), [
  linux,
  debian,
  debian12,
  debian13,
  ...devuanReleases,
  ubuntu,
  ubuntu2204,
  ubuntu2404,
  rhel,
  ...rhelReleases,
  ...fedoraReleases,
  arch,
  ...alpineReleases,
  ...suseReleases,
])
