import type { CommandSpec } from '../command.ts'
import { execution, on, parallel, showPrivate, yes } from './options.ts'

const section = 'Change'

/** Commands that look at hosts and bring them to what is declared. */
export const changeCommands: readonly CommandSpec[] = [
  {
    name: 'plan',
    section,
    summary: 'show what would change; writes nothing to any host',
    detail:
      'Reads the config and the hosts. Shows every change with its reason, the attributes before and after, the way back and the config line. Exit 0, or 2 with --detailed-exitcode when changes are pending; 3 or 4 when a host failed or was not reached.',
    args: [],
    options: [
      on,
      parallel,
      { name: 'out', kind: 'text', value: 'FILE', summary: 'save the plan for `hexis up FILE`', completes: 'file' },
      { name: 'diff', kind: 'flag', summary: 'whole diffs, also of new files' },
      showPrivate,
      { name: 'detailed-exitcode', kind: 'flag', summary: 'exit 2 when changes are pending' },
    ],
    examples: [
      { run: 'hexis plan', does: 'all hosts' },
      { run: 'hexis plan --on role=web --diff', does: 'the web hosts, with whole diffs' },
      { run: 'hexis plan --out friday.plan', does: 'save it, carry it out later with `hexis up friday.plan`' },
    ],
    load: () => import('../commands/plan.ts'),
  },
  {
    name: 'up',
    section,
    summary: 'plan, confirm, execute, until all is settled',
    detail:
      'Each host changes as one transaction: all of it is done, or it is undone. With a saved PLAN nothing is evaluated again, and a host that has changed since is refused. Without a terminal it needs --yes. Exit 2 when declined, 3 when a host failed, 4 when one was not reached.',
    args: [{ name: 'PLAN', summary: 'a saved plan', completes: 'file' }],
    options: [
      on,
      yes,
      { name: 'audit', kind: 'flag', summary: 'show what would be changed, change nothing' },
      { name: 'diff', kind: 'flag', summary: 'whole diffs, also of new files' },
      showPrivate,
      parallel,
      ...execution,
    ],
    examples: [
      { run: 'hexis up', does: 'show the plan, ask, carry it out' },
      { run: 'hexis up --on web1 --yes', does: 'one host, without asking' },
      { run: 'hexis up --yes --batch 25%', does: 'in four waves, stopping at the first failed host' },
      {
        run: 'hexis up --try 2m',
        does: 'taken back by the hosts themselves unless it is confirmed within two minutes',
      },
      { run: 'hexis up friday.plan', does: 'exactly the plan that was saved' },
    ],
    streams: true,
    load: () => import('../commands/up.ts'),
  },
  {
    name: 'drift',
    section,
    summary: 'what differs from the last committed generation',
    detail: 'Reads the hosts, writes nothing. Exit 5 when a host has drifted.',
    args: [],
    options: [on, parallel, { name: 'diff', kind: 'flag', summary: 'whole diffs' }, showPrivate],
    examples: [
      { run: 'hexis drift', does: 'all hosts' },
      { run: 'hexis drift --on @eu --json', does: 'for a program' },
    ],
    load: () => import('../commands/drift.ts'),
  },
  {
    name: 'facts',
    section,
    summary: 'what the hosts say of themselves',
    detail: 'Contacts the hosts, and keeps the answers in .hexis/facts/ for `check`, `document` and `steps`.',
    args: [],
    options: [on, parallel],
    examples: [
      { run: 'hexis facts --on web1', does: 'one host' },
      { run: "hexis facts --json | jq '.hosts[].os'", does: 'for a program' },
    ],
    load: () => import('../commands/facts.ts'),
  },
  {
    name: 'run',
    section,
    summary: 'run one command on many hosts',
    detail:
      'Output comes line by line with the host before it; a summary closes it. Nothing is recorded and nothing can be taken back. A command that fails makes its host a failed one (exit 3).',
    args: [{ name: 'CMD', summary: 'the command and its arguments', required: true, variadic: true }],
    options: [on, parallel, { name: 'timeout', kind: 'duration', value: '30s', summary: 'per host (default 30s)' }],
    examples: [
      { run: 'hexis run -- uptime', does: 'on every host' },
      { run: "hexis run --on role=web --timeout 2m -- sh -c 'df -h / | tail -1'", does: 'through a shell' },
    ],
    streams: true,
    passThrough: true,
    load: () => import('../commands/run.ts'),
  },
]
