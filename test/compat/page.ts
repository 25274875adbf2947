import type { Row, Table } from './row.ts'
import { isRefused } from './row.ts'

const head = `# Compatibility

What the resources do in cases that people know from other tools of this kind. Every row is a test: \`given\` is shell
text that prepares, \`when\` is what a config declares, \`then\` is what a look shows after one run. For every row that
holds, the test also says that a second run changes nothing, that all is as before after a rollback to before Hexis, and
that all is as before once it is no longer declared, but for what is said to stay. For every row that is refused, it says that the diagnostic names the line of the config
and that nothing was changed. \`/d\` is a directory of the row's own, where the shell text runs; \`⏎\` is a line end. This
page is printed from \`test/compat/*.table.ts\` by \`./dev compat --write\`.

`

/** Inline code of Markdown that holds any text, also in a table. */
const code = (text: string): string => {
  const line = text.trim().replaceAll('\n', ' ⏎ ').replaceAll('|', '\\|')
  const runs = [...line.matchAll(/\x60+/g)].map(([run]) => run.length)
  const fence = '\x60'.repeat(1 + Math.max(0, ...runs))
  const blank = runs.length > 0 ? ' ' : ''
  return `${fence}${blank}${line}${blank}${fence}`
}

const look = (command: string, prints: string): string =>
  prints === '' ? `${code(command)}: nothing` : `${code(command)}: ${code(prints)}`

const declared = (when: string): string => code(when.trim().replace(/\n\s*/g, '; '))

const outcome = (row: Row): string => {
  const known = row.known === undefined ? [] : [`**does not hold yet**: ${row.known}`]
  const left =
    row.stays === undefined ? [] : [`stays: ${row.stays[0]}${'forGood' in row ? ', also after a rollback' : ''}`]
  if (isRefused(row)) return [`refused, ${code(row.refused.code)}: ${row.refused.says}`, ...left, ...known].join('<br>')
  const { plan, says, shows, later } = row
  return [
    ...(plan === undefined ? [] : [plan.length === 0 ? 'nothing to do' : `plan: ${plan.map(code).join(', ')}`]),
    ...(says === undefined ? [] : [`the plan says ${code(says)}`]),
    look(...shows),
    ...(later?.byHand === undefined ? [] : [`then by hand ${code(later.byHand)}`]),
    ...(later?.when === undefined ? [] : [`then declared ${declared(later.when)}`]),
    ...(later === undefined ? [] : [look(...later.shows)]),
    ...left,
    ...known,
  ].join('<br>')
}

const line = (row: Row): string => {
  const given = row.given === undefined ? '' : code(row.given.trim().replace(/\n\s*/g, '; '))
  return `| ${row.name.replaceAll('|', '\\|')} | ${given} | ${declared(row.when)} | ${outcome(row)} |\n`
}

const section = ({ resource, on, setup, rows }: Table): string => {
  const prepared = setup === undefined ? '' : ` Before all of them: ${code(setup.trim().replace(/\n\s*/g, '; '))}.`
  return `## ${resource}

${rows.length} rows, tried on ${on}.${prepared}

| behaviour | given | when | then |
|---|---|---|---|
${rows.map(line).join('')}`
}

/** The page of all tables. */
export const page = (tables: readonly Table[]): string => `${head}${tables.map(section).join('\n')}`
