import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { nearest } from '../../diagnostics/nearest.ts'
import type { Action } from '../command.ts'
import { exits } from '../exit.ts'
import type { Paint } from '../paint.ts'
import type { ResourceDoc } from '../ports.ts'
import { alignColumns } from '../view/table.ts'
import { printJson } from '../with-site.ts'

const indented = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n')

/** The page of one resource. */
export const renderResource = (doc: ResourceDoc, paint: Paint): string => {
  const own = doc.properties.map((p) => [`  ${p.name}${p.required ? '' : '?'}`, p.type, p.summary])
  const rows = [[`  ${doc.identity.name}`, 'first argument', doc.identity.summary], ...own]
  return [
    `${paint('bold', doc.call)} – ${doc.summary}\n`,
    doc.detail === '' ? '' : `\n${doc.detail.trimEnd()}\n`,
    `\n${paint('cyan', 'Properties')}\n${alignColumns(rows)}`,
    `  and those of every resource: after, onChange, restartOn, onRemoval, mode: 'enforce' | 'audit'\n`,
    doc.reversal === '' ? '' : `\n${paint('cyan', 'Way back')}\n${indented(doc.reversal)}\n`,
    ...doc.examples.map((example) => `\n${paint('cyan', 'Example')}\n${indented(example)}\n`),
  ].join('')
}

export const action: Action = async (invocation, context) => {
  const docs = await context.ports.resourceDocs()
  const [name] = invocation.args
  if (name === undefined) {
    if (context.globals.json) printJson({ resources: docs }, context)
    else context.output.out(alignColumns(docs.map((d) => [d.call, d.summary])))
    return exits.converged
  }
  const doc = docs.find((d) => d.name === name || d.call === name)
  if (doc === undefined) {
    const near = nearest(
      name,
      docs.flatMap((d) => [d.name, d.call]),
    )
    throw new DiagnosticError({
      severity: 'error',
      code: 'unknown-resource',
      summary: `there is no resource ${name}`,
      hint: near === undefined ? 'hexis resource lists all.' : `Did you mean ${near}? hexis resource lists all.`,
    })
  }
  if (context.globals.json) printJson(doc, context)
  else context.output.out(renderResource(doc, context.output.paintOut))
  return exits.converged
}
