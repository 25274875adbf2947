import { blockEdit } from './block.ts'
import type { Edit } from './edit.ts'
import { lineEdit } from './line.ts'

export { applyBlock, undoBlock } from './block.ts'
export type { Edit, Edited } from './edit.ts'
export { applyLine, undoLine } from './line.ts'

/** The edits by the verb that spells them. */
export const edits: ReadonlyMap<string, Edit> = new Map([lineEdit, blockEdit].map((edit) => [edit.verb, edit]))
