import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'
import { Root } from '../states/root.ts'

const asRoot = process.getuid?.() === 0

const config = (root: string, groups: string): string => `import { defineSite } from 'hexis'
import { user } from 'hexis/resources'

export default defineSite({
  id: 'groups',
  hosts: { box: { connection: 'chroot', root: '${root}' } },
  configure() {
    ${groups === '' ? '' : `user('ann', { groups: [${groups}], appendGroups: true })`}
  },
})
`

describe.skipIf(!asRoot)('groups of an account that others give groups to as well', () => {
  let root: Root
  let site: ScratchSite
  beforeEach(() => {
    root = new Root()
    site = scratchSite()
    root.run('groupadd one; groupadd two; groupadd three; groupadd late; useradd -G one,two ann')
  })
  afterEach(() => {
    site.dispose()
    root.dispose()
  })

  const groups = (): string => root.run('id -Gn ann').trim().split(' ').toSorted().join(' ')
  const up = async (wanted: string): Promise<unknown> => {
    site.write(config(root.path, wanted))
    const ran = await site.hexis(['up', '--yes', '--allow-removals'])
    expect(ran.status, ran.all).toBe(0)
    expect((await site.hexis(['plan', '--detailed-exitcode'])).status).toBe(0)
    return groups()
  }

  test('are added to, settle, and only what was added goes again', async () => {
    expect(await up("'two', 'three'")).toBe('ann one three two')
    root.run('usermod -a -G late ann')
    expect(await up("'two', 'three'")).toBe('ann late one three two')
    expect(await up("'two'")).toBe('ann late one two')
    expect(await up("'three'")).toBe('ann late one three two')
    expect(await up('')).toBe('ann late one two')
  })
})
