import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { globals } from '../../src/cli/table/options.ts'
import { commands } from '../../src/cli/table/table.ts'

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')

test.each(commands)('docs/cli.md names $name', ({ name }) => {
  expect(page).toMatch(new RegExp(`\`${name}\\b`))
})

test.each(globals)('docs/cli.md names --$name', ({ name, short }) => {
  expect(page.includes(`--${name}`) || page.includes(`\`-${short}`)).toBe(true)
})
