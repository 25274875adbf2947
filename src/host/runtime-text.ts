import { createHash } from 'node:crypto'
import { textsBeside } from '../text/index.ts'

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
  const own = new Map(textsBeside(import.meta.dirname, 'runtime/*.sh'))
  const part = (name: string): string => {
    const text = own.get(`runtime/${name}.sh`)
    if (text === undefined) throw new Error(`the runtime has no part ${name}`)
    return text
  }
  const kinds = textsBeside(import.meta.dirname, '../states/*/*.sh').map(([, text]) => text)
  const whole = [...parts.map(part), ...kinds, ...served.map(part)].join('\n')
  const text = `${withoutComments(whole)}hx_main "$@"\n`
  known = { text, sha256: createHash('sha256').update(text).digest('hex') }
  return known
}
