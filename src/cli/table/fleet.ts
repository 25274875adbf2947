import type { CommandSpec } from '../command.ts'
import { on, parallel, yes } from './options.ts'

/** All agents of a site at once. */
export const fleetCommands: readonly CommandSpec[] = [
  {
    name: 'fleet',
    section: 'Pull',
    summary: 'the agents of all hosts: which commit each is on, and canaries before the rest',
    detail: `status asks every host, or reads the records of a folder (--from), and says which commit of which branch is in force,
who is behind, and what is wrong. promote waits until every canary, a host that follows BRANCH, is well on its newest
commit and stays so for --soak, then moves the branch of all others (--into) forward to it in the remote of this
checkout; where one is not well, nothing is moved. abort puts canaries back by a commit with the files of the others.
Exit 3 when a host is not well or nothing was promoted, 4 when one was not reached.`,
    args: [
      { name: 'VERB', summary: 'what to do', required: true, choices: ['status', 'promote', 'abort'] },
      { name: 'BRANCH', summary: 'promote, abort: the branch of the canaries (default canary)' },
    ],
    options: [
      on,
      parallel,
      yes,
      { name: 'from', kind: 'text', value: 'DIR', summary: 'status: records as HOST.json', completes: 'directory' },
      { name: 'into', kind: 'text', value: 'BRANCH', summary: 'the branch of all others (default main)' },
      { name: 'remote', kind: 'text', value: 'NAME', summary: 'the remote of this checkout (default origin)' },
      { name: 'soak', kind: 'duration', value: '10m', summary: 'promote: how long all are well first (default 10m)' },
      { name: 'wait', kind: 'duration', value: '15m', summary: 'promote: how long they may take to get there' },
      { name: 'why', kind: 'text', value: 'TEXT', summary: 'abort: the reason, kept in the commit' },
    ],
    examples: [
      { run: 'hexis fleet status', does: 'every host with its commit, branch and state' },
      { run: 'hexis fleet promote canary --soak 30m', does: 'all follow once the canaries were well for half an hour' },
      { run: "hexis fleet abort canary --why 'slow queries'", does: 'the canaries go back to main' },
    ],
    load: () => import('../commands/fleet.ts'),
  },
]
