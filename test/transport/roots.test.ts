import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tool } from '../../lab/run.ts'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'
import { Root } from '../states/root.ts'

const body = `r.group('app', { gid: 900 })
    r.user('app', { uid: 900, group: 'app', home: '/srv/app', shell: '/bin/sh' })
    r.directory('/srv/app', { owner: 'app', group: 'app', mode: '0750' })
    r.file('/srv/app/conf', { content: 'x = 1\\n', owner: 'app' })
    r.file('/etc/motd', { content: 'hello\\n' })
    r.exec('mark', { command: 'touch /srv/mark', creates: '/srv/mark', undo: 'rm -f /srv/mark' })`

/** Every path with type, mode, owner, links and content but those of Hexis itself, and times that any shell moves. */
const look = (folder: string): Promise<string> =>
  tool([
    'sh',
    '-c',
    `cd "$1" && find . -xdev \\( -path ./var/lib/hexis -o -path ./proc -o -path ./dev -o -path ./root/.cache -o -path ./etc/.pwd.lock \\) -prune -o -printf '%p %y %m %U %G %l\\n' | sort
     cd "$1" && find etc srv -xdev -type f ! -name '*-' -exec sha256sum {} + | sort -k 2`,
    'sh',
    folder,
  ])

describe.skipIf(process.getuid?.() !== 0)('whole roots', () => {
  let root: Root
  let site: ScratchSite
  beforeEach(() => {
    root = new Root()
    root.enter()
    // The tools for accounts leave backups; they are there from the start.
    root.run('groupadd seed; useradd seed; userdel seed; groupdel seed 2>/dev/null; true')
    site = scratchSite()
  })
  afterEach(() => {
    root.dispose()
    site.dispose()
  })

  const configure = (host: string): void =>
    site.write(`import { defineSite } from 'hexis'
import * as r from 'hexis/resources'
export default defineSite({
  id: 'roots',
  hosts: { image: ${host} },
  configure() {
    ${body}
  },
})
`)

  const roundTrip = async (run: ScratchSite['hexis']): Promise<void> => {
    const before = await look(root.path)
    const first = await run(['up', '--yes'])
    expect(first.status, first.all).toBe(0)
    expect(root.read('/etc/motd')).toBe('hello\n')
    expect(root.read('/etc/passwd')).toContain('app:x:900:900::/srv/app:/bin/sh\n')
    expect(root.exists('/srv/mark')).toBe(true)
    const again = await run(['up', '--yes', '--json'])
    expect(JSON.parse(again.out.trimEnd().split('\n').at(-1) ?? '').hosts.image).toMatchObject({ status: 'converged' })
    const back = await run(['rollback', '--to', '0', '--yes'])
    expect(back.status, back.all).toBe(0)
    expect(await look(root.path)).toBe(before)
  }

  test('chroot: changed, held, and as before', async () => {
    configure(`{ connection: 'chroot', root: '${root.path}' }`)
    await roundTrip((argv, options) => site.hexis(argv, options))
  })

  test('local: the same from within, in a root and namespaces of its own', async () => {
    // The checkout and the config are seen inside at their own paths.
    const repository = join(import.meta.dirname, '../..')
    const seen = [repository, site.folder, process.execPath.replace(/\/bin\/node$/, '')]
    for (const path of seen) mkdirSync(join(root.path, path), { recursive: true })
    configure(`{ connection: 'local' }`)
    const binds = seen.map((path) => `mount --bind '${path}' '${join(root.path, path)}'`).join(' && ')
    const inside = `${binds} && cd / && exec chroot '${root.path}' /bin/sh -c 'cd "$0" && exec "$@"' '${site.folder}' "$@"`
    const run: ScratchSite['hexis'] = async (argv) => {
      const hexis = join(repository, 'src/cli/main.ts')
      const done = await tool(
        [
          'unshare',
          '-m',
          '--propagation',
          'private',
          'sh',
          '-c',
          `${inside}; `,
          'sh',
          process.execPath,
          hexis,
          ...argv,
        ],
        { timeoutMs: 60_000 },
      ).then(
        (out) => ({ status: 0, out, err: '' }),
        (error: unknown) => ({ status: 1, out: '', err: String(error) }),
      )
      return { ...done, all: `${done.out}${done.err}` }
    }
    // What the mounts need is no change of Hexis's.
    await roundTrip(run)
  })

  test.each([
    ["{ connection: 'chroot', root: './missing' }", /error\[(?:root-missing|unreachable|[a-z-]+)\] .*missing/s],
    ["{ connection: 'chroot', root: './empty' }", /error\[[a-z-]+\] .*(?:\/bin\/sh|chroot)/s],
    ["{ connection: 'chroot' }", /error\[[a-z-]+\] .*root/s],
  ])('%s is told', async (host, said) => {
    mkdirSync(join(site.folder, 'empty'))
    configure(host)
    const ran = await site.hexis(['plan'])
    expect([1, 3, 4]).toContain(ran.status)
    expect(ran.err).toMatch(said)
    expect(ran.err).toContain('hint: ')
  })
})

test('every config of docs/connections.md is one', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/connections.md'), 'utf8')
  const configs = [...page.matchAll(/```ts site\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  expect(configs).toHaveLength(4)
  const site = scratchSite()
  try {
    mkdirSync(join(site.folder, 'keys'))
    writeFileSync(join(site.folder, 'ssh_config'), '')
    for (const config of configs) {
      site.write(config)
      const ran = await site.hexis(['check'])
      expect(ran.status, ran.all).toBe(0)
      expect(ran.err).toBe('')
    }
  } finally {
    site.dispose()
  }
})
