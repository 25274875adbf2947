import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Args } from '../../steps/step.ts'
import type { Edited } from './edit.ts'
import { edits } from './index.ts'
import { readJson } from './json-tree.ts'
import { type Data, pointer } from './pointer.ts'
import { readToml } from './toml-tree.ts'
import { readYaml } from './yaml-tree.ts'

const texts: Readonly<Record<string, readonly string[]>> = {
  JSON: ['', '{}', '{\n  "a": {\n    "x": 1 // one\n  },\n  "b": [1],\n}\n', '{"a":{},"c":{"y":null}}'],
  YAML: [
    '',
    '# only\n',
    'a: # t\n  x: 1 # one\n\nb: [1]\n',
    'a: {}\nc: {y: ~} # c\n',
    'a:\nc:\n  y:\n    - 1 # i\n  # end\n',
  ],
  TOML: [
    '',
    '# only\n',
    'b = [1]\n[a] # t\n  x=1 # one\n\n[c]\ny = 1\n',
    'a = {}\nc = { y = 1 } # c\n',
    'a.x = 1\n\n[c.y]\nz = 1',
  ],
}
const reads: Readonly<Record<string, (text: string) => Data | undefined>> = {
  JSON: (text) => readJson(text)?.value,
  YAML: (text) => readYaml(text).value ?? undefined,
  TOML: (text) => readToml(text).value,
}
/** Without tables that hold nothing: one that was empty before goes with the last of several keys. */
const full = (data: Data | undefined): unknown => {
  if (data === null) return undefined
  if (typeof data !== 'object' || Array.isArray(data)) return data
  const entries = Object.entries(data).map(([name, inner]: readonly [string, Data]) => [name, full(inner)] as const)
  const kept = entries.filter(([, inner]) => inner !== undefined)
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

const key = fc.constantFrom('a', 'b', 'c', 'x', 'y', 'n')
const anyArgs = fc
  .tuple(fc.array(key, { minLength: 1, maxLength: 3 }), fc.constantFrom<Data>(5, 'two words', ['l'], { k: true }))
  .map(([at, value]): Args => ({ at: pointer(at), value: JSON.stringify(value) }))
/** Two places of which none lies in the other. */
const anyTwo = fc
  .tuple(anyArgs, anyArgs)
  .filter(([one, two]) => !`${one.at}/`.startsWith(`${two.at}/`) && !`${two.at}/`.startsWith(`${one.at}/`))

describe.each(['JSON', 'YAML', 'TOML'])('two values of a %s file', (verb) => {
  const edit = edits.get(verb)
  const read = reads[verb]
  if (edit === undefined || read === undefined) throw new Error(verb)
  const tried = (text: string, args: Args): Edited | undefined => {
    try {
      return edit.apply(text, args)
    } catch {
      return undefined
    }
  }
  const anyText = fc.constantFrom(...(texts[verb] ?? []))

  test('undone one after the other, every byte is as before', () => {
    let done = 0
    fc.assert(
      fc.property(anyText, anyTwo, (text, [one, two]) => {
        const first = tried(text, one)
        const second = first && tried(first.text, two)
        if (first === undefined || second === undefined) return
        done++
        expect(edit.apply(second.text, one).text).toBe(second.text)
        expect(edit.undo(edit.undo(second.text, two, second.had), one, first.had)).toBe(text)
      }),
      { numRuns: 300 },
    )
    expect(done).toBeGreaterThan(100)
  })

  test('undone in the other order, the file says the same as before', () => {
    fc.assert(
      fc.property(anyText, anyTwo, (text, [one, two]) => {
        const first = tried(text, one)
        const second = first && tried(first.text, two)
        if (first === undefined || second === undefined) return
        const half = edit.undo(second.text, one, first.had)
        expect(edit.apply(half, two).text).toBe(half)
        expect(full(read(edit.undo(half, two, second.had)))).toEqual(full(read(text)))
      }),
      { numRuns: 300 },
    )
  })
})
