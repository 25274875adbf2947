import type { CommandSpec } from '../command.ts'
import { yes } from './options.ts'

/** Verbs of `hexis agent`, in the order of the help. */
const agentVerbs = ['run', 'install', 'uninstall', 'status', 'pull', 'freeze', 'unfreeze', 'rollback', 'track'] as const

/** The agent of a machine that pulls. */
export const agentCommands: readonly CommandSpec[] = [
  {
    name: 'agent',
    section: 'Pull',
    summary: 'the agent that keeps this machine on a commit of a repository',
    detail: `run follows the repository until it is ended; with --once, for one cycle. status says what it does. pull looks at
the repository at once. freeze changes nothing any more until unfreeze, which lifts a rollback too, and lets a broken
agent go on. rollback COMMIT stays on an earlier commit, track BRANCH follows another branch for the time of --for.
Orders are kept with who, why and until, and go to the agent that runs here; who is in its control group may give them.
install brings the agent to a HOST of this config over its own connection, through a plan as every change; uninstall takes
all of it back, and leaves what the agent had done there.
Exit 3 when the agent is failing, broken, on a bad commit or refuses one.`,
    args: [
      { name: 'VERB', summary: 'what to do', required: true, choices: agentVerbs },
      { name: 'ARG', summary: 'HOST of install and uninstall, COMMIT of rollback, BRANCH of track' },
    ],
    options: [
      { name: 'once', kind: 'flag', summary: 'run: one cycle, then end' },
      { name: 'why', kind: 'text', value: 'TEXT', summary: 'freeze, rollback, track: the reason, kept with the order' },
      {
        name: 'for',
        kind: 'duration',
        value: '2h',
        summary: 'freeze, rollback, track: until then, and back by itself',
      },
      {
        name: 'repo',
        kind: 'text',
        value: 'URL',
        summary: 'install: the repository, over ssh, https or as a path there',
      },
      { name: 'branch', kind: 'text', value: 'B', summary: 'install: the branch to follow (default main)' },
      { name: 'config-path', kind: 'text', value: 'PATH', summary: 'install: where the config lies in the repository' },
      { name: 'interval', kind: 'duration', value: '5m', summary: 'install: how often it looks (default 5m)' },
      {
        name: 'allowed-signers',
        kind: 'text',
        value: 'FILE',
        summary: 'install: trust only commits signed by these, as ssh-keygen(1) has them',
        completes: 'file',
      },
      {
        name: 'executable',
        kind: 'text',
        value: 'FILE',
        summary: 'install: the single executable for that machine (default: this one)',
        completes: 'file',
      },
      {
        name: 'metrics',
        kind: 'text',
        value: 'ADDR:PORT',
        summary: 'install: where it tells its metrics and health; nowhere when left out',
      },
      { name: 'without-packages', kind: 'flag', summary: 'install: git and ssh are there, or come by other means' },
      yes,
      {
        name: 'settings',
        kind: 'text',
        value: 'FILE',
        summary: 'settings of the agent (default /etc/hexis/agent.json)',
        completes: 'file',
      },
    ],
    examples: [
      { run: 'hexis agent status', does: 'commit, branch and state of this machine' },
      { run: 'hexis agent run --once', does: 'one cycle: fetch, verify, evaluate, plan, apply, check, record' },
      { run: "hexis agent freeze --why 'measuring' --for 2h", does: 'changes nothing for two hours' },
      { run: 'hexis agent install web1 --repo git@example.org:site', does: 'web1 follows main from now on' },
      { run: "hexis agent track fix-42 --for 30m --why 'try the fix'", does: 'another branch, for half an hour' },
    ],
    load: () => import('../commands/agent.ts'),
  },
]
