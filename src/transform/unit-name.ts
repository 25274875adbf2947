import type { Profile } from '../profiles/profile.ts'

const suffix = /\.(service|socket|timer|path|mount|automount|swap|target|slice|scope|device)$/

/** The unit of a service as people name it; a name without a suffix is a service. */
export const unitOf = (service: string, profile: Profile): string => {
  const known = profile.name('services', service)
  return suffix.test(known) ? known : `${known}.service`
}
