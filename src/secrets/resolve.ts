import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { nearestHint } from '../diagnostics/nearest.ts'
import type { Hole } from '../text/text.ts'
import { runSecretCommand, secretLimitBytes } from './command.ts'
import { fromAge } from './encrypted.ts'

export type SecretHole = Extract<Hole, { readonly secret: unknown }>

export interface SecretContext {
  /** Absolute; files are relative to it, commands run in it. */
  readonly configRoot: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const fail = (code: DiagnosticCode, summary: string, more: Pick<Diagnostic, 'detail' | 'hint'> = {}): never => {
  throw new DiagnosticError({ severity: 'error', code, summary, ...more })
}

const newline = 0x0a

const withoutNewline = (bytes: Uint8Array): Uint8Array => (bytes.at(-1) === newline ? bytes.subarray(0, -1) : bytes)

/** Reads one secret in the controller's memory. @throws DiagnosticError when it is missing or too large */
export const resolveSecret = async (hole: SecretHole, context: SecretContext): Promise<Uint8Array> => {
  const { secret } = hole
  if ('env' in secret) return fromEnv(secret.env, context)
  if ('age' in secret) return withoutNewline(await fromAge(secret.age, context))
  if ('file' in secret) return withoutNewline(await fromFile(secret.file, context))
  return withoutNewline(await fromCommand(secret.command, context))
}

const fromEnv = (name: string, context: SecretContext): Uint8Array => {
  const value = context.env[name]
  if (value !== undefined) return Buffer.from(value)
  const hint = nearestHint(name, Object.keys(context.env))
  return fail('secret-missing', `the environment variable ${name} of secret.env('${name}') is not set`, {
    hint: hint ?? `Set ${name} where hexis runs.`,
  })
}

const fromFile = async (path: string, context: SecretContext): Promise<Uint8Array> => {
  const file = resolve(context.configRoot, path)
  try {
    const handle = await open(file)
    try {
      const { size } = await handle.stat()
      if (size > secretLimitBytes)
        fail('secret-too-large', `secret.file('${path}') is larger than ${secretLimitBytes} bytes`)
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof DiagnosticError) throw error
    const why = error instanceof Error ? error.message : String(error)
    return fail('secret-missing', `secret.file('${path}') cannot be read`, { detail: why })
  }
}

const fromCommand = async (argv: readonly string[], context: SecretContext): Promise<Uint8Array> => {
  const outcome = await runSecretCommand(argv, context.configRoot, context.env)
  if (outcome.is === 'done') return outcome.stdout
  return fail('secret-missing', `the command of secret.command(['${argv[0]}', …]) ${outcome.why}`, {
    ...(outcome.stderr.trim() === '' ? {} : { detail: outcome.stderr.trim() }),
  })
}
