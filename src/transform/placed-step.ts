import type { Resource } from '../document/document.ts'
import type { LoweredStep } from '../resources/definition.ts'
import type { StateKind } from '../states/kind.ts'
import { makeStep } from '../steps/parse.ts'
import type { Key } from '../steps/step.ts'

/** A lowered step, the key that it owns, and which resource said it. */
export interface PlacedStep extends LoweredStep {
  readonly key: Key
  /** Name of the kind of state that it changes. */
  readonly kind: string
  readonly resource: Resource
}

/** A verb that no kind knows owns `verb:target`; the engine refuses it before anything runs. */
export const placeOfStep = (
  step: LoweredStep,
  kind: StateKind | undefined,
): { readonly key: Key; readonly kind: string } =>
  kind === undefined
    ? { key: `${step.verb.toLowerCase()}:${step.target}`, kind: step.verb.toLowerCase() }
    : { key: kind.keyOf(makeStep(step)), kind: kind.name }

/** `/a/b` → `/a`; undefined for the root. */
export const parentOf = (path: string): string | undefined => {
  if (path === '/') return undefined
  const at = path.lastIndexOf('/')
  return at <= 0 ? '/' : path.slice(0, at)
}

export const isPathStep = (step: PlacedStep): boolean => step.kind === 'path'
