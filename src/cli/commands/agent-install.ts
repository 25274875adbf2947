import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isSea } from 'node:sea'
import { fileURLToPath } from 'node:url'
import { type AgentInstallation, openInstaller } from '../../agent/install/install.ts'
import { addressOf } from '../../agent/monitoring/index.ts'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Context, Invocation } from '../command.ts'
import { carryOut, contactOptions, requireConsent } from '../engine-run.ts'
import { type Exit, exits } from '../exit.ts'
import { builtInRegistry } from '../registry.ts'
import { rooted } from '../rooted.ts'
import { configPlace } from '../with-site.ts'

/** What an agent made for itself: its record and checkout, and the key that secrets were encrypted for. */
const leftovers = 'rm -rf /var/lib/hexis/agent /etc/hexis/agent.key; rmdir /etc/hexis 2>/dev/null || :'

const usage = (summary: string, hint: string): DiagnosticError =>
  new DiagnosticError({ severity: 'error', code: 'usage', summary, hint })

/** This very executable, or the one that `./dev package` made of a checkout. */
const ownExecutable = (): string | undefined => {
  if (isSea()) return process.execPath
  const made = fileURLToPath(new URL(`../../../dist/hexis-linux-${process.arch}`, import.meta.url))
  return existsSync(made) ? made : undefined
}

const signersOf = (context: Context, file: string | undefined): { readonly allowedSigners?: string } => {
  if (file === undefined) return {}
  try {
    return { allowedSigners: readFileSync(resolve(context.cwd, file), 'utf8') }
  } catch (error) {
    throw usage(
      `the allowed signers cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'A line each: PRINCIPAL namespaces="git" KEY, as ssh-keygen(1) has it under ALLOWED SIGNERS.',
    )
  }
}

const given = (invocation: Invocation, context: Context): AgentInstallation => {
  const repository = invocation.text('repo')
  const written = invocation.text('executable')
  const executable = written === undefined ? ownExecutable() : resolve(context.cwd, written)
  if (repository === undefined)
    throw usage('hexis agent install needs --repo', 'Say which repository the machine is to follow: --repo URL.')
  if (executable === undefined)
    throw usage(
      'there is no single executable to install',
      'Make one with ./dev package, or name one: --executable FILE.',
    )
  const intervalMs = invocation.count('interval')
  const config = invocation.text('config-path')
  const listen = invocation.text('metrics')
  if (listen !== undefined && addressOf(listen) === undefined)
    throw usage(
      `--metrics ${listen} is no address and port`,
      'Write 10.0.0.11:9470, or a port alone for the machine itself.',
    )
  return {
    executable,
    repository,
    branch: invocation.text('branch') ?? 'main',
    packages: !invocation.flag('without-packages'),
    ...(config === undefined ? {} : { config }),
    ...(listen === undefined ? {} : { listen }),
    ...(intervalMs === undefined ? {} : { intervalSeconds: Math.ceil(intervalMs / 1000) }),
    ...signersOf(context, invocation.text('allowed-signers')),
  }
}

/** Of the options of `up` there is only the consent: one host, and what is put there is known. */
const plainly = (invocation: Invocation): Invocation => ({
  args: [],
  flag: (name) => name === 'yes' && invocation.flag(name),
  text: () => undefined,
  count: () => undefined,
})

/** `hexis agent install HOST` and `hexis agent uninstall HOST`. */
export const installAction = async (
  verb: 'install' | 'uninstall',
  host: string | undefined,
  invocation: Invocation,
  context: Context,
): Promise<Exit> => {
  if (host === undefined) throw usage(`hexis agent ${verb} needs a HOST`, 'Name one of hexis hosts.')
  requireConsent(invocation, context)
  const installation = verb === 'install' ? given(invocation, context) : undefined
  const { findConfig, hostNamed, loadConfig } = await import('../../config/index.ts')
  const { config: file, directory } = configPlace(context)
  const found = findConfig(directory, file === undefined ? {} : { config: file })
  return rooted(dirname(found), async () => {
    const config = await loadConfig(found)
    hostNamed(config.inventory, host)
    const engine = openInstaller(config, builtInRegistry(), installation)
    try {
      if (installation !== undefined)
        return await carryOut(plainly(invocation), context, config.root, (options) =>
          engine.up({ ...options, selector: host }),
        )
      const exit = await carryOut(plainly(invocation), context, config.root, (options) =>
        engine.rollback({ to: '0' }, { ...options, selector: host, allowRemovals: true, allowIrreversible: true }),
      )
      if (exit !== exits.converged) return exit
      const contact = { ...contactOptions(context), selector: host }
      await engine.run(['sh', '-c', leftovers], { ...contact, timeoutMs: 60_000 })
      await engine.forget(host, contact)
      return exit
    } finally {
      await engine.close()
    }
  })
}
