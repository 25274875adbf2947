import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { textsBeside } from './index.ts'

test('texts beside a module come sorted, with their paths as seen from it', () => {
  const found = textsBeside(import.meta.dirname, '../text/texts-*.ts')
  expect(found.map(([path]) => path)).toEqual(['../text/texts-beside.test.ts', '../text/texts-beside.ts'])
  expect(found[0]?.[1]).toContain(basename(import.meta.filename, '.test.ts'))
  expect(textsBeside(import.meta.dirname, 'nothing-*')).toEqual([])
})
