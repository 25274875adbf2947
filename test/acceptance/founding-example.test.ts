import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'

const config = (names: readonly string[]): string => `import { defineSite } from 'hexis'
import { directory, file } from 'hexis/resources'

export default defineSite({
  id: 'blaat',
  hosts: { box: { connection: 'directory', root: './root', os: 'debian/12' } },
  configure() {
    directory('/tmp/blaat')
${names.map((name) => `    file('/tmp/blaat/${name}', { content: '${name}\\n' })`).join('\n')}
  },
})
`

/** The example that the step language was made for: three commits, their differences, and the ways back. */
describe('a directory with files, over three commits', () => {
  let site: ScratchSite
  const commits: string[] = []
  const tree = (): readonly string[] => readdirSync(join(site.folder, 'root/tmp/blaat')).sort()

  const commit = async (names: readonly string[]): Promise<void> => {
    site.write(config(names))
    await site.git('add', '-A')
    await site.git('commit', '-qm', names.join(' '))
    commits.push(await site.git('rev-parse', 'HEAD'))
    const ran = await site.hexis(['up', '--yes'])
    expect(ran).toMatchObject({ status: 0 })
  }

  beforeAll(async () => {
    site = scratchSite()
    mkdirSync(join(site.folder, 'root/tmp'), { recursive: true })
    writeFileSync(join(site.folder, 'root/tmp/other'), 'not of Hexis\n')
    site.write('root/\n.hexis/\n.cache/\n.state/\n', '.gitignore')
    await site.git('init', '-q')
    await commit(['file1', 'file2'])
    await commit(['file1', 'file2', 'file3'])
    await commit(['file2', 'file3'])
  })
  afterAll(() => site.dispose())

  test('each commit is a generation', async () => {
    const log = (await site.json(['log', 'box'])) as { generations: { number: number; commit: string }[] }
    expect(log.generations.map((g) => [g.number, g.commit])).toEqual(
      commits.map((commit, index) => [index + 1, commit]),
    )
    expect(tree()).toEqual(['file2', 'file3'])
  })

  test('diff prints the steps that came and went', async () => {
    const added = await site.hexis(['diff', 'box', '1', '2'])
    expect(added.out).toMatch(/^\+COPY \/tmp\/blaat\/file3 blob=[0-9a-f]{64}\n$/)
    const dropped = await site.hexis(['diff', 'box', '2', '3'])
    expect(dropped.out).toMatch(/^-COPY \/tmp\/blaat\/file1 blob=[0-9a-f]{64}\n$/)
  })

  test('rollback to the first commit leaves exactly its tree', async () => {
    expect(await site.hexis(['rollback', '--to', commits[0] ?? '', '--yes'])).toMatchObject({ status: 0 })
    expect(tree()).toEqual(['file1', 'file2'])
    expect(readFileSync(join(site.folder, 'root/tmp/blaat/file1'), 'utf8')).toBe('file1\n')
    const again = await site.hexis(['rollback', '--to', commits[0] ?? '', '--yes'])
    expect(again).toMatchObject({ status: 0 })
    expect(again.out).toContain('converged')
  })

  test('a checkout that lacks what the host has is refused, unless that is meant', async () => {
    await site.hexis(['up', '--yes'])
    await site.git('checkout', '-q', commits[0] ?? '')
    const refused = await site.hexis(['up', '--yes'])
    expect(refused.status).toBe(3)
    expect(refused.err).toContain('is no ancestor of')
    expect(refused.err).toContain('--force-commit')
    expect(await site.hexis(['up', '--yes', '--force-commit'])).toMatchObject({ status: 0 })
    expect(tree()).toEqual(['file1', 'file2'])
  })

  test('rollback to nothing, and forgetting, leave no trace', async () => {
    expect(await site.hexis(['rollback', '--on', 'box', '--to', '0', '--yes'])).toMatchObject({ status: 0 })
    expect(existsSync(join(site.folder, 'root/tmp/blaat'))).toBe(false)
    expect(await site.hexis(['forget', 'box', '--yes'])).toMatchObject({ status: 0 })
    const left = readdirSync(join(site.folder, 'root'), { recursive: true })
    expect(left.filter((path) => !['tmp', 'tmp/other'].includes(String(path)))).toEqual([])
  })
})
