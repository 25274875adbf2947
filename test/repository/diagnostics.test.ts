import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { diagnosticCodes } from '../../src/diagnostics/codes.ts'
import { repository, tracked } from './tracked.ts'

// That a diagnostic has no other code than these is the compiler's to check.

const documented = [...readFileSync(`${repository}/docs/diagnostics.md`, 'utf8').matchAll(/^\| `([a-z-]+)` \|(.*)$/gm)]

test('docs/diagnostics.md has every code, once, and no other', () => {
  expect(documented.map(([, code]) => code).toSorted()).toEqual([...diagnosticCodes].toSorted())
})

test('every code is said what it means and what to do', () => {
  expect(
    documented.filter(([, , rest]) => !/^ [^|]{10,} \| [^|]{5,} \|$/.test(rest ?? '')).map(([row]) => row),
  ).toEqual([])
})

test('every code is used by the source', () => {
  const sources = tracked('src/**/*.ts')
    .filter((file) => !file.endsWith('.test.ts') && file !== 'src/diagnostics/codes.ts')
    .map((file) => readFileSync(`${repository}/${file}`, 'utf8'))
    .join('\n')
  expect(diagnosticCodes.filter((code) => !sources.includes(`'${code}'`) && !sources.includes(`  ${code}:`))).toEqual(
    [],
  )
})

test('codes are in the order of the alphabet', () => {
  expect(diagnosticCodes).toEqual([...diagnosticCodes].toSorted())
})
