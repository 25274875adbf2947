import { describe, expect, test } from 'vitest'
import * as functions from '../resources/index.ts'
import { resources } from '../resources/registry.ts'
import { resourceDoc } from './resource-docs.ts'

describe.each([...resources.values()])('the page of $type', (definition) => {
  const doc = resourceDoc(definition)

  test('says what every property is', () => {
    expect(doc.summary).not.toBe('')
    expect(doc.reversal).not.toBe('')
    for (const property of doc.properties) {
      expect(property.summary, property.name).not.toBe('')
      expect(property.type, property.name).not.toMatch(/undefined|any/)
    }
  })

  test('shows examples that are TypeScript, of a function that exists', () => {
    expect(functions).toHaveProperty(doc.call)
    expect(doc.examples.length).toBeGreaterThan(0)
    for (const example of doc.examples) expect(() => new Function(`return (${doc.call}) => ${example}`)).not.toThrow()
  })
})

test('parts of files are written with their id as a property', () => {
  const line = resources.get('line')
  expect(line && resourceDoc(line).examples[0]).toBe(
    "line('/etc/hosts', { id: 'db', match: /\\sdb$/, line: '10.0.0.5 db' })",
  )
})
