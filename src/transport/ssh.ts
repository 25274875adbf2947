import { localChannel, type Transport } from './channel.ts'

export interface SshSettings {
  readonly user?: string
  readonly port?: number
  /** `SHA256:…`: only this key is accepted, whatever known_hosts says. */
  readonly hostKey?: string
  readonly identityFile?: string
  /** An OpenSSH configuration file instead of the user's own. */
  readonly configFile?: string
  readonly connectTimeoutSeconds?: number
  /** Further `-o` options, such as `ProxyCommand=…`. Those that Hexis sets itself win. */
  readonly options?: readonly string[]
}

/**
 * A pin says nothing of the key's type, and a server offers one key of the type that the client prefers: where that
 * is not the pinned one, the others are asked for in turn.
 */
const keyTypes: readonly (string | undefined)[] = [
  undefined,
  'ssh-ed25519',
  'ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521',
  'rsa-sha2-512,rsa-sha2-256',
]

/**
 * With a pin, OpenSSH asks this command for known keys (ssh_config(5), KnownHostsCommand, since 8.5): it answers with
 * the key that the server offers when its fingerprint is the pinned one. No scan beforehand, so it works through a
 * ProxyCommand too and the key checked is the key used.
 */
const pinOptions = (pin: string, attempt: number): readonly string[] => {
  const answer = `/bin/sh -c 'if [ "$1" = "$2" ]; then echo "$3" "$4" "$5"; fi' sh %f ${pin} %H %t %K`
  const type = keyTypes[attempt]
  return [
    'UserKnownHostsFile=none',
    'GlobalKnownHostsFile=none',
    'UpdateHostKeys=no',
    `KnownHostsCommand=${answer}`,
    ...(type === undefined ? [] : [`HostKeyAlgorithms=${type}`]),
  ]
}

export interface SshManner {
  /** Until the connection stands, where the settings name no time. */
  readonly timeoutMs: number
  /** A TCP connection of its own, whatever ControlMaster the user's configuration keeps. */
  readonly unshared: boolean
}

const sshArguments = (
  address: string,
  settings: SshSettings,
  how: SshManner & { readonly terminal: boolean; readonly attempt: number },
): readonly string[] => {
  const fixed = [
    'BatchMode=yes',
    `ConnectTimeout=${Math.ceil(settings.connectTimeoutSeconds ?? how.timeoutMs / 1000)}`,
    'ServerAliveInterval=15',
    'ServerAliveCountMax=4',
    'StrictHostKeyChecking=yes',
    'EscapeChar=none',
    'ForwardX11=no',
    'ForwardAgent=no',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    'RemoteCommand=none',
    'LogLevel=ERROR',
    ...(how.unshared ? ['ControlMaster=no', 'ControlPath=none'] : []),
    ...(settings.hostKey === undefined ? [] : pinOptions(settings.hostKey, how.attempt)),
    ...(settings.identityFile === undefined
      ? []
      : [`IdentityFile=${quoteOption(settings.identityFile)}`, 'IdentitiesOnly=yes']),
    ...(settings.options ?? []),
  ]
  return [
    how.terminal ? '-tt' : '-T',
    ...(settings.configFile === undefined ? [] : ['-F', settings.configFile]),
    ...(settings.user === undefined ? [] : ['-l', settings.user]),
    ...(settings.port === undefined ? [] : ['-p', String(settings.port)]),
    ...fixed.flatMap((option) => ['-o', option]),
    '--',
    address,
  ]
}

/** A value of ssh_config(5); percent signs are tokens there. */
const quoteOption = (text: string): string => `"${text.replaceAll('%', '%%').replaceAll('"', '\\"')}"`

/** The system's OpenSSH with the user's own configuration, agent, jump hosts and known hosts. Never asks anything. */
export const sshTransport = (address: string, settings: SshSettings, manner: SshManner): Transport => ({
  name: `ssh ${settings.user === undefined ? '' : `${settings.user}@`}${address}${settings.port === undefined ? '' : `:${settings.port}`}`,
  attempts: settings.hostKey === undefined ? 1 : keyTypes.length,
  connect: async (command, how) =>
    localChannel(['ssh', ...sshArguments(address, settings, { ...how, ...manner }), command]),
})
