import { config, sh, type Table } from './row.ts'

/** Commits of the repository that the setup makes: its dates and names are always the same. */
const one = '44bce6973536c55f688278dccb6b526e47cc4f41'
const two = 'b24bb4d0b3adabbd64a7b91bcb206d1b3846d50b'
const origin = 'file:///opt/origin'

export const gitTable: Table = {
  resource: 'git',
  on: 'a whole root by chroot, with a repository inside of it',
  setup: sh`mkdir -p /opt/origin; cd /opt/origin; git init -q -b main .
export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z
export GIT_AUTHOR_NAME=t GIT_COMMITTER_NAME=t GIT_AUTHOR_EMAIL=t@example.org GIT_COMMITTER_EMAIL=t@example.org
for n in one two; do echo $n >f; git add f; git commit -qm $n; done`,
  look: () => sh`find . -name .git -prune -o -printf '%P %y %m %U:%G\n' | sort; cat */f 2>/dev/null
for at in */.git; do [ ! -e "$at" ] || git -C "$at/.." rev-parse HEAD --abbrev-ref HEAD; done`,
  rows: [
    {
      name: 'a new checkout at exactly one commit, on no branch',
      when: config`git('/d/app', { repo: '${origin}', ref: '${one}' })`,
      plan: ['create git:/d/app'],
      shows: ['cat app/f; git -C app rev-parse HEAD --abbrev-ref HEAD', `one\n${one}\nHEAD`],
    },
    {
      name: 'it is there at that commit: nothing to do, and it stays',
      given: sh`git clone -q ${origin} app; git -C app checkout -q ${one}`,
      when: config`git('/d/app', { repo: '${origin}', ref: '${one}' })`,
      plan: [],
      shows: ['cat app/f', 'one'],
    },
    {
      name: 'another commit is an update',
      when: config`git('/d/app', { repo: '${origin}', ref: '${one}' })`,
      shows: ['cat app/f', 'one'],
      later: { when: config`git('/d/app', { repo: '${origin}', ref: '${two}' })`, shows: ['cat app/f', 'two'] },
    },
    {
      name: 'a checkout of somebody on a branch: the commit is taken, and the branch comes back',
      given: sh`git clone -q ${origin} app`,
      when: config`git('/d/app', { repo: '${origin}', ref: '${one}' })`,
      shows: ['cat app/f; git -C app rev-parse --abbrev-ref HEAD', 'one\nHEAD'],
    },
    {
      name: 'an empty directory is taken, and is there again afterwards',
      given: sh`mkdir -m 0700 app`,
      when: config`git('/d/app', { repo: '${origin}', ref: '${one}' })`,
      shows: ['cat app/f', 'one'],
    },
    {
      name: 'files that git does not know stay',
      given: sh`git clone -q ${origin} app; echo dear >app/mine`,
      when: config`git('/d/app', { repo: '${origin}', ref: '${one}' })`,
      shows: ['cat app/mine', 'dear'],
    },
    {
      name: 'changes that are in no commit are refused',
      given: sh`git clone -q ${origin} app; echo dear >app/f`,
      when: config`git('/d/app', { repo: '${origin}', ref: '${one}' })`,
      refused: { code: 'would-be-refused', says: 'has changes that are in no commit' },
    },
    {
      name: 'force puts such changes into git stash',
      given: sh`git clone -q ${origin} app; echo dear >app/f`,
      when: config`git('/d/app', { repo: '${origin}', ref: '${one}', force: true })`,
      shows: ['cat app/f; git -C app stash list | wc -l', 'one\n1'],
      stays: ['the stash', 'git -C app stash show -p | grep -c dear', '1'],
      forGood: true,
    },
    {
      name: 'a directory with something else in it is refused',
      given: sh`mkdir app; echo dear >app/f`,
      when: config`git('/d/app', { repo: '${origin}', ref: '${one}' })`,
      refused: { code: 'would-be-refused', says: 'is no checkout of git' },
    },
    {
      name: 'a commit that the repository does not have fails the step, and no directory is left',
      when: config`git('/d/app', { repo: '${origin}', ref: '${'0'.repeat(39)}1' })`,
      refused: { code: 'step-failed', says: '0001' },
    },
    {
      name: 'a commit that is cut short is refused',
      when: config`git('/d/app', { repo: '${origin}', ref: '${one.slice(0, 8)}' })`,
      refused: { code: 'wrong-value', says: 'all of its 40 digits' },
    },
    {
      name: 'a password in the address is refused',
      when: config`git('/d/app', { repo: 'https://me:secret@example.org/a.git', ref: '${one}' })`,
      refused: { code: 'wrong-value', says: 'an address holds no password' },
    },
  ],
}
