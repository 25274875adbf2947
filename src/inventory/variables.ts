import type { VarValue } from './inventory.ts'

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
      vars[name] = value
      varLevels[name] = level
    }
  }
  return { vars, varLevels }
}
