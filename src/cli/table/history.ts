import type { CommandSpec } from '../command.ts'
import { execution, host, on, parallel, showPrivate, yes } from './options.ts'

const section = 'Look back and take back'

/** Commands about generations, ownership and the way back. */
export const historyCommands: readonly CommandSpec[] = [
  {
    name: 'log',
    section,
    summary: 'the generations of a host',
    detail:
      'Reads the host: number, time, commit, who, push or agent. With --show the earlier states of one thing that the host still keeps: what others had made of it before Hexis set it right, and what a file held before Hexis.',
    args: [host],
    options: [
      {
        name: 'show',
        kind: 'text',
        value: 'KEY',
        summary: 'earlier states of this file, link, account or service, newest first',
      },
      showPrivate,
    ],
    examples: [
      { run: 'hexis log web1', does: 'newest first' },
      { run: 'hexis log web1 --show /etc/motd', does: 'what others had written there' },
    ],
    load: () => import('../commands/log.ts'),
  },
  {
    name: 'diff',
    section,
    summary: 'compare two generations of a host, step by step',
    detail: 'FROM and TO are generation numbers, commits or `previous`; 0 is before Hexis.',
    args: [
      host,
      { name: 'FROM', summary: 'generation', required: true },
      { name: 'TO', summary: 'generation', required: true },
    ],
    options: [],
    examples: [{ run: 'hexis diff web1 3 5', does: 'what came and went between generation 3 and 5' }],
    load: () => import('../commands/diff.ts'),
  },
  {
    name: 'rollback',
    section,
    summary: 'go back to an earlier generation',
    detail:
      'Takes the step list that the host itself keeps; the config is not evaluated. Makes a new generation, through the same plan, prompt and journal as `up`. A number needs exactly one host.',
    args: [],
    options: [
      on,
      yes,
      {
        name: 'to',
        kind: 'text',
        value: 'GEN',
        summary: 'previous, a generation number, or a commit; 0 = before Hexis',
        required: true,
      },
      { name: 'diff', kind: 'flag', summary: 'whole diffs' },
      showPrivate,
      parallel,
      ...execution,
    ],
    examples: [
      { run: 'hexis rollback --to previous', does: 'every host to the list before the one in force' },
      { run: 'hexis rollback --on web1 --to 0', does: 'web1 as it was before Hexis' },
    ],
    streams: true,
    load: () => import('../commands/rollback.ts'),
  },
  {
    name: 'recover',
    section,
    summary: 'finish or undo an interrupted transaction',
    detail: 'All steps done: committed. Otherwise undone. `up` and `rollback` do this first by themselves.',
    args: [],
    options: [on, parallel],
    examples: [{ run: 'hexis recover --on web1', does: 'one host' }],
    streams: true,
    load: () => import('../commands/recover.ts'),
  },
  {
    name: 'confirm',
    section,
    summary: 'keep what `up --try` made',
    detail:
      'Comes over a new connection, which proves that the host can still be reached. A host where nothing is on trial is an error (exit 3): its changes may have been taken back already.',
    args: [],
    options: [on, parallel, { name: 'revert', kind: 'flag', summary: 'take the changes back at once' }],
    examples: [
      { run: 'hexis confirm --on web1', does: 'keep what is on trial on one host' },
      { run: 'hexis confirm --on web1 --revert', does: 'take it back without waiting for its time to run out' },
    ],
    streams: true,
    load: () => import('../commands/confirm.ts'),
  },
  {
    name: 'fsck',
    section,
    summary: "check Hexis's own state on hosts",
    detail:
      'Reads ledger, generations, journals, contents and earlier files and compares them with what was written; changes nothing. Every damaged file is named, with what it means. Exit 3 when something is damaged.',
    args: [],
    options: [on, parallel],
    examples: [{ run: 'hexis fsck --on web1', does: 'one host' }],
    streams: true,
    load: () => import('../commands/fsck.ts'),
  },
  {
    name: 'explain',
    section,
    summary: 'where a thing comes from: config line, resource, profile, generation',
    detail:
      'SUBJECT is a key such as path:/etc/motd (file:, directory: and link: work too), a resource as the config names it (package:apache), a line of a step list, or vars.NAME. Names that differ between systems come with the profile entry that decided them, and where it was looked up.',
    args: [host, { name: 'SUBJECT', summary: 'key, step or vars.NAME', required: true, variadic: true }],
    options: [],
    examples: [
      { run: 'hexis explain web1 file:/etc/app.conf', does: 'the line of the config that declares it' },
      {
        run: 'hexis explain web1 package:apache',
        does: 'what apache is on this host, and which profile entry says so',
      },
      { run: 'hexis explain web1 vars.workers', does: 'the level that the value comes from' },
    ],
    load: () => import('../commands/explain.ts'),
  },
  {
    name: 'release',
    section,
    summary: 'stop managing a thing without touching it',
    detail: 'Writes only the ledger of the host. The object stays as it is; the reason is recorded.',
    args: [host, { name: 'KEY', summary: 'ledger key, e.g. path:/etc/motd', required: true }],
    options: [
      { name: 'why', kind: 'text', value: 'TEXT', summary: 'the reason, recorded on the host', required: true },
    ],
    examples: [{ run: "hexis release web1 path:/etc/motd --why 'owned by the vendor'", does: 'let go of one file' }],
    load: () => import('../commands/release.ts'),
  },
  {
    name: 'forget',
    section,
    summary: "delete Hexis's state on a host",
    detail:
      'Everything stays as it is but can no longer be taken back: generations, ledger and kept contents of this site go.',
    args: [host],
    options: [yes],
    examples: [{ run: 'hexis forget web1', does: 'asks first' }],
    load: () => import('../commands/forget.ts'),
  },
]
