import { spawn } from 'node:child_process'

/** A secret is small; more is a mistake such as a whole vault. */
export const secretLimitBytes = 1024 * 1024
const timeoutMs = 60_000

export type CommandOutcome =
  | { readonly is: 'done'; readonly stdout: Buffer }
  | { readonly is: 'failed'; readonly why: string; readonly stderr: string }

/** Runs a secret's program without a shell. What it prints stays in memory; standard error may be shown. */
export const runSecretCommand = (
  argv: readonly string[],
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<CommandOutcome> =>
  new Promise((resolve) => {
    const [program = '', ...args] = argv
    const child = spawn(program, args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs })
    const chunks: Buffer[] = []
    let sizeBytes = 0
    let stderr = ''
    let tooLong = false
    child.stdout.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length
      tooLong = sizeBytes > secretLimitBytes
      if (tooLong) child.kill('SIGKILL')
      else chunks.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-2000)
    })
    child.on('error', (error) => resolve({ is: 'failed', why: `cannot be started: ${error.message}`, stderr: '' }))
    child.on('close', (status, signal) => {
      if (tooLong) resolve({ is: 'failed', why: `printed more than ${secretLimitBytes} bytes`, stderr })
      else if (status === 0) resolve({ is: 'done', stdout: Buffer.concat(chunks) })
      else
        resolve({ is: 'failed', why: signal === null ? `ended with status ${status}` : `ended by ${signal}`, stderr })
    })
  })
