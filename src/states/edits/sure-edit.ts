import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Edit } from './edit.ts'
import { isAbsent } from './entry-lines.ts'

/**
 * The edit, made only where it holds what edits promise: done again it changes nothing, and undone every byte is as
 * before. Files can be written in ways in which no edit of them could be taken back; they are left alone, and said.
 */
export const sureEdit = (edit: Edit): Edit => ({
  ...edit,
  apply(text, args) {
    const done = edit.apply(text, args)
    if (done.text === text) return done
    const again = edit.apply(done.text, args).text === done.text
    if (again && (isAbsent(args) || edit.undo(done.text, args, done.had) === text)) return done
    throw new DiagnosticError({
      severity: 'error',
      code: 'cannot-edit',
      summary: `${edit.part(args)} cannot be set so that it could be taken back`,
      detail: 'The file is written in an unusual way around its place: an unclosed quote, a line that goes on.',
      hint: 'Correct that place by hand, or give the whole content by file().',
    })
  },
})
