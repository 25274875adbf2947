import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { openCheckout } from '../../src/agent/checkout/checkout.ts'
import { agentOf, because, type Origin, origin } from './origin.ts'

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

  test('branches may have any name, also one below a name that was followed before', async () => {
    const from = origin()
    const agent = agentOf(from)
    const first = from.commit('a', '1')
    from.git('branch', 'ring')
    expect((await agent.fetch('ring')).upstream).toBe(first)
    from.git('branch', '-D', 'ring')
    for (const name of ['ring/eins/zwei', 'ünï%2F(x)']) {
      from.git('checkout', '-q', '-b', name)
      const next = from.commit('a', name)
      expect((await agent.fetch(name)).upstream).toBe(next)
      expect((await agent.verify(next, first, false)).is).toBe('trusted')
    }
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

const refused = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('a repository that is not there', () => {
  test('is said, and the last commit stays usable', async () => {
    const from = origin()
    const first = from.commit('a', '1')
    const agent = agentOf(from)
    await agent.fetch('main')
    rmSync(from.path, { recursive: true })
    await expect(agent.fetch('main')).rejects.toThrow(/origin cannot be reached/)
    const later = agentOf(from)
    expect((await later.verify(first, undefined, false)).is).toBe('trusted')
    expect(readdirSync(await later.place(first))).toEqual(['a'])
  })

  test('no port, no branch, no such name', async () => {
    const from = origin()
    from.commit('a', '1')
    const port = await refused()
    const at = (repository: string) => openCheckout({ folder: join(from.folder, 'agent'), repository })
    await expect(at(`https://u:hush@127.0.0.1:${port}/x`).fetch('main')).rejects.toThrow(/u:…@127\S+ cannot be reached/)
    await expect(at(`ssh://git@127.0.0.1:${port}/x`).fetch('main')).rejects.toThrow(/cannot be reached/)
    await expect(agentOf(from).fetch('nowhere')).rejects.toThrow(/has no branch nowhere/)
    await expect(agentOf(from).fetch('--upload-pack=touch x')).rejects.toThrow(/is no name of a branch/)
  })

  test('fetching can be stopped', async () => {
    const from = origin()
    from.commit('a', '1')
    await expect(agentOf(from).fetch('main', AbortSignal.abort())).rejects.toThrow(/cannot be reached/)
  })
})

describe('a large repository', () => {
  const many = (from: Origin, count: number): void => {
    const commits = Array.from({ length: count }, (_, index) => {
      const text = `content ${index}`
      return `commit refs/heads/main\ncommitter A <a@x> ${1_700_000_000 + index} +0000\ndata 1\nx\nM 100644 inline f${index % 50}\ndata ${text.length}\n${text}\n`
    })
    const file = join(from.folder, 'many')
    writeFileSync(file, commits.join(''))
    from.git('config', 'alias.many', `!git fast-import --quiet < ${file}`)
    from.git('many')
    from.git('reset', '-q', '--hard')
  }
  const objects = (from: Origin): number => {
    const bare = join(from.folder, 'agent', 'repository')
    const said = from.git('--git-dir', bare, 'count-objects', '-v')
    return Number(/^count: (\d+)/m.exec(said)?.[1]) + Number(/^in-pack: (\d+)/m.exec(said)?.[1])
  }

  test('of 2,000 commits is fetched only as far as is needed, and every proof is still found', async () => {
    const from = origin()
    many(from, 2000)
    const old = from.git('rev-parse', 'HEAD~700')
    const first = from.git('rev-parse', 'HEAD')
    const agent = agentOf(from, { depth: 10 })
    await agent.fetch('main')
    expect(objects(from)).toBeLessThan(100)
    await agent.place(first)
    const next = from.commit('f1', 'next')
    await agent.fetch('main')
    expect((await agent.verify(next, first, false)).is).toBe('trusted')
    expect(objects(from)).toBeLessThan(110)
    // A machine that was off for long: history is fetched until the commit in force is met.
    expect((await agent.verify(next, old, false)).is).toBe('trusted')
    expect(because(await agent.verify(next, 'f'.repeat(40), false))).toMatch(/does not follow/)
  })

  test('only some of its paths are fetched and placed where the server allows it', async () => {
    const from = origin()
    from.git('config', 'uploadpack.allowFilter', 'true')
    from.commit('web/site.ts', 'web')
    const last = from.commit('large/file', 'x'.repeat(100_000))
    const agent = agentOf(from, { paths: ['/web/'] })
    await agent.fetch('main')
    const folder = await agent.place(last)
    expect(readdirSync(folder)).toEqual(['web'])
    expect(readFileSync(join(folder, 'web/site.ts'), 'utf8')).toBe('web')
    expect(objects(from)).toBeLessThan(8)
  })
})

describe('damage', () => {
  test('a local repository that is damaged is made anew, and that is said', async () => {
    const from = origin()
    from.commit('a', '1')
    await agentOf(from).fetch('main')
    const second = from.commit('a', '2')
    const repository = join(from.folder, 'agent', 'repository')
    for (const damage of [
      () => rmSync(join(repository, 'objects'), { recursive: true }),
      () => writeFileSync(join(repository, 'HEAD'), 'nonsense'),
    ]) {
      damage()
      const agent = agentOf(from)
      expect((await agent.fetch('main')).renewed).toMatch(/the local repository was damaged/)
      expect(readdirSync(await agent.place(second))).toEqual(['a'])
    }
    const third = from.commit('a', '3')
    const agent = agentOf(from)
    await agent.fetch('main')
    rmSync(join(repository, 'objects'), { recursive: true })
    mkdirSync(join(repository, 'objects'))
    expect(await agent.knows(third)).toBe(false)
    expect((await agent.fetch('main')).renewed).toMatch(/the local repository was damaged/)
    expect(readdirSync(await agent.place(third))).toEqual(['a'])
  })

  test('what is missing is met when a commit is placed: said then, and made anew by the next fetch', async () => {
    const from = origin()
    const first = from.commit('a', '1')
    const agent = agentOf(from)
    await agent.fetch('main')
    const folder = await agent.place(first)
    const second = from.commit('a', '2')
    await agent.fetch('main')
    const objects = join(from.folder, 'agent/repository/objects')
    for (const pack of readdirSync(join(objects, 'pack')).filter((name) => name.endsWith('.pack'))) {
      renameSync(join(objects, 'pack', pack), join(from.folder, pack))
      const unpack = `exec git --git-dir=${join(objects, '..')} unpack-objects -q < ${join(from.folder, pack)}`
      execFileSync('sh', ['-c', unpack])
    }
    const blob = from.git('rev-parse', 'HEAD:a')
    rmSync(join(objects, blob.slice(0, 2), blob.slice(2)))
    await expect(agent.place(second)).rejects.toThrow(/the local repository is damaged/)
    expect(await agent.place(first)).toBe(folder)
    expect((await agent.fetch('main')).renewed).toMatch(/damaged/)
    expect(readFileSync(join(await agent.place(second), 'a'), 'utf8')).toBe('2')
  })

  test('killed at any moment of a fetch and a place, the next time is as if it had not begun', async () => {
    const from = origin()
    for (let index = 0; index < 20; index++) writeFileSync(join(from.path, `f${index}`), 'x'.repeat(200_000 + index))
    from.commit('a', '1')
    const program = join(from.folder, 'program.ts')
    const module = join(import.meta.dirname, '../../src/agent/checkout/checkout.ts')
    writeFileSync(
      program,
      `import { openCheckout } from '${module}'
const agent = openCheckout({ folder: '${join(from.folder, 'agent')}', repository: '${from.path}' })
process.stdout.write('go')
const { upstream } = await agent.fetch('main')
await agent.place(upstream)
`,
    )
    for (const afterMs of [1, 10, 30, 60, 100, 150, 250]) {
      const last = from.commit('a', `after ${afterMs}`)
      const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
      const ended = new Promise((resolve) => child.once('close', resolve))
      await new Promise((resolve) => child.stdout.once('data', resolve))
      await delay(afterMs)
      child.kill('SIGKILL')
      await ended
      const agent = agentOf(from)
      expect((await agent.fetch('main')).upstream).toBe(last)
      expect(readFileSync(join(await agent.place(last), 'a'), 'utf8')).toBe(`after ${afterMs}`)
    }
    writeFileSync(join(from.folder, 'agent/repository/shallow.lock'), '')
    writeFileSync(join(from.folder, 'agent/repository/refs/hexis/branches/main.lock'), '')
    const last = from.commit('a', 'locked')
    expect((await agentOf(from).fetch('main')).upstream).toBe(last)
  }, 60_000)

  test('old folders go, and come back when they are asked for', async () => {
    const from = origin()
    const agent = agentOf(from)
    const commits: string[] = []
    for (let index = 0; index < 11; index++) {
      commits.push(from.commit('a', String(index)))
      await agent.fetch('main')
      await agent.place(commits[index] ?? '')
    }
    expect(readdirSync(join(from.folder, 'agent/trees')).length).toBe(8)
    const [oldest = ''] = commits
    expect(readFileSync(join(await agent.place(oldest), 'a'), 'utf8')).toBe('0')
  })
})

describe('a repository runs nothing on the machine', () => {
  test('no hook, no filter, no submodule, no conversion, nothing of the configuration of the account', async () => {
    const from = origin()
    const mark = join(from.folder, 'ran')
    const touch = `touch ${mark}`
    const home = join(from.folder, 'home')
    mkdirSync(home)
    const filter = `[filter "lfs"]\n smudge = ${touch}\n process = ${touch}\n required = true\n`
    const config = `${filter}[core]\n fsmonitor = ${touch}\n hooksPath = ${from.folder}\n sshCommand = ${touch}\n`
    writeFileSync(join(home, '.gitconfig'), `${config}[uploadpack]\n packObjectsHook = ${touch}\n`)
    for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change'])
      writeFileSync(join(from.folder, hook), `#!/bin/sh\n${touch}\n`, { mode: 0o755 })
    from.commit('.gitattributes', '* filter=lfs text eol=crlf ident\n')
    from.commit('.gitmodules', '[submodule "s"]\n path = s\n url = ./s\n')
    from.git('update-index', '--add', '--cacheinfo', `160000,${from.git('rev-parse', 'HEAD')},s`)
    const last = from.commit('text', 'one\n$Id$\n')
    const before = { ...process.env }
    Object.assign(process.env, { HOME: home, GIT_SSH_COMMAND: touch, GIT_EXTERNAL_DIFF: touch, GIT_DIR: '/nowhere' })
    try {
      const agent = agentOf(from)
      await agent.fetch('main')
      await agent.verify(last, undefined, false)
      expect(readFileSync(join(await agent.place(last), 'text'), 'utf8')).toBe('one\n$Id$\n')
    } finally {
      process.env = before
    }
    expect(existsSync(mark)).toBe(false)
  })
})
