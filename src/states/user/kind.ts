import { absent, namedKind } from '../named.ts'

const onlyLocked = (wanted: Readonly<Record<string, string>>): boolean =>
  wanted.locked === 'yes' && Object.keys(wanted).every((name) => name === 'locked' || name === 'type')

/** Accounts of people and services. */
export const userKind = namedKind({
  name: 'user',
  verb: 'USER',
  aspects: ['uid', 'gid', 'groups', 'home', 'shell', 'comment', 'locked', 'expiry', 'password'],
  exists: true,
  atMost: 'exact',
  requires: 'accounts',
  negative: (wanted) => absent(wanted) || onlyLocked(wanted),
  needs: (args) => {
    const groups = [args.gid, ...(args.groups?.split(',') ?? [])].filter(
      (g) => g !== undefined && g !== '' && !/^\d+$/.test(g),
    )
    return groups.map((g) => `group:${g}`)
  },
  addsTo: { aspect: 'groups', when: 'append' },
  reverse: (_key, from, to) => {
    if (from.type === to.type || to.type === undefined) return { strength: 'exact' }
    return to.type === 'absent'
      ? {
          strength: 'best-effort',
          stays: [
            'a new account gets the same name and number, but what belonged to it alone (mail spool, running processes) does not come back',
          ],
        }
      : { strength: 'best-effort', stays: ['files that the account made elsewhere, with its number'] }
  },
})
