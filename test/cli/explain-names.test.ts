import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'

const systems = { deb: 'debian/12', roc: 'rocky/9', arc: 'arch', own: 'shop/1' }

const config = `import { defineSite } from 'hexis'
import { pkg, sudoers } from 'hexis/resources'

export default defineSite({
  id: 'names',
  hosts: {
${Object.entries(systems)
  .map(([name, os]) => `    ${name}: { connection: 'directory', root: './${name}', os: '${os}' },`)
  .join('\n')}
  },
  profiles: [{ id: 'shop/1', inherits: 'debian', packages: { apache: 'shop-httpd' }, checked: 'our mirror, 2026-11-01' }],
  configure() {
    sudoers('ops', { groups: ['admin'], commands: ['/bin/true'] })
    pkg('apache')
    pkg('of-ours')
  },
})
`

let site: ScratchSite
beforeAll(() => {
  site = scratchSite()
  for (const name of Object.keys(systems)) mkdirSync(join(site.folder, name, 'etc'), { recursive: true })
  site.write(config)
})
afterAll(() => site.dispose())

const names = async (host: string, subject: string): Promise<readonly string[]> => {
  const ran = await site.hexis(['explain', host, subject])
  expect(ran).toMatchObject({ status: 0 })
  return [...ran.out.matchAll(/^ {2}name +(.*)$/gm)].map(([, name = '']) => name)
}

describe('explain says which entry decided a name, and where it was looked up', () => {
  test.each([
    ['deb', 'package:apache', [/^package apache is apache2: entry debian, checked in Debian 12 package index, 2/]],
    ['roc', 'package:apache', [/^package apache is httpd: entry rhel, /]],
    ['arc', 'package:apache', [/^package apache is apache: entry arch, /]],
    ['own', 'package:apache', [/^package apache is shop-httpd: entry shop\/1, checked in our mirror, 2026-11-01$/]],
    ['deb', 'package:of-ours', [/^package of-ours is used as it is: no entry knows it$/]],
    [
      'deb',
      'sudoers:ops',
      [/^path sudoers-dir is .*: entry linux, /, /^group admin is sudo: entry debian, /, /^path visudo /],
    ],
    [
      'arc',
      '/etc/sudoers.d/ops',
      [/^path sudoers-dir/, /^group admin is wheel: entry arch/, /bin\/visudo: entry arch/],
    ],
  ])('on %s of %s', async (host, subject, said) => {
    const found = await names(host, subject)
    expect(found).toEqual(said.map((one) => expect.stringMatching(one)))
  })
})
