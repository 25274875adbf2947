import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatList, lintList, parseList } from './list.ts'

const folder = join(import.meta.dirname, 'corpus')
const verbs = new Set(['COPY', 'DIR', 'LINK', 'LINE', 'RM', 'CHMOD', 'GROUP', 'USER', 'UNIT', 'EXEC'])

/** What `hexis steps fmt` and `hexis steps lint` make of a file, as text. */
const golden = (name: string): string => {
  const text = readFileSync(join(folder, name), 'utf8')
  const list = parseList(text, name)
  const said = lintList(text, name, verbs).map(
    (d) => `${d.severity}[${d.code}] ${d.source?.line ?? '-'}:${d.source?.column ?? '-'} ${d.summary}\n`,
  )
  const wrong = list.diagnostics.some((d) => d.severity === 'error')
  return `${said.join('')}${wrong ? '' : `---\n${formatList(list)}`}`
}

/**
 * Lists that must be read, written and judged the same for ever. A golden file changes only where the language does:
 * with a new version of it, and a line in the changelog.
 */
describe('the golden corpus', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.steps'))

  test.each(names)('%s', async (name) => {
    await expect(golden(name)).toMatchFileSnapshot(join(folder, name.replace('.steps', '.golden')))
  })

  test.each(names.filter((name) => !['wrong.steps', 'newer.steps'].includes(name)))(
    'the canonical form of %s is a fixed point',
    (name) => {
      const canonical = formatList(parseList(readFileSync(join(folder, name), 'utf8'), name))
      expect(formatList(parseList(canonical, name))).toBe(canonical)
    },
  )
})
