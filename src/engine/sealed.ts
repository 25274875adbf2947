import { createHash, randomBytes } from 'node:crypto'
import type { Observation } from '../host/session.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { actionsOf, argsOf, makeStep } from '../steps/parse.ts'
import type { Key, Step } from '../steps/step.ts'

/** A text with holes whose bytes are known now: `name` as lowering wrote it (`sealed:D` or `held:D`). */
export interface FilledText {
  readonly name: string
  readonly bytes: Uint8Array
  /** False for probe output alone, which is no secret and is named by its plain hash. */
  readonly secret: boolean
}

const newId = (): string => randomBytes(12).toString('hex')

/**
 * The final blob name of a filled text on one host. Secret text that the host already holds keeps the name that the
 * ledger knows; new or changed text gets a new random one, so that a name never says anything of the content.
 */
const finalName = (filled: FilledText, key: Key, aspect: string, observed: Observation, ledger: Ledger): string => {
  if (!filled.secret) return createHash('sha256').update(filled.bytes).digest('hex')
  const now = observed.states.get(key)?.[aspect]
  const last = ledger.entries.get(key)?.last[aspect]
  if (now === 'sealed:equal' && last?.startsWith(`${filled.name}@`)) return last
  return `${filled.name}@${newId()}`
}

const aspectOf = (argument: string): string => (argument === 'blob' ? 'content' : argument)

export interface Sealed {
  readonly steps: readonly Step[]
  /** Observed states in which `sealed:equal` was replaced by the wanted name. */
  readonly observation: Observation
  /** Final blob name → bytes. */
  readonly blobs: ReadonlyMap<string, Uint8Array>
}

/** Puts final names into the steps and makes the observed states comparable with them. */
export const sealSteps = (
  steps: readonly Step[],
  filled: ReadonlyMap<string, FilledText>,
  keyOf: (step: Step) => Key | undefined,
  observation: Observation,
  ledger: Ledger,
): Sealed => {
  if (filled.size === 0) return { steps, observation, blobs: new Map() }
  const states = new Map(observation.states)
  const blobs = new Map<string, Uint8Array>()
  const out = steps.map((step) => {
    if (!/=(sealed|held):/.test(step.text)) return step
    const key = keyOf(step)
    const args: Record<string, string> = { ...argsOf(step) }
    for (const [name, value] of Object.entries(args)) {
      const text = filled.get(value)
      if (text === undefined || key === undefined) continue
      const aspect = aspectOf(name)
      const final = finalName(text, key, aspect, observation, ledger)
      args[name] = final
      blobs.set(final, text.bytes)
      const state = states.get(key)
      if (state?.[aspect] === 'sealed:equal') states.set(key, { ...state, [aspect]: final })
    }
    return makeStep({
      verb: step.verb,
      target: step.target,
      args,
      actions: actionsOf(step),
      ...(step.source === undefined ? {} : { source: step.source }),
    })
  })
  return { steps: out, observation: { ...observation, states }, blobs }
}
