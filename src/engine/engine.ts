import { hostname, userInfo } from 'node:os'
import type { LoadedConfig } from '../config/index.ts'
import { hostNamed } from '../config/index.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Facts, Hello, HostSession } from '../host/session.ts'
import type { InventoryHost } from '../inventory/index.ts'
import { select } from '../inventory/index.ts'
import { diffLists } from '../plan/index.ts'
import { openSecrets, type Secrets } from '../secrets/index.ts'
import type { Capability } from '../states/kind.ts'
import { formatList, parseList } from '../steps/list.ts'
import type { Analysed } from './analysed.ts'
import { assessHost } from './assess.ts'
import { connectTimeoutMs, newConnections } from './connections.ts'
import { ConfigError, diagnosticsOf, statusOf } from './context.ts'
import { type Declared, declared, desiredFromList } from './desire.ts'
import type { Desired } from './desired.ts'
import { canonicalKey, explainSubject } from './explain.ts'
import { cachedFacts, cacheFacts } from './facts-cache.ts'
import { findingDiagnostic } from './fsck.ts'
import { interruptedNote, recoveredNote } from './interrupted.ts'
import { maskedDiagnostics, maskedOptions, maskedSummary } from './masked.ts'
import { inParallel } from './parallel.ts'
import type { Registry } from './registry.ts'
import { rollbackGeneration } from './rollback-target.ts'
import { historyGuard, safeguards } from './safeguards.ts'
import { loadPlan, savePlan } from './saved-plan.ts'
import { type Assessed, type Loop, settle } from './settle.ts'
import { showLimitBytes, shownStates } from './show.ts'
import { trialOf, trialSupport, verdictResult } from './trial.ts'
import type { Engine, EngineOptions, HostAnalysis, HostFacts, HostResult, RunSummary, UpOptions } from './types.ts'

const defaultParallel = 32

/** Assumed of a host that was never contacted, so that `check` and `steps` work on any config. */
const everything: ReadonlySet<Capability> = new Set([
  'paths',
  'owners',
  'accounts',
  'packages',
  'units',
  'kernel',
  'exec',
])
const pathsOnly: ReadonlySet<Capability> = new Set(['paths'])

const capabilitiesOf = (host: InventoryHost): ReadonlySet<Capability> =>
  host.connection === 'directory' ? pathsOnly : everything

/** What a host shall be, given what it said of itself. */
type Desire = (host: InventoryHost, hello: Hello, session: HostSession) => Promise<Desired>

