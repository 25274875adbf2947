import { describe, expect, test } from 'vitest'
import { planLines, planOf } from './plan-table.ts'

test('parts go in the reverse of the order in which they came, wherever they stand in the list', () => {
  const held = {
    'path:/a#json:/t/late': {
      origin: 'type=absent',
      last: 'text=1 type=text',
      step: 'JSON /a at=/t/late value=1',
      generation: 2,
    },
    'path:/a#json:/t/early': {
      origin: 'text=@1%20{%20} type=text',
      last: 'text=1 type=text',
      step: 'JSON /a at=/t/early value=1',
    },
  }
  const files = { '/a': '{"t":{"early":1,"late":1}}' }
  const { edited } = planOf({ held, files, observed: { 'path:/a': 'content=F nlink=1 type=file' } })
  expect(edited.get('/a')?.after).toBe('{"t":{ }}')
})

describe('what is there, but no text, is neither edited nor replaced', () => {
  test.each([
    ['content=F mode=0644 nlink=1 type=file', 'larger than Hexis edits, or no text in UTF-8'],
    ['mode=0755 type=dir', 'a directory'],
    ['target=/b type=link', 'a link; edit the file that it leads to'],
    ['type=other', 'no file'],
  ])('%s', (seen, says) => {
    for (const step of ['LINE /a create=yes id=i line=l', 'LINE /a id=i line=l', 'LINE /a absent=yes id=i line=l']) {
      const given = { wanted: [step], files: { '/a': undefined }, observed: { 'path:/a': seen } }
      expect(planLines(given)).toEqual(['error[cannot-edit] path:/a'])
      expect(planOf(given).diagnostics[0]?.summary).toBe(`/a cannot be edited by line: it is ${says}`)
    }
  })

  test('what is not there is made', () => {
    const given = {
      wanted: ['LINE /a create=yes id=i line=l'],
      files: { '/a': undefined },
      observed: { 'path:/a': 'type=absent' },
    }
    expect(planLines(given)).toEqual(['new create path:/a#line:i: LINE /a create=yes id=i line=l'])
  })
})
