import { accountsLook } from './accounts-look.ts'
import { config, sh, type Table } from './row.ts'

export const groupTable: Table = {
  resource: 'group',
  on: 'a whole root by chroot',
  setup: sh`groupadd -g 3000 high; useradd -u 3000 -g high high; useradd -M ann; useradd -M bob; useradd -M cat`,
  look: accountsLook,
  rows: [
    {
      name: 'a new group has the number that is declared',
      when: config`group('g-new', { gid: 2001 })`,
      plan: ['create group:g-new'],
      shows: ['getent group g-new', 'g-new:x:2001:'],
    },
    {
      name: 'a group that is there: nothing to do, and it stays',
      given: sh`groupadd -g 2002 -U ann g-there`,
      when: config`group('g-there', { gid: 2002 })`,
      plan: [],
      shows: ['getent group g-there', 'g-there:x:2002:ann'],
    },
    {
      name: 'another number: the plan knows it, and files of the earlier number keep it',
      given: sh`groupadd -g 2003 g-moved; touch f; chgrp 2003 f`,
      when: config`group('g-moved', { gid: 2103 })`,
      plan: ['update group:g-moved'],
      shows: ['getent group g-moved | cut -d : -f 3; stat -c %g f', '2103\n2003'],
    },
    {
      name: 'a number that another group has is refused by the system, and nothing is changed',
      given: sh`groupadd -g 2004 g-first`,
      when: config`group('g-second', { gid: 2004 })`,
      refused: { code: 'step-failed', says: '2004' },
    },
    {
      name: 'members are exactly these: others are taken out',
      given: sh`groupadd -g 2005 -U ann,bob g-exact`,
      when: config`group('g-exact', { members: ['cat', 'bob'] })`,
      shows: ['getent group g-exact | cut -d : -f 4 | tr , "\n" | sort', 'bob\ncat'],
    },
    {
      name: 'an empty list of members empties the group',
      given: sh`groupadd -g 2006 -U ann,bob g-empty`,
      when: config`group('g-empty', { members: [] })`,
      shows: ['getent group g-empty', 'g-empty:x:2006:'],
    },
    {
      name: 'members that are not declared are left alone',
      given: sh`groupadd -g 2007 -U ann g-left`,
      when: config`group('g-left', { gid: 2007 })`,
      shows: ['getent group g-left', 'g-left:x:2007:ann'],
      later: { byHand: 'gpasswd -a bob g-left >/dev/null', shows: ['getent group g-left', 'g-left:x:2007:ann,bob'] },
      stays: ['what was done by hand', 'getent group g-left', 'g-left:x:2007:ann,bob'],
    },
    {
      name: 'a member that was added by hand to an exact group goes again',
      when: config`group('g-drift', { gid: 2008, members: ['ann'] })`,
      shows: ['getent group g-drift', 'g-drift:x:2008:ann'],
      later: { byHand: 'gpasswd -a bob g-drift >/dev/null', shows: ['getent group g-drift', 'g-drift:x:2008:ann'] },
    },
    {
      name: 'the order of members does not matter',
      given: sh`groupadd -g 2009 -U cat,ann g-order`,
      when: config`group('g-order', { members: ['ann', 'cat'] })`,
      plan: [],
      shows: ['getent group g-order | cut -d : -f 3', '2009'],
    },
    {
      name: 'absent takes the group away',
      given: sh`groupadd -g 2010 g-gone`,
      when: config`group('g-gone', { absent: true })`,
      plan: ['remove group:g-gone'],
      shows: ['getent group g-gone | wc -l', '0'],
      stays: ['what was declared absent does not come back by itself', 'getent group g-gone | wc -l', '0'],
    },
    {
      name: 'absent of what is not there: nothing to do',
      when: config`group('g-none', { absent: true })`,
      plan: [],
      shows: ['getent group g-none | wc -l', '0'],
    },
    {
      name: 'absent of the primary group of somebody is refused by the system',
      given: sh`groupadd -g 2012 g-held; useradd -M -g g-held dora`,
      when: config`group('g-held', { absent: true })`,
      refused: { code: 'step-failed', says: 'primary group' },
    },
    {
      name: 'a system group has a number of the system range',
      when: config`group('g-system', { system: true })`,
      shows: ['test "$(getent group g-system | cut -d : -f 3)" -lt 1000 && echo yes', 'yes'],
    },
    {
      name: 'a member that the same config makes, written before the group',
      when: config`user('late', { uid: 2914, createHome: false }); group('g-later', { gid: 2014, members: ['late'] })`,
      plan: ['create user:late', 'create group:g-later'],
      shows: ['getent group g-later', 'g-later:x:2014:late'],
    },
    {
      name: 'a member that there is not is refused by the system, and there is no group either',
      when: config`group('g-who', { members: ['nobodyknows'] })`,
      refused: { code: 'step-failed', says: "user 'nobodyknows' does not exist" },
    },
    {
      name: 'a group of which a user of the same config is a member keeps its other members',
      given: sh`groupadd -g 2015 -U ann g-both`,
      when: config`group('g-both', { gid: 2015 }); user('eve', { uid: 2915, groups: ['g-both'], createHome: false })`,
      shows: ['getent group g-both', 'g-both:x:2015:ann,eve'],
    },
    {
      name: 'a gid of -1 is refused',
      when: config`group('g-minus', { gid: -1 })`,
      refused: { code: 'wrong-value', says: 'it is 0 or more' },
    },
    {
      name: 'a name with a space or a leading digit is refused',
      when: config`for (const name of ['a b', '1a']) group(name)`,
      refused: { code: 'wrong-value', says: 'starts with a letter or _' },
    },
    {
      name: 'absent with other properties is refused',
      when: config`group('g-odd', { absent: true, gid: 5 })`,
      refused: { code: 'wrong-value', says: 'has no other property' },
    },
  ],
}
