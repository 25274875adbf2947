import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { agentOf, because, origin } from './origin.ts'

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
    expect(await verify()).toMatch(/is signed by a key that is revoked/)
    rmSync(allowedSigners)
    expect(await verify()).toMatch(/cannot be read/)
  })

  test('a signature that was made for something else, of another commit, or that is none does not count', async () => {
    const from = origin()
    const alice = from.key('alice')
    const agent = agentOf(from, { allowedSigners: from.allow('alice') })
    const signed = from.commit('a', '1', alice)
    const raw = (name: string): string => `${from.git('cat-file', 'commit', name)}\n`
    const put = (text: string): string => {
      const file = join(from.folder, 'object')
      writeFileSync(file, text)
      const name = from.git('hash-object', '-t', 'commit', '-w', '--literally', file)
      from.git('update-ref', 'refs/heads/main', name)
      return name
    }
    /** The signature goes into the header, each line but the first after a blank. */
    const withSignature = (text: string, signature: string): string =>
      text.replace('\n\n', `\ngpgsig ${signature.trim().replaceAll('\n', '\n ')}\n\n`)
    const look = async (commit: string) => {
      await agent.fetch('main')
      return because(await agent.verify(commit, undefined, false))
    }
    const unsigned = raw(from.commit('a', '2'))
    const signature = (namespace: string, text: string): string =>
      execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', alice, '-n', namespace], {
        input: text,
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'ignore'],
      })
    expect(await look(put(withSignature(unsigned, signature('git', unsigned))))).toBe('trusted by alice@example.org')
    expect(await look(put(withSignature(unsigned, signature('file', unsigned))))).toMatch(
      /carries a signature that was made for something else than git/,
    )
    const other = /gpgsig (-----BEGIN[\s\S]*?-----END SSH SIGNATURE-----)/.exec(raw(signed))?.[1] ?? ''
    expect(await look(put(withSignature(unsigned, other.replaceAll('\n ', '\n'))))).toMatch(/does not hold/)
    const none = '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----'
    expect(await look(put(withSignature(unsigned, none)))).toMatch(/does not hold|not among/)
    const pgp = '-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----'
    expect(await look(put(withSignature(unsigned, pgp)))).toMatch(/is signed, but not with an SSH key/)
    // A tag that a merge brings along is not the signature of the merge.
    const tag = `object ${signed}\ntype commit\ntag v\ntagger A <a@x> 1 +0000\n\nx\n${signature('git', 'x')}`
    const merge = unsigned.replace('\n\n', `\nmergetag ${tag.trim().replaceAll('\n', '\n ')}\n\n`)
    expect(await look(put(merge))).toMatch(/^commit \S+ is not signed$/)
    // Words in a message are no signature.
    expect(await look(put(unsigned + signature('git', unsigned)))).toMatch(/is not signed/)
  })

  test('also where names are SHA-256', async () => {
    const from = origin('sha256')
    const alice = from.key('alice')
    const agent = agentOf(from, { allowedSigners: from.allow('alice') })
    const signed = from.commit('a', '1', alice)
    await agent.fetch('main')
    expect(because(await agent.verify(signed, undefined, false))).toBe('trusted by alice@example.org')
    const unsigned = from.commit('a', '2')
    await agent.fetch('main')
    expect(because(await agent.verify(unsigned, signed, false))).toMatch(/is not signed/)
  })

  test('a signed tag vouches for its commit, a tag that replaces it does not', async () => {
    const from = origin()
    const alice = from.key('alice')
    const mallory = from.key('mallory')
    const agent = agentOf(from, { allowedSigners: from.allow('alice') })
    const tag = (key: string, ...args: readonly string[]) =>
      from.git('-c', `user.signingkey=${key}`, 'tag', '-f', '-m', 'release', ...args)
    const look = async (commit: string) => {
      await agent.fetch('main')
      return because(await agent.verify(commit, undefined, false))
    }
    const first = from.commit('a', '1')
    tag(alice, '-s', 'v1')
    expect(await look(first)).toBe('trusted by alice@example.org')
    const second = from.commit('a', '2')
    tag(mallory, '-s', 'v1')
    expect(await look(second)).toMatch(/is not signed; tag [0-9a-f]{12} is signed by the key .* not among the allowed/)
    tag(alice, '-a', 'v1')
    expect(await look(second)).toMatch(/^commit \S+ is not signed; tag/)
    // The words of the good tag, moved: they still name the first commit.
    from.git('update-ref', 'refs/tags/v1', from.git('rev-parse', 'v1'))
    from.git('tag', 'light')
    expect(await look(second)).toMatch(/^commit \S+ is not signed/)
    // Later, without another commit.
    tag(alice, '-s', 'v2')
    expect(await look(second)).toBe('trusted by alice@example.org')
  })

  test('of many tags the newest are kept', async () => {
    const from = origin()
    from.key('alice')
    const agent = agentOf(from, { allowedSigners: from.allow('alice') })
    const first = from.commit('a', '1')
    for (let round = 0; round < 5; round++) {
      for (let index = 0; index < 16; index++) from.git('tag', '-a', '-m', 'x', `v${round}-${index}`)
      await agent.fetch('main')
      from.git('tag', '-d', ...from.git('tag', '--list').split('\n'))
    }
    const kept = from.git('--git-dir', join(from.folder, 'agent/repository'), 'for-each-ref', 'refs/hexis/tags')
    expect(kept.split('\n')).toHaveLength(64)
    expect(because(await agent.verify(first, undefined, false))).toMatch(
      /^(\w+ \S+ is not signed; ){4}and 61 more tags$/,
    )
  })

  test('of a merge the merge itself is looked at: who signs it answers for what it brings in', async () => {
    const from = origin()
    const alice = from.key('alice')
    const agent = agentOf(from, { allowedSigners: from.allow('alice') })
    const base = from.commit('a', '1', alice)
    from.git('checkout', '-q', '-b', 'side')
    const side = from.commit('b', '1')
    from.git('checkout', '-q', 'main')
    from.git('-c', `user.signingkey=${alice}`, 'merge', '-q', '-S', '--no-ff', '-m', 'merge', 'side')
    const signed = from.git('rev-parse', 'HEAD')
    await agent.fetch('main')
    expect(because(await agent.verify(signed, base, false))).toBe('trusted by alice@example.org')
    expect(because(await agent.verify(side, base, false))).toMatch(/is not signed/)
    from.git('checkout', '-q', '-b', 'other', base)
    from.commit('c', '1')
    from.git('checkout', '-q', 'main')
    from.git('merge', '-q', '--no-ff', '-m', 'merge', 'other')
    await agent.fetch('main')
    expect(because(await agent.verify(from.git('rev-parse', 'HEAD'), signed, false))).toMatch(/is not signed/)
  })
})
