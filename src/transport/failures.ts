import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Ended } from '../process/start.ts'

interface Failure {
  readonly code: DiagnosticCode
  readonly pattern: RegExp
  readonly summary: string
  readonly hint: string
}

/** What OpenSSH says, in the order in which it is looked for. Its messages are not translated. */
const sshFailures: readonly Failure[] = [
  {
    code: 'host-key-changed',
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|Offending .* key|revoked host key/i,
    summary: 'the host shows another key than the one known for it',
    hint: 'Somebody may be listening. Only if you know why the key changed: ssh-keygen -R HOST, then accept the new one.',
  },
  {
    code: 'host-key-unknown',
    pattern: /No \S+ host key is known|Host key verification failed|authenticity of host/i,
    summary: 'the key of the host is not known',
    hint: 'Connect once by hand with ssh and compare the fingerprint, or pin it: ssh: { hostKey: "SHA256:…" }.',
  },
  {
    code: 'auth-refused',
    pattern: /Permission denied|Too many authentication failures|No more authentication methods|sign_and_send_pubkey/i,
    summary: 'the host refused the login',
    hint: 'Check the user name and that the right key is loaded: ssh-add -l.',
  },
  {
    code: 'bad-ssh-option',
    pattern: /Bad configuration option|command-line line \d+|no argument after keyword|unsupported option/i,
    summary: 'ssh does not understand its options',
    hint: 'Look at ssh.options and the ssh configuration; ssh.hostKey needs OpenSSH 8.5 or newer on this machine.',
  },
  {
    code: 'unreachable',
    pattern: /Could not resolve|Name or service not known/i,
    summary: 'the name of the host is not known',
    hint: 'Write an address in the inventory, or a Host entry in the ssh configuration.',
  },
  {
    code: 'unreachable',
    pattern:
      /Connection refused|timed out|No route to host|Network is unreachable|kex_exchange_identification|banner|Connection (?:closed|reset)|not responding/i,
    summary: 'the host cannot be reached',
    hint: 'Is it up, and does its ssh port answer?',
  },
]

const sudoFailures: readonly Failure[] = [
  {
    code: 'sudo-refused',
    pattern: /not in the sudoers file|is not allowed to (?:run|execute)|may not run sudo/i,
    summary: 'the login may not use sudo for this',
    hint: 'Give it a sudoers entry that allows /bin/sh, or log in as root.',
  },
]

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-8).join('\n')

/** Why a connection ended before the other end was ready. */
export const connectFailure = (name: string, ended: Ended, stderr: string, pinned: boolean): Diagnostic => {
  const base = { severity: 'error' as const, ...(stderr.trim() === '' ? {} : { detail: lastLines(stderr) }) }
  if (ended.is === 'unstartable') {
    return {
      ...base,
      code: 'unreachable',
      summary: `${name}: ${ended.why}`,
      hint: 'Is OpenSSH installed on this machine?',
    }
  }
  const known = [...sudoFailures, ...sshFailures].find((f) => f.pattern.test(stderr))
  if (known?.code === 'host-key-unknown' && pinned) {
    return {
      ...base,
      code: 'host-key-changed',
      summary: `${name}: the host has no key with the pinned fingerprint`,
      hint: 'Compare ssh.hostKey with ssh-keygen -lf on the host. If the host was not set up anew, somebody may be listening.',
    }
  }
  if (known !== undefined) return { ...base, code: known.code, summary: `${name}: ${known.summary}`, hint: known.hint }
  if (ended.is === 'exited' && ended.status === 255) {
    return {
      ...base,
      code: 'unreachable',
      summary: `${name}: the connection could not be made`,
      hint: 'Try it by hand with ssh -v.',
    }
  }
  const how = ended.is === 'exited' ? `status ${ended.status}` : `signal ${ended.signal}`
  return {
    ...base,
    code: 'garbage-from-host',
    summary: `${name}: the host started no shell (${how})`,
    hint: 'Does the login have a shell, and is there a /bin/sh? Try by hand: ssh HOST "exec /bin/sh -c true".',
  }
}
