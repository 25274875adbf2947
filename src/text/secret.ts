import { held } from './held.ts'
import type { Held } from './text.ts'

/**
 * References to secrets, usable wherever text is. They are resolved in the controller's memory when a plan is made,
 * never by `check` or `document`, and never printed.
 */
export const secret = {
  /** The environment variable NAME of the controller. */
  env: (name: string): Held => held([{ secret: { env: name } }]),
  /** A file, relative to the config root; one newline at its end is dropped. */
  file: (path: string): Held => held([{ secret: { file: path } }]),
  /** A file that is encrypted with age, relative to the config root, for the key of whoever reads it. */
  age: (path: string): Held => held([{ secret: { age: path } }]),
  /** What a program prints, run in the config root; one newline at its end is dropped. No shell is involved. */
  command: (argv: readonly string[]): Held => held([{ secret: { command: [...argv] } }]),
} as const
