import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Finding } from '../host/session.ts'

/** What helps, by where the file lies. */
const hints: readonly (readonly [RegExp, string])[] = [
  [/^sites\/[^/]+\/ledger$/, 'Put it back from a backup; or hexis forget, and Hexis starts anew from what is there.'],
  [
    /^sites\/[^/]+\/sums$/,
    'The next hexis up writes it anew, once the ledger beside it is known to be right; else hexis forget.',
  ],
  [/^sites\//, 'This generation can no longer be rolled back to; those beside it can.'],
  [/^journal\//, 'Closed journals are for people: it may be removed.'],
  [/^blobs\/inodes\//, 'What was before Hexis is lost here; put the file back from a backup, or let it be.'],
  [/^blobs\//, 'Remove it: the next hexis up brings it again.'],
  [/^runtime\//, 'Remove it: the next contact brings it again.'],
]

const otherwise = 'Look at it on the host; docs/spec/host-contract.md says what lies there.'

/** A finding as people read it. */
export const findingDiagnostic = (host: string, found: Finding): Diagnostic => ({
  severity: found.severity,
  code: found.severity === 'error' ? 'state-damaged' : 'state-odd',
  summary: `${found.file === '' ? 'the state directory' : found.file}: ${found.text}`,
  hint: hints.find(([where]) => where.test(found.file))?.[1] ?? otherwise,
  host,
})
