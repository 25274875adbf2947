import { debian } from './entries/debian.ts'
import { debian12 } from './entries/debian-12.ts'
import { debian13 } from './entries/debian-13.ts'
import { linux } from './entries/linux.ts'
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

/** The transformation database as it comes with Hexis; one file of `entries/` each. */
export const profiles = mergeProfiles(new Map(), [linux, debian, debian12, debian13, ubuntu, ubuntu2204, ubuntu2404])
