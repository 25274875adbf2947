import type { CommandSpec } from '../command.ts'

/** Verbs of `hexis agent`, in the order of the help. */
const agentVerbs = ['run', 'status', 'pull', 'freeze', 'unfreeze', 'rollback', 'track'] as const

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
Exit 3 when the agent is failing, broken, on a bad commit or refuses one.`,
    args: [
      { name: 'VERB', summary: 'what to do', required: true, choices: agentVerbs },
      { name: 'ARG', summary: 'COMMIT of rollback, BRANCH of track' },
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
      { run: "hexis agent track fix-42 --for 30m --why 'try the fix'", does: 'another branch, for half an hour' },
    ],
    load: () => import('../commands/agent.ts'),
  },
]
