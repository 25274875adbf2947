import type { ArgumentSpec, OptionSpec } from '../command.ts'

export const on: OptionSpec = {
  name: 'on',
  kind: 'text',
  value: 'SEL',
  summary: "hosts to work on: web1, 'web*', @group, role=web, 'role=web and not site=fra'; all when left out",
  completes: 'host',
}

export const parallel: OptionSpec = {
  name: 'parallel',
  kind: 'count',
  value: 'N',
  summary: 'hosts at once (default 32)',
}

export const yes: OptionSpec = { name: 'yes', short: 'y', kind: 'flag', summary: 'carry out without asking' }

export const showPrivate: OptionSpec = {
  name: 'private',
  kind: 'flag',
  summary: 'show also what files held that others may not read',
}

export const host: ArgumentSpec = { name: 'HOST', summary: 'name of a host', required: true, completes: 'host' }

/** How a plan is carried out; shared by `up` and `rollback`. */
export const execution: readonly OptionSpec[] = [
  {
    name: 'on-failure',
    kind: 'text',
    value: 'WAY',
    choices: ['rollback', 'stop', 'continue'],
    summary: 'a host that fails: undo its transaction (default), stop there, or go on with the rest',
  },
  {
    name: 'on-conflict',
    kind: 'text',
    value: 'WAY',
    choices: ['keep', 'replace', 'abort'],
    summary: 'objects that were changed behind our back',
  },
  {
    name: 'try',
    kind: 'duration',
    value: '60s',
    summary: 'hosts take everything back unless a new connection confirms it in time',
  },
  { name: 'no-try', kind: 'flag', summary: 'no trial, not even of what can lock you out (sshd, firewall, network)' },
  { name: 'batch', kind: 'share', value: 'N|P%', summary: 'hosts in waves of N, or of P percent' },
  {
    name: 'max-failures',
    kind: 'count',
    value: 'N',
    summary: 'stop after more failed hosts than this (default 0, with --batch)',
  },
  { name: 'max-cycles', kind: 'count', value: 'N', summary: 'analyse and carry out at most N times (default 5)' },
  { name: 'allow-irreversible', kind: 'flag', summary: 'permit steps that cannot be taken back' },
  { name: 'allow-removals', kind: 'flag', summary: 'permit a plan that removes much or all of what is managed' },
  { name: 'force-commit', kind: 'flag', summary: "permit an older or unrelated commit than the host's" },
]

export const globals: readonly OptionSpec[] = [
  {
    name: 'directory',
    short: 'C',
    kind: 'text',
    value: 'DIR',
    summary: 'as if started in DIR',
    completes: 'directory',
  },
  {
    name: 'config',
    kind: 'text',
    value: 'FILE',
    summary: 'config file, instead of the nearest upward',
    completes: 'file',
  },
  { name: 'json', kind: 'flag', summary: 'results as JSON' },
  { name: 'no-color', kind: 'flag', summary: 'no colours (as NO_COLOR)' },
  { name: 'verbose', short: 'v', kind: 'flag', summary: 'say more on standard error' },
  { name: 'quiet', short: 'q', kind: 'flag', summary: 'only results and errors' },
]
