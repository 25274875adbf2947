import type { DiagnosticCode } from '../diagnostics/codes.ts'
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Broken } from './reader.ts'

const inert = (text: string): string => text.replace(/[^\x20-\x7e\n]/g, '?').slice(0, 1000)

const failure = (host: string, code: DiagnosticCode, summary: string, hint: string, detail = ''): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code,
    summary,
    hint,
    host,
    ...(detail.trim() === '' ? {} : { detail: inert(detail.trim()) }),
  } satisfies Diagnostic)

/** A broken answer as a diagnostic; `doing` says what was asked (`observe`). */
export const answerFailure = (host: string, doing: string, why: Broken, detail: string): DiagnosticError => {
  switch (why) {
    case 'ended':
      return failure(host, 'connection-lost', `the connection was lost during ${doing}`, 'Run it again.', detail)
    case 'timed-out':
      return failure(
        host,
        'timeout',
        `the host did not answer in time to ${doing}`,
        'Is it overloaded, or does a probe command hang?',
        detail,
      )
    case 'too-much':
      return failure(
        host,
        'too-much-output',
        `the host sent more than it may in answer to ${doing}`,
        'Does something on the host print into the session?',
        detail,
      )
    case 'garbage':
      return failure(
        host,
        'garbage-from-host',
        `the host's answer to ${doing} cannot be understood`,
        'Does something on the host print into the session, or is another version of Hexis at work there?',
        detail,
      )
  }
}

/** Errors that the runtime reports, and what to do about each. */
const hints = {
  'root-missing': 'Make the folder, or correct root.',
  'root-left': 'Links inside the folder may not lead out of it.',
  'state-unreadable': "Log in as root, or set become: 'sudo'.",
  'state-unwritable': "Log in as root, or set become: 'sudo'.",
  'read-only': 'Mount it writable.',
  'disk-full': 'Make room and run it again.',
  'newer-format': 'Use the version of Hexis that wrote it, or a newer one.',
  'host-busy': 'Wait for it, or look on the host what it does.',
  interrupted: 'hexis recover settles it.',
  'no-such-generation': 'hexis log shows those that are there.',
  'not-held': 'hexis explain shows what is held.',
  'transaction-failed': 'hexis recover settles it.',
  'content-damaged': 'Run it again.',
  'transaction-exists': 'Run it again.',
  'generation-damaged': 'Roll back to another one; hexis fsck names what is damaged.',
  'ledger-damaged':
    'hexis fsck names what is damaged. Put the file back from a backup; or hexis forget, and Hexis starts anew from what is there.',
  'no-trial': 'hexis log shows what is in force.',
  'trial-not-ready': 'Run it again in a moment.',
  'trial-open': 'hexis recover settles it.',
  'unknown-kind': 'This is a defect of Hexis; please report it.',
} satisfies Partial<Record<DiagnosticCode, string>>

const isKnown = (code: string): code is keyof typeof hints => Object.hasOwn(hints, code)

/** An error that the runtime reports in so many words. */
export const hostError = (host: string, code: string, text: string): DiagnosticError => {
  if (!isKnown(code)) return answerFailure(host, 'a request', 'garbage', `${code} ${text}`)
  return failure(host, code, inert(text.split('\n')[0] ?? ''), hints[code], text.split('\n').slice(1).join('\n'))
}

export const sudoFailure = (
  host: string,
  code: 'sudo-needs-password' | 'sudo-wrong-password' | 'sudo-missing',
  detail = '',
): DiagnosticError => {
  switch (code) {
    case 'sudo-needs-password':
      return failure(
        host,
        code,
        'sudo wants a password and none is known',
        'Run it on a terminal, give becomePassword a secret, or allow NOPASSWD.',
        detail,
      )
    case 'sudo-wrong-password':
      return failure(
        host,
        code,
        'sudo did not take the password',
        'It was sent once and not again, so that no account is locked.',
        detail,
      )
    case 'sudo-missing':
      return failure(
        host,
        code,
        'the login is not root and the host has no sudo',
        'Log in as root, or install sudo there.',
        detail,
      )
  }
}
