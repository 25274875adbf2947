import { hostNamed } from '../config/index.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { connectTimeoutMs } from './connections.ts'
import { findingDiagnostic } from './fsck.ts'
import type { Reach } from './reach.ts'
import { verdictResult } from './trial.ts'
import type { Engine, HostStatus } from './types.ts'

const statusOfRecovery: Readonly<Partial<Record<string, HostStatus>>> = { undone: 'undone', committed: 'changed' }

/** The methods that tend what is on hosts without a plan: transactions, trials, the state directory, a command. */
export const tending = (reach: Reach): Pick<Engine, 'recover' | 'fsck' | 'confirm' | 'release' | 'forget' | 'run'> => {
  const { config, connections, secrets, site } = reach
  return {
    recover: (options) =>
      reach.perHost(options, async (host, session) => {
        await reach.knowSecrets(host)
        const result = await session.recover((event) =>
          event.event === 'note' || event.event === 'along' ? options.on?.({ ...event, host: host.name }) : undefined,
        )
        const hello = await session.hello(site)
        const stays: readonly Diagnostic[] = (result?.stays ?? []).map((summary) => ({
          severity: 'warning',
          code: 'stays',
          summary,
          host: host.name,
        }))
        const status = result === undefined ? 'converged' : (statusOfRecovery[result.outcome] ?? 'failed')
        return { host: host.name, status, changes: 0, generation: hello.ledger.generation, diagnostics: stays }
      }),
    fsck: (options) =>
      reach.perHost(options, async (host, session) => {
        const diagnostics = (await session.fsck()).map((found) => findingDiagnostic(host.name, found))
        const status = diagnostics.some((d) => d.severity === 'error') ? 'failed' : 'converged'
        return { host: host.name, status, changes: 0, generation: 0, diagnostics }
      }),
    confirm: (verdict, options) =>
      reach.perHost(options, async (host) => {
        const session = await connections.fresh(host, connectTimeoutMs, options)
        connections.adopt(host, session)
        const result = await session.confirm(site, verdict)
        const { ledger } = await session.hello(site)
        return { ...verdictResult(host.name, verdict, result), generation: ledger.generation }
      }),
    release: async (name, key, why, options) => {
      const { session, hello } = await reach.greeted(name, options)
      if (!hello.ledger.entries.has(key))
        throw new DiagnosticError({
          severity: 'error',
          code: 'not-held',
          summary: `this site does not hold ${key} on ${name}`,
          hint: `hexis explain ${name} ${key} says what is known of it.`,
          host: name,
        })
      await session.release(site, [key], why)
    },
    forget: async (name, options) => (await connections.open(hostNamed(config.inventory, name), options)).forget(site),
    run: (argv, options) =>
      reach.perHost(options, async (host, session) => {
        await reach.knowSecrets(host)
        const result = await session.run(argv, {
          timeoutMs: options.timeoutMs,
          onOutput: (stream, line) =>
            options.on?.({ event: 'output', host: host.name, stream, line: secrets.mask.apply(line) }),
        })
        const failed = result.status !== 0
        const diagnostics: readonly Diagnostic[] = failed
          ? [
              {
                severity: 'error',
                code: 'command-failed',
                summary: result.timedOut
                  ? `the command did not end within ${options.timeoutMs / 1000} s`
                  : `the command ended with status ${result.status}`,
                host: host.name,
              },
            ]
          : []
        const status = failed ? 'failed' : 'converged'
        options.on?.({ event: 'finished', host: host.name, status, changes: 0 })
        return { host: host.name, status, changes: 0, generation: 0, diagnostics }
      }),
  }
}
