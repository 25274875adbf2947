import type { CommandSpec } from '../command.ts'

const section = 'Describe'

/** Secrets that lie encrypted in the config repository. */
export const secretCommands: readonly CommandSpec[] = [
  {
    name: 'secret',
    section,
    summary: 'encrypt secrets for hosts, in the format of age',
    detail:
      'encrypt reads standard input and writes it encrypted to FILE, or to standard output; `secret.age(FILE)` in a config reads it. rekey writes FILE again for other keys, which needs a key that opens it. recipients says whom a file is for. key makes the key of the person who runs hexis where there is none, and prints its public half. Contacts no host and never prints a secret.',
    args: [
      {
        name: 'ACTION',
        summary: 'encrypt, rekey, recipients or key',
        required: true,
        choices: ['encrypt', 'rekey', 'recipients', 'key'],
        completes: 'none',
      },
      { name: 'FILE', summary: 'the encrypted file', completes: 'file' },
    ],
    options: [
      {
        name: 'to',
        kind: 'text',
        value: 'WHOM',
        summary: 'hosts (a selector), public keys (age1…) and me, with commas: web1,db1,me',
        completes: 'host',
      },
    ],
    examples: [
      { run: 'hexis secret encrypt secrets/db.age --to web1,me < password', does: 'for web1 and for who runs hexis' },
      {
        run: "hexis secret encrypt --to 'role=web' < password > db.age",
        does: 'for every host that the selector picks',
      },
      { run: 'hexis secret rekey secrets/db.age --to web1,web2,me', does: 'for one more host' },
      { run: 'hexis secret recipients secrets/db.age', does: 'whom it is for' },
      { run: 'hexis secret key', does: 'the own public key; made where there is none' },
    ],
    load: () => import('../commands/secret.ts'),
  },
]
