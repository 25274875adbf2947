import { hostname, userInfo } from 'node:os'
import { hostNamed } from '../config/index.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Hello, HostSession } from '../host/session.ts'
import type { InventoryHost } from '../inventory/index.ts'
import type { Analysed } from './analysed.ts'
import { assessHost } from './assess.ts'
import { ConfigError } from './context.ts'
import { declared, desiredFromList } from './desire.ts'
import type { Desired } from './desired.ts'
import { interruptedNote } from './interrupted.ts'
import { maskedOptions, maskedSummary } from './masked.ts'
import type { Reach } from './reach.ts'
import { rollbackGeneration } from './rollback-target.ts'
import { agentGuard, historyGuard, safeguards } from './safeguards.ts'
import { loadPlan, savePlan } from './saved-plan.ts'
import { type Assessed, type LoopInput, settle } from './settle.ts'
import { trialOf, trialSupport } from './trial.ts'
import type { Engine, EngineOptions, HostAnalysis, RunSummary, UpOptions } from './types.ts'

/** What a host shall be, given what it said of itself. */
type Desire = (host: InventoryHost, hello: Hello, session: HostSession) => Promise<Desired>

const fromConfig =
  ({ config, registry }: Reach): Desire =>
  async (host, hello) => {
    const { facts, capabilities } = hello
    const { desired, diagnostics } = await declared(config, registry, { host, facts, capabilities })
    if (desired === undefined) throw new ConfigError(diagnostics)
    return desired
  }

const fromGeneration =
  ({ site }: Reach, to: string): Desire =>
  async (host, hello, session) => {
    const number = rollbackGeneration(to, host.name, hello)
    const label = `${host.name} generation ${number}`
    const text = number === 0 ? '' : await session.list(site, number)
    const commit = number === 0 ? 'none' : (hello.generations.find((g) => g.number === number)?.commit ?? 'none')
    return desiredFromList(text, { commit, os: 'unknown', label })
  }

/** The list that the last run left in force; nothing, where there was none. */
const inForce =
  (reach: Reach): Desire =>
  async (host, hello, session) =>
    hello.ledger.generation === 0
      ? desiredFromList('', { commit: 'none', os: 'unknown', label: host.name })
      : fromGeneration(reach, String(hello.ledger.generation))(host, hello, session)

/** The methods that compare hosts with a list, and bring them there. */
export const converging = (
  reach: Reach,
): Pick<Engine, 'plan' | 'up' | 'savePlan' | 'upSaved' | 'rollback' | 'drift'> => {
  const { config, connections, registry, secrets, site } = reach
  const analysedOf = new WeakMap<HostAnalysis, Analysed>()
  const who = `${userInfo().username}@${hostname()}`

  const assess =
    (
      options: EngineOptions & Pick<UpOptions, 'trySeconds' | 'via'> & { readonly foresee?: boolean },
      desire: Desire,
      mayRecover: boolean,
      verify: (analysed: Analysed) => void = () => {},
    ) =>
    async (name: string): Promise<Assessed> => {
      const host = hostNamed(config.inventory, name)
      let generation = 0
      try {
        const { session, hello } = await reach.greet(host, options, mayRecover)
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
          foresee: options.foresee ?? true,
        })
        verify(analysed)
        const refusals = mayRecover
          ? [
              ...agentGuard(analysed, options),
              ...safeguards(analysed, options),
              ...(await historyGuard(analysed, options, config.isAncestor)),
            ]
          : []
        const diagnostics = reach.shown([...analysed.diagnostics, ...interruptedNote(name, hello), ...refusals])
        const changes = analysed.plan.changes.length
        options.on?.({ event: 'planned', host: name, changes })
        const interrupted = hello.interrupted === undefined ? {} : { interrupted: hello.interrupted }
        const trial = trialOf(analysed.plan, host, options)
        const view: HostAnalysis = {
          host: name,
          status: refusals.length > 0 ? 'refused' : 'ready',
          plan: analysed.plan,
          list: analysed.list,
          diagnostics,
          generation,
          ...interrupted,
          ...(trial === undefined ? {} : { trial }),
          ...(analysed.packages === undefined ? {} : { packages: analysed.packages }),
        }
        analysedOf.set(view, analysed)
        return { view, analysed, session }
      } catch (error) {
        const { diagnostics, status } = reach.failure(error, name)
        options.on?.({ event: 'finished', host: name, status, changes: 0, message: diagnostics[0]?.summary ?? '' })
        const inConfig = error instanceof ConfigError ? { inConfig: true as const } : {}
        return { view: { host: name, status, diagnostics, generation, ...inConfig } }
      }
    }

  const settled = async (loop: Omit<LoopInput, 'support' | 'retention' | 'who'>): Promise<RunSummary> => {
    const options = maskedOptions(loop.options, secrets.mask)
    const support = trialSupport(config.inventory, connections, options)
    return maskedSummary(await settle({ ...loop, options, support, retention: config.retention, who }), secrets.mask)
  }

  const settleWith = (options: UpOptions, desire: Desire): Promise<RunSummary> =>
    settled({ hosts: reach.chosen(options).map((h) => h.name), assess: assess(options, desire, true), options })

  return {
    plan: async (options) => ({
      hosts: await reach.each(options, async (host) => {
        const { view } = await assess(options, fromConfig(reach), false)(host.name)
        return view
      }),
    }),
    up: (options) => settleWith(options, fromConfig(reach)),
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
      return settled({ hosts: saved.hosts, assess: check, options, once: true })
    },
    rollback: async ({ to }, options) => {
      const hosts = reach.chosen(options)
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
        const fixed = targets.get(host.name) ?? (await fromGeneration(reach, to)(host, hello, session))
        targets.set(host.name, fixed)
        return fixed
      }
      return settleWith({ ...options, allowRemovals: true }, desire)
    },
    drift: (options) =>
      reach.each(options, async (host) => {
        const { view } = await assess({ ...options, foresee: false }, inForce(reach), false)(host.name)
        return {
          host: host.name,
          status: view.status,
          drift: view.plan?.changes.filter((c) => c.steps.length > 0 || c.reason === 'drift') ?? [],
          diagnostics: view.diagnostics,
        }
      }),
  }
}
