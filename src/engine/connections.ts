import { openSession } from '../host/open.ts'
import type { Hello, HostSession } from '../host/session.ts'
import type { InventoryHost } from '../inventory/index.ts'
import type { Secrets } from '../secrets/index.ts'
import { partsOf } from '../text/index.ts'
import type { Text } from '../text/text.ts'
import { fillText } from './fill.ts'
import type { EngineOptions } from './types.ts'

/** The open sessions of one run, at most one a host, opened when first needed. */
export interface Connections {
  open(host: InventoryHost, options: EngineOptions): Promise<HostSession>
  /** `hello` of an open session, asked again after everything that changes the answer. */
  hello(host: InventoryHost, site: string, options: EngineOptions): Promise<Hello>
  /** One more session, over a connection that is shared with nothing. */
  fresh(host: InventoryHost, timeoutMs: number, options: EngineOptions): Promise<HostSession>
  /** This session takes the place of the host's. */
  adopt(host: InventoryHost, session: HostSession): void
  closeAll(): Promise<void>
}

export const connectTimeoutMs = 20_000

/** The sudo password that the config refers to. */
const passwordFrom = async (password: Text, secrets: Secrets): Promise<string> => {
  const { bytes } = await fillText('becomePassword', partsOf(password), { secrets, facts: {}, probes: new Map() })
  return Buffer.from(bytes).toString('utf8')
}

export const newConnections = (configRoot: string, secrets: Secrets): Connections => {
  const sessions = new Map<string, Promise<HostSession>>()
  let password: Promise<string> | undefined
  const askOnce = (ask: (() => Promise<string>) | undefined): (() => Promise<string>) | undefined =>
    ask === undefined ? undefined : () => (password ??= ask())
  const connect = (
    host: InventoryHost,
    options: EngineOptions,
    how: { readonly timeoutMs: number; readonly unshared?: true },
  ): Promise<HostSession> => {
    const { becomePassword } = host
    const sudoPassword =
      becomePassword === undefined ? askOnce(options.sudoPassword) : () => passwordFrom(becomePassword, secrets)
    return openSession(host, { configRoot, ...how, ...(sudoPassword === undefined ? {} : { sudoPassword }) })
  }
  const open = (host: InventoryHost, options: EngineOptions): Promise<HostSession> => {
    const known = sessions.get(host.name)
    if (known !== undefined) return known
    options.on?.({ event: 'connecting', host: host.name })
    const opening = connect(host, options, { timeoutMs: connectTimeoutMs })
    sessions.set(host.name, opening)
    opening.catch(() => sessions.delete(host.name))
    return opening
  }
  return {
    open,
    hello: async (host, site, options) => (await open(host, options)).hello(site),
    fresh: (host, timeoutMs, options) => connect(host, options, { timeoutMs, unshared: true }),
    adopt: (host, session) => {
      const before = sessions.get(host.name)
      sessions.set(host.name, Promise.resolve(session))
      // It may be dead, or answer late.
      void before?.then((old) => old.close()).catch(() => {})
    },
    closeAll: async () => {
      const all = await Promise.allSettled(sessions.values())
      sessions.clear()
      await Promise.allSettled(all.map((s) => (s.status === 'fulfilled' ? s.value.close() : undefined)))
    },
  }
}
