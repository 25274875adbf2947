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
  closeAll(): Promise<void>
}

const connectTimeoutMs = 20_000

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
  const open = (host: InventoryHost, options: EngineOptions): Promise<HostSession> => {
    const known = sessions.get(host.name)
    if (known !== undefined) return known
    options.on?.({ event: 'connecting', host: host.name })
    const { becomePassword } = host
    const sudoPassword =
      becomePassword === undefined ? askOnce(options.sudoPassword) : () => passwordFrom(becomePassword, secrets)
    const opening = openSession(host, {
      configRoot,
      timeoutMs: connectTimeoutMs,
      ...(sudoPassword === undefined ? {} : { sudoPassword }),
    })
    sessions.set(host.name, opening)
    opening.catch(() => sessions.delete(host.name))
    return opening
  }
  return {
    open,
    hello: async (host, site, options) => (await open(host, options)).hello(site),
    closeAll: async () => {
      const all = await Promise.allSettled(sessions.values())
      sessions.clear()
      await Promise.allSettled(all.map((s) => (s.status === 'fulfilled' ? s.value.close() : undefined)))
    },
  }
}
