import type { Op } from '../plan/plan.ts'
import { bytesOf, decode } from '../steps/encoding.ts'
import { alongOf } from './along.ts'
import { type Fields, garbage } from './answer.ts'
import { opLine } from './apply.ts'
import type { Along, Foreseen } from './session.ts'

export const foreseeRequest = (ops: readonly Op[]): Uint8Array => bytesOf(ops.map((op) => `${opLine(op)}\n`).join(''))

/** Collects the answer to `foresee`; what the ops name themselves is no surprise. */
export const foreseeAnswer = (ops: readonly Op[]) => {
  const named = new Set(ops.map((op) => op.step.target))
  const along: Along[] = []
  const unknown: string[] = []
  const each = ([kind, ...words]: Fields): void => {
    if (kind === 'along') along.push(alongOf(words))
    else if (kind === 'unknown') unknown.push(decode(words[0] ?? ''))
    else throw garbage(`an unknown line: ${kind.slice(0, 40)}`)
  }
  const done = (): Foreseen => ({ along: along.filter(({ name }) => !named.has(name)), unknown })
  return { each, done }
}
