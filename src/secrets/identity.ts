import { mkdir, open, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Identity } from './age.ts'

export type { Identity } from './age.ts'

/** Where an agent has the key of its host. */
export const agentKeyFile = '/etc/hexis/agent.key'

type Environment = Readonly<Record<string, string | undefined>>

const limitBytes = 64 * 1024

/** The file of the key of whoever runs `hexis`. */
export const ownKeyFile = (env: Environment): string => {
  const { HEXIS_AGE_IDENTITY: named, XDG_CONFIG_HOME: config } = env
  if (named !== undefined && named !== '') return named
  return join(config?.startsWith('/') === true ? config : join(env.HOME ?? homedir(), '.config'), 'hexis', 'age.key')
}

const fail = (summary: string, more: Pick<Diagnostic, 'detail' | 'hint'> = {}): never => {
  throw new DiagnosticError({ severity: 'error', code: 'secret-key', summary, ...more })
}

/** The keys in a file as age-keygen writes it: a line each, `#` begins a comment. */
const keysIn = async (path: string, text: string): Promise<readonly Identity[]> => {
  const { identityOf } = await import('./age.ts')
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const keys: Identity[] = []
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue
    // What stands there may be a key with a mistake: it is not shown.
    const key = await identityOf(line).catch(() =>
      fail(`line ${index + 1} of ${path} is no secret key of age`, { hint: 'It begins with AGE-SECRET-KEY-.' }),
    )
    keys.push(key)
  }
  return keys.length > 0 ? keys : fail(`${path} holds no key`)
}

/** The keys of one file, or nothing where there is no such file. @throws DiagnosticError when others may read it */
export const readIdentities = async (path: string): Promise<readonly Identity[] | undefined> => {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EACCES'
      ? undefined
      : fail(`the key ${path} cannot be read`, { detail: error.message }),
  )
  if (handle === undefined) return undefined
  try {
    const { mode, size } = await handle.stat()
    if ((mode & 0o077) !== 0)
      fail(`the key ${path} can be read by others: its mode is 0${(mode & 0o777).toString(8)}`, {
        hint: `chmod 600 ${path}`,
      })
    if (size > limitBytes) fail(`${path} is too large for a key`)
    return await keysIn(path, await handle.readFile('utf8'))
  } catch (error) {
    if (error instanceof DiagnosticError) throw error
    return fail(`the key ${path} cannot be read`, { detail: error instanceof Error ? error.message : String(error) })
  } finally {
    await handle.close()
  }
}

/** The keys that this machine has, and the files that were looked at. */
export const ownIdentities = async (
  env: Environment,
): Promise<{ readonly keys: readonly Identity[]; readonly files: readonly string[] }> => {
  const named = env.HEXIS_AGE_IDENTITY !== undefined && env.HEXIS_AGE_IDENTITY !== ''
  const files = named ? [ownKeyFile(env)] : [agentKeyFile, ownKeyFile(env)]
  const found = await Promise.all(files.map(readIdentities))
  return { keys: found.flatMap((keys) => keys ?? []), files }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** The text of a file with a new key, as age-keygen writes it, and its public half. */
export const makeIdentity = async (): Promise<{ readonly text: string; readonly recipient: string }> => {
  const { newIdentity } = await import('./age.ts')
  const { secret, recipient } = await newIdentity()
  return { text: `# public key: ${recipient}\n${secret}\n`, recipient }
}

/**
 * The public half of the key in a file; the file is made, for its owner alone, where there is none. A key that is
 * there is never replaced: what was encrypted for it would be lost.
 */
export const keptIdentity = async (path: string): Promise<{ readonly recipient: string; readonly made: boolean }> => {
  if (await exists(path)) {
    const [key] = (await readIdentities(path)) ?? fail(`the key ${path} cannot be read`)
    return { recipient: key?.recipient ?? '', made: false }
  }
  const { text, recipient } = await makeIdentity()
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { recipient, made: true }
}
