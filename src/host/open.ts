import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts'
import { bytesOf } from '../steps/encoding.ts'
import { quote } from '../text/quote.ts'
import type { Channel, Transport } from '../transport/channel.ts'
import { connectFailure } from '../transport/failures.ts'
import { localTransport } from '../transport/local.ts'
import { type SshSettings, sshTransport } from '../transport/ssh.ts'
import { type Bootstrap, bootstrapCommand } from './bootstrap.ts'
import { greet } from './greeting.ts'
import { hostSession } from './host-session.ts'
import { HostReader } from './reader.ts'
import { runtimeText } from './runtime-text.ts'
import type { HostSession } from './session.ts'

/** What is needed to reach one host; every `InventoryHost` is one. */
export interface HostSettings {
  readonly name: string
  readonly connection: 'ssh' | 'local' | 'directory' | 'chroot'
  readonly address?: string
  /** Folder of a `directory` or `chroot` host; relative to `configRoot`. */
  readonly root?: string
  /** `debian/12`, for roots without an os-release. */
  readonly os?: string
  readonly ssh?: SshSettings
  readonly become?: 'sudo'
}

export interface OpenOptions {
  /** Until the host's shell is ready, password and all. */
  readonly timeoutMs: number
  readonly configRoot?: string
  /** A connection of its own: no ControlMaster of the user carries it. */
  readonly unshared?: true
  /** Asked only when sudo prompts. */
  readonly sudoPassword?: () => Promise<string>
  /** Path of the shell at the other end, for tests; `/bin/sh` else. */
  readonly shell?: string
  /** Further variables of the runtime, for tests: HX_PATH, HX_LOCK_WAIT. */
  readonly variables?: Readonly<Record<string, string>>
  /** The way to the host, for tests. */
  readonly transport?: Transport
  /** How long an answer may stay silent, for tests; else each request has its own time. */
  readonly idleMs?: number
}

/** A relative path of the config is meant from the config; `~` is OpenSSH's own. */
const fromConfig = (path: string, configRoot: string | undefined): string =>
  configRoot === undefined || path.startsWith('~') ? path : resolve(configRoot, path)

const sshSettings = (host: HostSettings, configRoot: string | undefined): SshSettings => {
  const { configFile, identityFile, ...rest } = host.ssh ?? {}
  return {
    ...rest,
    ...(configFile === undefined ? {} : { configFile: fromConfig(configFile, configRoot) }),
    ...(identityFile === undefined ? {} : { identityFile: fromConfig(identityFile, configRoot) }),
  }
}

const transportOf = (host: HostSettings, { timeoutMs, configRoot, unshared, transport }: OpenOptions): Transport => {
  if (transport !== undefined) return transport
  if (host.connection !== 'ssh') return localTransport(`${host.connection} ${host.root ?? ''}`.trim())
  return sshTransport(host.address ?? host.name, sshSettings(host, configRoot), {
    timeoutMs,
    unshared: unshared === true,
  })
}

/** One line of assignments; says everything, so that no variable of the login's environment is believed. */
const settingsLine = (host: HostSettings, root: string | undefined, options: OpenOptions): string => {
  const variables: Record<string, string> = {
    HX_ROOT: host.connection === 'directory' ? (root ?? '') : '',
    HX_OWNERS: '',
    HX_CONNECTION: host.connection,
    HX_SHELL: options.shell ?? '/bin/sh',
    HX_PATH: '',
    HX_TX: '',
    HX_LOCK_WAIT: '10',
    ...options.variables,
  }
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quote(value)}`)
    .join(' ')
}

const rootOf = (host: HostSettings, options: OpenOptions): string | undefined => {
  if (host.connection !== 'directory' && host.connection !== 'chroot') return undefined
  const root = host.root === undefined ? undefined : resolve(options.configRoot ?? '.', host.root)
  if (root !== undefined && !/[\n\r]/.test(root) && root !== '/') return root
  throw new DiagnosticError({
    severity: 'error',
    code: 'root-missing',
    summary: `a ${host.connection} host needs root: the folder to work in`,
    hint: `Write root: './${host.name}'.`,
    host: host.name,
  })
}

/** Opens a connection and reads the host's answer up to the point where its shell waits for the runtime. */
const connect = async (
  host: HostSettings,
  root: string | undefined,
  options: OpenOptions,
): Promise<{ channel: Channel; reader: HostReader }> => {
  const transport = transportOf(host, options)
  let terminal = false
  let otherKey: Diagnostic | undefined
  for (let attempt = 0; ; ) {
    const bootstrap: Bootstrap = {
      nonce: randomBytes(12).toString('hex'),
      shell: options.shell ?? '/bin/sh',
      become: host.become === 'sudo',
      terminal,
      ...(host.connection === 'chroot' && root !== undefined ? { chroot: root } : {}),
    }
    const channel = await transport.connect(bootstrapCommand(bootstrap), { terminal, attempt })
    const reader = new HostReader(channel.stdout)
    const outcome = await greet(host.name, channel, reader, bootstrap, options)
    if (outcome.is === 'ready') return { channel, reader }
    channel.kill()
    if (outcome.is === 'needs-terminal' && host.connection === 'ssh' && !terminal) {
      terminal = true
      continue
    }
    const failure = connectFailure(transport.name, outcome.ended, outcome.said, host.ssh?.hostKey !== undefined)
    if (failure.code === 'host-key-changed') otherKey ??= failure
    // The pinned key may be of another type than the one that was shown; a host need not have all types.
    if (otherKey === undefined || ++attempt >= transport.attempts)
      throw new DiagnosticError({ ...(otherKey ?? failure), host: host.name })
  }
}

/**
 * Opens a session: connects, becomes root where told, hands over the runtime. Rejects with a `DiagnosticError` whose
 * code says why (`unreachable`, `auth-refused`, `host-key-changed`, `sudo-wrong-password` …).
 */
export const openSession = async (host: HostSettings, options: OpenOptions): Promise<HostSession> => {
  const root = rootOf(host, options)
  const { channel, reader } = await connect(host, root, options)
  const runtime = runtimeText()
  const text = Buffer.from(runtime.text)
  void channel.write(Buffer.concat([bytesOf(`${settingsLine(host, root, options)}\n${text.length}\n`), text]))
  return hostSession({
    host: host.name,
    channel,
    reader,
    runtime,
    ...(host.os === undefined ? {} : { os: host.os }),
    ...(options.idleMs === undefined ? {} : { idleMs: options.idleMs }),
  })
}
