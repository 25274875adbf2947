import { expect, test } from 'vitest'
import { z } from 'zod'
import { documentDigest } from './canonical.ts'
import type { HostDocument, Resource } from './document.ts'
import { mergeResources } from './merge.ts'
import { validateDocument } from './validate.ts'

const schemas = new Map<string, z.ZodType>([
  ['file', z.strictObject({ content: z.string().optional(), mode: z.string().optional() })],
  ['service', z.strictObject({ running: z.boolean().optional() })],
])
const at = (line: number) => ({ file: 'site.ts', line, column: 3 })
const one = (
  type: string,
  id: string,
  props: Resource['props'],
  line: number,
  more: Partial<Resource> = {},
): Resource => ({
  type,
  id,
  props,
  source: at(line),
  ...more,
})
const document = (...resources: Resource[]): HostDocument => ({
  format: 'document/1',
  site: 's',
  host: 'web1',
  resources,
})

test('all mistakes at once, each with its line', () => {
  const found = validateDocument(
    document(
      one('file', '/a', { contnet: 'x' }, 1),
      one('file', '/b', { mode: 644 }, 2),
      one('flie', '/c', {}, 3),
      one('service', 'app', { running: 'yes' }, 4, { after: ['file:/aa'] }),
      one('service', 'web', { affter: [] }, 5),
    ),
    schemas,
  )
  expect(found.map((d) => `${d.source?.line} ${d.code}: ${d.summary} ${d.hint ?? ''}`.trim())).toEqual([
    "1 unknown-property: file '/a': unknown property 'contnet' Did you mean 'content'?",
    "2 wrong-type: file '/b': mode must be text, not the number 644",
    "3 unknown-resource: unknown resource 'flie' Did you mean 'file'?",
    "4 wrong-type: service 'app': running must be true or false, not the text 'yes'",
    "4 unknown-reference: service 'app': after names file:/aa, which this host does not declare Did you mean 'file:/a'?",
    "5 unknown-property: service 'web': unknown property 'affter' Did you mean 'after'?",
  ])
})

test('unequal declarations name both places, equal ones merge', () => {
  const a = one('file', '/a', { content: 'x' }, 1)
  expect(validateDocument(document(a, one('file', '/a', { content: 'y' }, 9)), schemas)).toMatchObject([
    { code: 'declared-twice', source: at(9), related: [{ source: at(1) }] },
  ])
  const merged = mergeResources([a, one('file', '/a', { content: 'x' }, 9)], 'web1')
  expect(merged).toEqual({ resources: [a], diagnostics: [] })
})

test('the digest does not depend on where things are written', () => {
  expect(documentDigest(document(one('file', '/a', {}, 1)))).toBe(documentDigest(document(one('file', '/a', {}, 7))))
  expect(documentDigest(document(one('file', '/a', {}, 1)))).not.toBe(
    documentDigest(document(one('file', '/b', {}, 1))),
  )
})
