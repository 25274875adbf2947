import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const parts = [
  'core',
  'transaction',
  'capture',
  'perform',
  'undo',
  'commit',
  'trial',
  'retention',
  'fsck',
  'foreign',
  'recovery',
]
const served = ['look', 'change', 'serve']

const ownFolder = join(import.meta.dirname, 'runtime')
const statesFolder = join(import.meta.dirname, '..', 'states')

const kindFiles = (): readonly string[] =>
  readdirSync(statesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) =>
      readdirSync(join(statesFolder, entry.name))
        .filter((name) => name.endsWith('.sh'))
        .map((name) => join(statesFolder, entry.name, name)),
    )
    .toSorted()

/** Whole-line comments and empty lines cost a link and say nothing to a shell. */
const withoutComments = (text: string): string => text.replace(/^[ \t]*#.*\n/gm, '').replace(/^\n/gm, '')

export interface RuntimeText {
  /** POSIX sh; read by `eval` or run as a file with an entry as argument. Ends in one newline. */
  readonly text: string
  /** Lower-case SHA-256 of the text: its name in the state directory. */
  readonly sha256: string
}

let known: RuntimeText | undefined

/** The runtime that travels to every host: core, transaction, recovery, every kind, the serving end. */
export const runtimeText = (): RuntimeText => {
  if (known !== undefined) return known
  const own = (name: string): string => join(ownFolder, `${name}.sh`)
  const files = [...parts.map(own), ...kindFiles(), ...served.map(own)]
  const text = `${withoutComments(files.map((file) => readFileSync(file, 'utf8')).join('\n'))}hx_main "$@"\n`
  known = { text, sha256: createHash('sha256').update(text).digest('hex') }
  return known
}
