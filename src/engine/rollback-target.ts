import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Hello } from '../host/session.ts'
import type { Generation } from '../ledger/ledger.ts'

const unknown = (to: string, host: string, generations: readonly Generation[]): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'unknown-generation',
    summary: `there is no generation '${to}' on this host`,
    hint:
      generations.length === 0
        ? 'Hexis has no generation there yet.'
        : `There are: 0 (before Hexis), ${generations.map((g) => g.number).join(', ')}; hexis log ${host} shows them.`,
    host,
  })

/** The generation that `--to` means on one host; 0 = before Hexis. */
export const rollbackGeneration = (to: string, host: string, hello: Hello): number => {
  const { generations, ledger } = hello
  if (/^\d{1,6}$/.test(to)) {
    const number = Number(to)
    if (number === 0 || generations.some((g) => g.number === number)) return number
    throw unknown(to, host, generations)
  }
  if (to === 'previous') {
    const earlier = generations.filter((g) => g.number < ledger.generation).at(-1)
    return earlier?.number ?? 0
  }
  const match = /^[0-9a-f]{7,64}$/.test(to) ? generations.filter((g) => g.commit.startsWith(to)).at(-1) : undefined
  if (match === undefined) throw unknown(to, host, generations)
  return match.number
}
