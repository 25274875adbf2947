import { expect, test } from 'vitest'
import { z } from 'zod'
import { schemaIssues } from './schema-issues.ts'

const schema = z.strictObject({
  content: z.union([z.string(), z.strictObject({ $text: z.array(z.unknown()) })]).optional(),
  mode: z.string().optional(),
  state: z.enum(['on', 'off']).optional(),
  nested: z.strictObject({ port: z.number().int().max(65535) }).optional(),
  list: z.array(z.strictObject({ name: z.string() })).optional(),
})

const say = (value: unknown) =>
  schemaIssues(schema, value, 'file').map((i) => `${i.code}: ${i.summary} ${i.hint ?? ''}`.trim())

test('says everything at once, in words', () => {
  expect(say({ contnet: 'x', mode: 644, state: 'offf', nested: { prot: 1, port: 'x' } })).toEqual([
    'wrong-type: mode must be text, not the number 644',
    "wrong-value: state must be 'on' or 'off', not the text 'offf' Did you mean 'off'?",
    "wrong-type: nested.port must be a number, not the text 'x'",
    "unknown-property: unknown property 'nested.prot' Did you mean 'port'?",
    "unknown-property: unknown property 'contnet' Did you mean 'content'?",
  ])
})

test('names what a union accepts', () => {
  expect(say({ content: 5 })).toEqual(['wrong-type: content must be text or a group of properties, not the number 5'])
  expect(say({ content: { $txt: [] } })[0]).toContain('$text')
})

test('names missing properties and the whole', () => {
  expect(say({ list: [{}] })).toEqual(['missing-property: list[0].name is missing; it must be text'])
  expect(say('x')).toEqual(["wrong-type: file must be a group of properties, not the text 'x'"])
  expect(say({ nested: { port: 70000 } })[0]).toContain('nested.port')
})

test('says why the name of a property does not fit', () => {
  const byName = z.record(z.string().regex(/^[a-z]+$/, 'a name has letters'), z.string())
  expect(schemaIssues(byName, { a1: 'x' }, 'file').map((i) => i.summary)).toEqual(['a1: a name has letters'])
})
