import type { Resource } from '../document/document.ts'
import type { LoweredStep } from '../resources/definition.ts'
import { partKey } from '../states/edits/edit.ts'
import type { Key } from '../steps/step.ts'

/** A lowered step, and which resource said it. */
export interface PlacedStep extends LoweredStep {
  readonly key: Key
  readonly resource: Resource
}

const kinds: Readonly<Record<string, string>> = {
  COPY: 'path',
  DIR: 'path',
  LINK: 'path',
  CHMOD: 'path',
  CHOWN: 'path',
  RM: 'path',
  USER: 'user',
  GROUP: 'group',
  PACKAGE: 'package',
  UNIT: 'unit',
  HOSTNAME: 'hostname',
  EXEC: 'exec',
}

/** The key that a step owns. A plug-in's verb owns `verb:target`. */
export const keyOfStep = (step: LoweredStep): Key =>
  step.verb === 'LINE' || step.verb === 'BLOCK'
    ? partKey(step.verb, step.target, step.args ?? {})
    : `${kinds[step.verb] ?? step.verb.toLowerCase()}:${step.target}`

/** `/a/b` → `/a`; undefined for the root. */
export const parentOf = (path: string): string | undefined => {
  if (path === '/') return undefined
  const at = path.lastIndexOf('/')
  return at <= 0 ? '/' : path.slice(0, at)
}

export const isPathVerb = (verb: string): boolean => kinds[verb] === 'path' || verb === 'LINE' || verb === 'BLOCK'
