import { blockEdit } from './block.ts'
import type { Edit } from './edit.ts'
import { envEdit } from './env.ts'
import { iniEdit } from './ini.ts'
import { jsonEdit } from './json.ts'
import { lineEdit } from './line.ts'
import { tomlEdit } from './toml.ts'
import { yamlEdit } from './yaml.ts'

export { applyBlock, undoBlock } from './block.ts'
export type { Edit, Edited } from './edit.ts'
export { applyLine, undoLine } from './line.ts'

/** The edits by the verb that spells them. */
export const edits: ReadonlyMap<string, Edit> = new Map(
  [lineEdit, blockEdit, iniEdit, envEdit, jsonEdit, yamlEdit, tomlEdit].map((edit) => [edit.verb, edit]),
)
