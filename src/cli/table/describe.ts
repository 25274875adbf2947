import type { CommandSpec } from '../command.ts'
import { host, on } from './options.ts'

const section = 'Describe'

/** Commands that contact no host. */
export const describeCommands: readonly CommandSpec[] = [
  {
    name: 'init',
    section,
    summary: 'make a new config repository, ready to run',
    detail:
      'Writes site.ts and the files that an editor wants into DIR (here when left out). Never overwrites a file. A folder that has a config gets only the types for the editor, where it lacks them.',
    args: [{ name: 'DIR', summary: 'folder to make', completes: 'directory' }],
    options: [],
    examples: [{ run: 'hexis init machines', does: 'a new repository in ./machines' }],
    load: () => import('../commands/init.ts'),
  },
  {
    name: 'check',
    section,
    summary: 'evaluate and validate every host',
    detail:
      'Evaluates the config for every host and reports all errors at once, each with file, line and column. Contacts no host and resolves no secret. Exit 1 when there is an error.',
    args: [],
    options: [on],
    examples: [
      { run: 'hexis check', does: 'all hosts' },
      { run: 'hexis check --on web1 --json', does: 'one host, for a program' },
    ],
    load: () => import('../commands/check.ts'),
  },
  {
    name: 'hosts',
    section,
    summary: 'list the inventory',
    detail:
      'Reads the config and its sources; contacts no host. `facts.…` in a selector uses the facts of the last run.',
    args: [],
    options: [on],
    examples: [
      { run: 'hexis hosts', does: 'all hosts with address, labels and groups' },
      { run: "hexis hosts --on 'role=web and not site=fra'", does: 'try a selector' },
    ],
    load: () => import('../commands/hosts.ts'),
  },
  {
    name: 'document',
    section,
    summary: 'print the host document: all that is declared for one host',
    detail: 'JSON without a word of any operating system. Contacts no host; secrets stay references.',
    args: [host],
    options: [],
    examples: [{ run: 'hexis document web1', does: 'the document of web1' }],
    load: () => import('../commands/document.ts'),
  },
  {
    name: 'steps',
    section,
    summary: 'print the step list of a host; format or check step files',
    detail:
      'With a host: its step list, from the facts of the last contact. `steps fmt FILE` rewrites a step file in canonical form, `steps lint FILE` reports what is wrong or doubtful in it; `-` reads standard input.',
    args: [
      { name: 'HOST', summary: 'name of a host, or fmt, or lint', required: true, completes: 'host' },
      { name: 'FILE', summary: 'step file for fmt and lint', completes: 'file' },
    ],
    options: [{ name: 'commit', kind: 'text', value: 'C', summary: 'as the config was at this commit' }],
    examples: [
      { run: 'hexis steps web1', does: 'what web1 is made of' },
      { run: 'hexis steps web1 --commit HEAD~3', does: 'as it was three commits ago' },
      { run: 'hexis steps fmt extra.steps', does: 'canonical form, in place' },
      { run: 'hexis steps lint extra.steps', does: 'errors and doubts with their lines' },
    ],
    load: () => import('../commands/steps.ts'),
  },
  {
    name: 'resource',
    section,
    summary: 'documentation and examples of every resource',
    detail: 'Works offline. Without a name: the list.',
    args: [{ name: 'NAME', summary: 'name of a resource', completes: 'resource' }],
    options: [],
    examples: [
      { run: 'hexis resource', does: 'all resources, one line each' },
      { run: 'hexis resource file', does: 'properties and examples of file' },
    ],
    load: () => import('../commands/resource.ts'),
  },
  {
    name: 'completion',
    section,
    summary: 'print the completion script of a shell',
    detail: 'Prints a script for the shell to read; writes nothing.',
    args: [
      {
        name: 'SHELL',
        summary: 'bash, zsh or fish',
        required: true,
        choices: ['bash', 'zsh', 'fish'],
        completes: 'shell',
      },
    ],
    options: [],
    examples: [
      { run: 'hexis completion bash > ~/.local/share/bash-completion/completions/hexis', does: 'bash' },
      { run: 'hexis completion zsh > ~/.zfunc/_hexis', does: 'zsh, with ~/.zfunc in $fpath' },
      { run: 'hexis completion fish > ~/.config/fish/completions/hexis.fish', does: 'fish' },
    ],
    load: () => import('../commands/completion.ts'),
  },
]
