import type { LoadedConfig } from '../config/index.ts'
import { hostNamed } from '../config/index.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Facts, Hello, HostSession } from '../host/session.ts'
import type { InventoryHost } from '../inventory/index.ts'
import { select } from '../inventory/index.ts'
import { openSecrets, type Secrets } from '../secrets/index.ts'
import type { Capability } from '../states/kind.ts'
import { type Connections, newConnections } from './connections.ts'
import { diagnosticsOf, statusOf } from './context.ts'
import { type Declared, declared } from './desire.ts'
import { cachedFacts, cacheFacts } from './facts-cache.ts'
import { recoveredNote } from './interrupted.ts'
import { maskedDiagnostics } from './masked.ts'
import { inParallel } from './parallel.ts'
import type { Registry } from './registry.ts'
import type { EngineOptions, HostResult } from './types.ts'

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

/** A host that answered. */
export interface Greeted {
  readonly host: InventoryHost
  readonly session: HostSession
  readonly hello: Hello
}

/** One loaded config, the hosts that it names, and how they are reached: what every method of the engine stands on. */
export interface Reach {
  readonly config: LoadedConfig
  readonly registry: Registry
  readonly secrets: Secrets
  readonly connections: Connections
  readonly site: string
  /** The hosts that the selector names. Throws when it names none. */
  chosen(options: EngineOptions): readonly InventoryHost[]
  /** What a host shall be, by what it said last time. Contacts nothing. */
  lower(host: InventoryHost): Promise<Declared>
  /** The selected hosts, several at once. */
  each<T>(options: EngineOptions, work: (host: InventoryHost) => Promise<T>): Promise<readonly T[]>
  /** As `each`, over an open session; what is thrown becomes the host's own failure. */
  perHost(
    options: EngineOptions,
    work: (host: InventoryHost, session: HostSession) => Promise<HostResult>,
  ): Promise<{ readonly hosts: readonly HostResult[] }>
  /** Connects and says hello; with `mayRecover` an interrupted transaction is settled first. */
  greet(host: InventoryHost, options: EngineOptions, mayRecover: boolean): Promise<Greeted>
  /** `greet` by name, changing nothing. Throws for an unknown host. */
  greeted(name: string, options: EngineOptions): Promise<Greeted>
  /** Diagnostics with every known secret masked. */
  shown(diagnostics: readonly Diagnostic[]): readonly Diagnostic[]
  /** The diagnostics and status of a host on which something was thrown. */
  failure(
    error: unknown,
    host: string,
  ): { readonly diagnostics: readonly Diagnostic[]; readonly status: ReturnType<typeof statusOf> }
  /** Where no plan is made, the host's secrets are read all the same, as far as they are there: to be masked. */
  knowSecrets(host: InventoryHost): Promise<void>
}

export const newReach = (config: LoadedConfig, registry: Registry): Reach => {
  const secrets = openSecrets({ configRoot: config.root, env: process.env })
  const connections = newConnections(config.root, secrets)
  const site = config.siteId

  /** What hosts said last time, for selectors such as `facts.os.id=debian`. */
  const knownFacts = (): ReadonlyMap<string, Facts> =>
    new Map(
      [...config.inventory.hosts.keys()].flatMap((name) => {
        const facts = cachedFacts(config.root, name)
        return facts === undefined ? [] : [[name, facts] as const]
      }),
    )

  const chosen: Reach['chosen'] = (options) => select(config.inventory, options.selector, knownFacts())

  const lower: Reach['lower'] = (host) =>
    declared(config, registry, { host, facts: cachedFacts(config.root, host.name), capabilities: capabilitiesOf(host) })

  const each: Reach['each'] = (options, work) => inParallel(chosen(options), options.parallel ?? defaultParallel, work)

  const shown: Reach['shown'] = (diagnostics) => maskedDiagnostics(diagnostics, secrets.mask)

  const failure: Reach['failure'] = (error, host) => {
    const diagnostics = shown(diagnosticsOf(error, host))
    return { diagnostics, status: statusOf(diagnostics) }
  }

  const greet: Reach['greet'] = async (host, options, mayRecover) => {
    const session = await connections.open(host, options)
    const hello = await session.hello(site)
    if (config.fixed !== true) cacheFacts(config.root, host.name, hello.facts)
    if (hello.interrupted === undefined || !mayRecover || hello.interrupted.alive) return { host, session, hello }
    options.on?.({ event: 'recovering', host: host.name })
    const result = await session.recover(() => {})
    options.on?.({ event: 'note', host: host.name, message: recoveredNote(hello.interrupted, result) })
    return { host, session, hello: await session.hello(site) }
  }

  return {
    config,
    registry,
    secrets,
    connections,
    site,
    chosen,
    lower,
    each,
    shown,
    failure,
    greet,
    greeted: (name, options) => greet(hostNamed(config.inventory, name), options, false),
    perHost: async (options, work) => ({
      hosts: await each(options, async (host) => {
        try {
          return await work(host, await connections.open(host, options))
        } catch (error) {
          return { host: host.name, changes: 0, generation: 0, ...failure(error, host.name) }
        }
      }),
    }),
    knowSecrets: async (host) => {
      const { desired } = await lower(host)
      const whole = [...(desired?.texts.values() ?? [])].flat()
      const holes = whole.flatMap((part) => (typeof part !== 'string' && 'derived' in part ? part.of : [part]))
      await Promise.allSettled(
        holes.flatMap((part) => (typeof part !== 'string' && 'secret' in part ? [secrets.resolve(part)] : [])),
      )
    },
  }
}
