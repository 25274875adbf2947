import type { CommandSpec } from '../command.ts'

/** Configs of other tools. */
export const importCommands: readonly CommandSpec[] = [
  {
    name: 'import',
    section: 'Describe',
    summary: 'turn the configuration of another tool into a config of Hexis',
    detail:
      'gitopper: its TOML file becomes a site.ts with the same effect, printed to standard output. What is not, or not in the same way, is said in comments and on standard error, with its line. Contacts no host and writes no file.',
    args: [
      { name: 'TOOL', summary: 'gitopper', required: true, choices: ['gitopper'], completes: 'none' },
      { name: 'FILE', summary: 'its configuration', required: true, completes: 'file' },
    ],
    options: [],
    examples: [{ run: 'hexis import gitopper config.toml > site.ts', does: 'a site of what gitopper does' }],
    load: () => import('../commands/import.ts'),
  },
]
