import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openCheckout } from '../../src/agent/checkout/checkout.ts'
import { makeOrigin, type Origin } from './origin.ts'

const made: Origin[] = []
const origin = (format?: 'sha1' | 'sha256'): Origin => {
  const fresh = makeOrigin(format)
  made.push(fresh)
  return fresh
}
afterAll(() => {
  for (const { folder } of made) rmSync(folder, { recursive: true, force: true })
})
const agentOf = (of: Origin, more: { allowedSigners?: string; depth?: number; paths?: readonly string[] } = {}) =>
  openCheckout({ folder: join(of.folder, 'agent'), repository: of.path, ...more })

const because = (trust: Awaited<ReturnType<ReturnType<typeof openCheckout>['verify']>>): string =>
  trust.is === 'untrusted' ? trust.because : `trusted by ${trust.by}`

describe('a checkout', () => {
  test.each(['sha1', 'sha256'] as const)('fetches, and places the files of a commit (%s)', async (format) => {
    const from = origin(format)
    const first = from.commit('site.ts', 'one')
    const agent = agentOf(from)
    const fetched = await agent.fetch('main')
    expect(fetched.upstream).toBe(first)
    expect(Math.abs(fetched.upstreamTime - Date.now() / 1000)).toBeLessThan(600)
    const folder = await agent.place(first)
    expect(readFileSync(join(folder, 'site.ts'), 'utf8')).toBe('one')
    const second = from.commit('site.ts', 'two')
    expect((await agent.fetch('main')).upstream).toBe(second)
    expect(await agent.verify(second, first, false)).toEqual({
      is: 'trusted',
      by: 'unsigned (no allowed signers configured)',
    })
    expect(readFileSync(join(await agent.place(second), 'site.ts'), 'utf8')).toBe('two')
    expect(readFileSync(join(folder, 'site.ts'), 'utf8')).toBe('one')
    expect(await agent.knows(first)).toBe(true)
    expect(await agent.knows('0'.repeat(first.length))).toBe(false)
  })

  test('a branch that was rewritten does not follow the commit in force, another branch on purpose may', async () => {
    const from = origin()
    from.commit('a', '1')
    const second = from.commit('a', '2')
    const agent = agentOf(from, { depth: 1 })
    await agent.fetch('main')
    await agent.place(second)
    from.git('reset', '-q', '--hard', 'HEAD~1')
    const third = from.commit('a', '3')
    expect((await agent.fetch('main')).upstream).toBe(third)
    expect(because(await agent.verify(third, second, false))).toMatch(/does not follow .* history .* was rewritten/)
    expect((await agent.verify(third, second, true)).is).toBe('trusted')
    expect(await agent.knows(second)).toBe(true)
    expect(readdirSync(await agent.place(second))).toEqual(['a'])
  })
})

describe('signatures', () => {
  test('who signed is said, and every other case has its sentence', async () => {
    const from = origin()
    const alice = from.key('alice')
    const mallory = from.key('mallory')
    const allowedSigners = from.allow('alice')
    const agent = agentOf(from, { allowedSigners })
    const look = async (commit: string) => {
      await agent.fetch('main')
      return because(await agent.verify(commit, undefined, false))
    }
    expect(await look(from.commit('a', '1', alice))).toBe('trusted by alice@example.org')
    expect(await look(from.commit('a', '2'))).toMatch(/^commit [0-9a-f]{12} is not signed$/)
    expect(await look(from.commit('a', '3', mallory))).toMatch(/the key SHA256:\S+, which is not among the allowed sig/)
    const good = from.commit('a', '4', alice)
    const verify = async () => because(await agent.verify(good, undefined, false))
    await agent.fetch('main')
    const key = from.publicKey('alice')
    for (const [line, words] of [
      [`a@x valid-before="20200101" ${key}`, /was valid only before 2020-01-01/],
      [`a@x valid-after="21000101" ${key}`, /is valid only after 2100-01-01/],
      [`a@x namespaces="file" ${key}`, /do not permit for git/],
      ['', /not among the allowed signers/],
      [`a@x ${key}`, /^trusted by a@x$/],
    ] as const) {
      writeFileSync(allowedSigners, `${line}\n`)
      expect(await verify()).toMatch(words)
    }
    writeFileSync(`${allowedSigners}.revoked`, `${key}\n`)
    expect(await verify()).toMatch(/which is revoked/)
    rmSync(allowedSigners)
    expect(await verify()).toMatch(/cannot be read/)
  })
})
