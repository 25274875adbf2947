import type { VarValue } from './inventory.ts'

/** Values are shared by all hosts: a config that changed one in place would change the next host. */
const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const item of Object.values(value)) frozen(item)
  return value
}

export interface VarLevel {
  readonly level: string
  readonly vars: Readonly<Record<string, VarValue>>
}

/** Variables from the weakest level to the strongest: the last one that names a variable gives its whole value. */
export const resolveVars = (
  levels: readonly VarLevel[],
): { readonly vars: Readonly<Record<string, VarValue>>; readonly varLevels: Readonly<Record<string, string>> } => {
  const vars: Record<string, VarValue> = {}
  const varLevels: Record<string, string> = {}
  for (const { level, vars: own } of levels) {
    for (const [name, value] of Object.entries(own)) {
      vars[name] = frozen(value)
      varLevels[name] = level
    }
  }
  return { vars: Object.freeze(vars), varLevels: Object.freeze(varLevels) }
}