/** One loaded config and the hosts that it names. */
export const openEngine = (config: LoadedConfig, registry: Registry): Engine => {
  const secrets: Secrets = openSecrets({ configRoot: config.root, env: process.env })
  const connections = newConnections(config.root, secrets)
  const site = config.siteId
  const analysedOf = new WeakMap<HostAnalysis, Analysed>()
  const who = `${userInfo().username}@${hostname()}`

  const chosen = (options: EngineOptions): readonly InventoryHost[] =>
    select(config.inventory, options.selector, knownFacts())

  /** What hosts said last time, for selectors such as `facts.os.id=debian`. */
  const knownFacts = (): ReadonlyMap<string, Facts> =>
    new Map(
      [...config.inventory.hosts.keys()].flatMap((name) => {
        const facts = cachedFacts(config.root, name)
        return facts === undefined ? [] : [[name, facts] as const]
      }),
    )

  const lowerHost = (host: InventoryHost): Promise<Declared> =>
    declared(config, registry, { host, facts: cachedFacts(config.root, host.name), capabilities: capabilitiesOf(host) })

  const fromConfig: Desire = async (host, hello) => {
    const { desired, diagnostics } = await declared(config, registry, {
      host,
      facts: hello.facts,
      capabilities: hello.capabilities,
    })
    if (desired === undefined) throw new ConfigError(diagnostics)
    return desired
  }

  const shown = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
    maskedDiagnostics(diagnostics, secrets.mask)

  /** Where no plan is made, the host's secrets are read all the same, as far as they are there: to be masked. */
  const knowSecrets = async (host: InventoryHost): Promise<void> => {
    const { desired } = await lowerHost(host)
    const holes = [...(desired?.texts.values() ?? [])].flat()
    await Promise.allSettled(
      holes.flatMap((part) => (typeof part !== 'string' && 'secret' in part ? [secrets.resolve(part)] : [])),
    )
  }

  const greet = async (
    host: InventoryHost,
    options: EngineOptions,
    mayRecover: boolean,
  ): Promise<{ session: HostSession; hello: Hello }> => {
    const session = await connections.open(host, options)
    const hello = await session.hello(site)
    cacheFacts(config.root, host.name, hello.facts)
    if (hello.interrupted === undefined || !mayRecover || hello.interrupted.alive) return { session, hello }
    options.on?.({ event: 'recovering', host: host.name })
    const result = await session.recover(() => {})
    options.on?.({ event: 'note', host: host.name, message: recoveredNote(hello.interrupted, result) })
    return { session, hello: await session.hello(site) }
  }

  const assess =
    (
      options: EngineOptions & Pick<UpOptions, 'trySeconds'>,
      desire: Desire,
      mayRecover: boolean,
      verify: (analysed: Analysed) => void = () => {},
    ) =>
    async (name: string): Promise<Assessed> => {
      const host = hostNamed(config.inventory, name)
      let generation = 0
      try {
        const { session, hello } = await greet(host, options, mayRecover)
        generation = hello.ledger.generation
        options.on?.({ event: 'analysing', host: name })
        const analysed = await assessHost({
          site,
          host: name,
          hello,
          session,
          desired: await desire(host, hello, session),
          kinds: registry.kinds,
          secrets,
          options,
        })
        verify(analysed)
        const refusals = mayRecover
          ? [...safeguards(analysed, options), ...(await historyGuard(analysed, options, config.isAncestor))]
          : []
        const diagnostics = shown([...analysed.diagnostics, ...interruptedNote(name, hello), ...refusals])
        const changes = analysed.plan.changes.length
        options.on?.({ event: 'planned', host: name, changes })
        const interrupted = hello.interrupted === undefined ? {} : { interrupted: hello.interrupted }
        const trial = trialOf(analysed.plan, host, options)
        const status = refusals.length > 0 ? 'refused' : 'ready'
        const view: HostAnalysis = {
          host: name,
          status,
          plan: analysed.plan,
          list: analysed.list,
          diagnostics,
          generation,
          ...interrupted,
          ...(trial === undefined ? {} : { trial }),
        }
        analysedOf.set(view, analysed)
        return { view, analysed, session }
      } catch (error) {
        const diagnostics = shown(diagnosticsOf(error, name))
        const status = statusOf(diagnostics)
        options.on?.({ event: 'finished', host: name, status, changes: 0, message: diagnostics[0]?.summary ?? '' })
        const inConfig = error instanceof ConfigError ? { inConfig: true as const } : {}
        return { view: { host: name, status, diagnostics, generation, ...inConfig } }
      }
    }

  const settled = async (loop: Omit<Loop, 'support' | 'retention'>): Promise<RunSummary> => {
    const options = maskedOptions(loop.options, secrets.mask)
    const support = trialSupport(config.inventory, connections, options)
    return maskedSummary(await settle({ ...loop, options, support, retention: config.retention }), secrets.mask)
  }

  const settleWith = (options: UpOptions, desire: Desire): Promise<RunSummary> =>
    settled({ hosts: chosen(options).map((h) => h.name), assess: assess(options, desire, true), options, who })

  const rollbackDesire =
    (to: string): Desire =>
    async (host, hello, session) => {
      const number = rollbackGeneration(to, host.name, hello)
      const label = `${host.name} generation ${number}`
      const text = number === 0 ? '' : await session.list(site, number)
      const commit = number === 0 ? 'none' : (hello.generations.find((g) => g.number === number)?.commit ?? 'none')
      return desiredFromList(text, { commit, os: 'unknown', label })
    }

  const plan: Engine['plan'] = async (options) => {
    const assessed = await inParallel(chosen(options), options.parallel ?? defaultParallel, (h) =>
      assess(options, fromConfig, false)(h.name),
    )
    return { hosts: assessed.map((a) => a.view) }
  }

  const perHost = async (
    options: EngineOptions,
    work: (host: InventoryHost, session: HostSession) => Promise<HostResult>,
  ): Promise<{ hosts: readonly HostResult[] }> => ({
    hosts: await inParallel(chosen(options), options.parallel ?? defaultParallel, async (host) => {
      try {
        return await work(host, await connections.open(host, options))
      } catch (error) {
        const diagnostics = shown(diagnosticsOf(error, host.name))
        return { host: host.name, status: statusOf(diagnostics), changes: 0, generation: 0, diagnostics }
      }
    }),
  })

  const greeted = async (
    name: string,
    options: EngineOptions,
  ): Promise<{ host: InventoryHost; session: HostSession; hello: Hello }> => {
    const host = hostNamed(config.inventory, name)
    return { host, ...(await greet(host, options, false)) }
  }

  return {
    lower: async (name) => {
      const { document, desired, diagnostics } = await lowerHost(hostNamed(config.inventory, name))
      const list =
        desired === undefined
          ? {}
          : { list: formatList({ header: { host: name, os: desired.os, site }, steps: desired.steps }) }
      return { ...(document === undefined ? {} : { document }), ...list, steps: desired?.steps ?? [], diagnostics }
    },
    check: async (options) =>
      (
        await inParallel(chosen(options), 1, async (host) =>
          (await lowerHost(host)).diagnostics.map((d) => ({ ...d, host: host.name })),
        )
      ).flat(),
    facts: async (options) =>
      inParallel(chosen(options), options.parallel ?? defaultParallel, async (host): Promise<HostFacts> => {
        try {
          const { hello } = await greet(host, options, false)
          return {
            host: host.name,
            facts: hello.facts,
            diagnostics: interruptedNote(host.name, hello),
            status: 'ready',
          }
        } catch (error) {
          const diagnostics = shown(diagnosticsOf(error, host.name))
          return { host: host.name, diagnostics, status: statusOf(diagnostics) }
        }
      }),
    plan,
    up: (options) => settleWith(options, fromConfig),
    savePlan: (analysis, file) =>
      savePlan(
        site,
        analysis.hosts.flatMap((view) => analysedOf.get(view) ?? []),
        file,
      ),
    upSaved: async (file, options) => {
      const saved = await loadPlan(file)
      if (saved.site !== site)
        throw new DiagnosticError({
          severity: 'error',
          code: 'other-site',
          summary: `the plan belongs to the site ${saved.site}, this config is ${site}`,
        })
      const check = assess(options, async (host) => saved.desired(host.name), true, saved.verify)
      return settled({ hosts: saved.hosts, assess: check, options, who, once: true })
    },
    rollback: async ({ to }, options) => {
      const hosts = chosen(options)
      if (/^\d{1,6}$/.test(to) && hosts.length !== 1)
        throw new DiagnosticError({
          severity: 'error',
          code: 'number-needs-one-host',
          summary: `generation ${to} names a list of one host, but ${hosts.length} hosts are selected`,
          hint: 'Choose one with --on HOST, or roll back to previous or to a commit.',
        })
      // The same list in every cycle, although a rollback makes a new generation, and may let that one go.
      const targets = new Map<string, Desired>()
      const desire: Desire = async (host, hello, session) => {
        const fixed = targets.get(host.name) ?? (await rollbackDesire(to)(host, hello, session))
        targets.set(host.name, fixed)
        return fixed
      }
      return settleWith({ ...options, allowRemovals: true }, desire)
    },
    recover: (options) =>
      perHost(options, async (host, session) => {
        await knowSecrets(host)
        const result = await session.recover((event) =>
          event.event === 'note' ? options.on?.({ ...event, host: host.name }) : undefined,
        )
        const hello = await session.hello(site)
        const stays: readonly Diagnostic[] = (result?.stays ?? []).map((summary) => ({
          severity: 'warning',
          code: 'stays',
          summary,
          host: host.name,
        }))
        const status =
          result === undefined
            ? 'converged'
            : result.outcome === 'undone'
              ? 'undone'
              : result.outcome === 'committed'
                ? 'changed'
                : 'failed'
        return { host: host.name, status, changes: 0, generation: hello.ledger.generation, diagnostics: stays }
      }),
    fsck: (options) =>
      perHost(options, async (host, session) => {
        const diagnostics = (await session.fsck()).map((found) => findingDiagnostic(host.name, found))
        const status = diagnostics.some((d) => d.severity === 'error') ? 'failed' : 'converged'
        return { host: host.name, status, changes: 0, generation: 0, diagnostics }
      }),
    confirm: (verdict, options) =>
      perHost(options, async (host) => {
        const session = await connections.fresh(host, connectTimeoutMs, options)
        connections.adopt(host, session)
        const result = await session.confirm(site, verdict)
        const { ledger } = await session.hello(site)
        return { ...verdictResult(host.name, verdict, result), generation: ledger.generation }
      }),
    drift: async (options) =>
      inParallel(chosen(options), options.parallel ?? defaultParallel, async (host) => {
        const inForce: Desire = async (h, hello, session) =>
          hello.ledger.generation === 0
            ? desiredFromList('', { commit: 'none', os: 'unknown', label: h.name })
            : rollbackDesire(String(hello.ledger.generation))(h, hello, session)
        const { view } = await assess(options, inForce, false)(host.name)
        return {
          host: host.name,
          status: view.status,
          drift: view.plan?.changes.filter((c) => c.steps.length > 0 || c.reason === 'drift') ?? [],
          diagnostics: view.diagnostics,
        }
      }),
    log: async (name, options) => {
      const { hello } = await greeted(name, options)
      return {
        host: name,
        generations: hello.generations,
        lost: [...hello.ledger.entries.values()].flatMap(({ key, origin }) =>
          origin.inode !== undefined && hello.gone.has(origin.inode) ? [key] : [],
        ),
        ...(hello.interrupted === undefined ? {} : { interrupted: hello.interrupted }),
      }
    },
    show: async (name, subject, options) => {
      const host = hostNamed(config.inventory, name)
      await knowSecrets(host)
      const key = canonicalKey(subject)
      const session = await connections.open(host, options)
      return { host: name, key, states: shownStates(await session.kept(site, key, showLimitBytes), secrets.mask) }
    },
    diff: async (name, from, to, options) => {
      const { session, hello } = await greeted(name, options)
      const stepsOf = async (wanted: string) => {
        const number = rollbackGeneration(wanted, name, hello)
        return number === 0 ? [] : parseList(await session.list(site, number), `${name} generation ${number}`).steps
      }
      const [a, b] = [await stepsOf(from), await stepsOf(to)]
      return { host: name, ...diffLists(a, b) }
    },
    explain: async (name, subject, options) =>
      explainSubject(subject, {
        host: hostNamed(config.inventory, name),
        declared: await lowerHost(hostNamed(config.inventory, name)),
        registry,
        hello: async () => (await greeted(name, options)).hello,
      }),
    release: async (name, key, why, options) => {
      const { session, hello } = await greeted(name, options)
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
      perHost(options, async (host, session) => {
        await knowSecrets(host)
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
        options.on?.({ event: 'finished', host: host.name, status: failed ? 'failed' : 'converged', changes: 0 })
        return { host: host.name, status: failed ? 'failed' : 'converged', changes: 0, generation: 0, diagnostics }
      }),
    close: () => connections.closeAll(),
  }
}
