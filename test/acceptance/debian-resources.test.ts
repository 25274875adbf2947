import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'
import { buildPackage } from '../states/repository.ts'

const residue = join(import.meta.dirname, '../../docs/spec/residue.md')

/** A package that asks something, and offers two programs for a name. */
const publish = (root: string): void => {
  const folder = join(root, 'srv/debs')
  mkdirSync(folder, { recursive: true })
  buildPackage(folder, {
    name: 'shop-tool',
    files: {
      '/usr/share/shop/greet': 'packaged\n',
      '/usr/share/shop/fast': 'fast\n',
      '/usr/share/shop/small': 'small\n',
    },
    postinst: `. /usr/share/debconf/confmodule
db_get shop-tool/answer || RET=nothing
echo "$RET" >/usr/share/shop/answer
update-alternatives --quiet --install /usr/share/shop/best shop-best /usr/share/shop/fast 20
update-alternatives --quiet --install /usr/share/shop/best shop-best /usr/share/shop/small 10`,
  })
  const index = execFileSync('dpkg-scanpackages', ['.'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  writeFileSync(join(folder, 'Packages'), index)
}

describe.skipIf(process.getuid?.() !== 0)('alternatives, divert and debconf on a host with dpkg', () => {
  let lab: Lab
  let site: ScratchSite
  let before: readonly string[]

  const on = (command: string): Promise<string> => tool(['ssh', '-F', lab.sshConfig, 'h1', command])
  const snapshot = async (): Promise<readonly string[]> => {
    await on('sync')
    const text = execFileSync(join(import.meta.dirname, 'snapshot'), [lab.hosts[0]?.root ?? '', residue], {
      maxBuffer: 256 * 1024 * 1024,
    })
    return text.toString('utf8').split('\n')
  }
  const configure = (body: string): void =>
    site.write(`import { defineSite } from 'hexis'
import { alternatives, debconf, divert, file, pkg, repository } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}' } } },
  configure() {${body}
  },
})
`)
  const debs = `repository('debs', { url: 'file:/srv/debs', suites: ['./'], unsigned: true })`
  const declared = (best: string, answer: string): string => `
    const tool = pkg('shop-tool')
    alternatives('shop-best', { ${best}, after: tool })
    file('/usr/share/shop/greet', { content: 'mine\\n' })
    divert('/usr/share/shop/greet')
    divert('/bin/more', { to: '/bin/more.real' })
    file('/bin/more', { content: '#!/bin/sh\\necho more\\n', mode: '0755' })
    debconf('shop-tool/answer', { package: 'shop-tool', value: '${answer}' })
    ${debs}`
  const changes = async (): Promise<number> => {
    const ran = await site.hexis(['up', '--yes', '--allow-removals', '--json'])
    expect(ran.status, ran.all).toBe(0)
    return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
  }
  const best = (): Promise<string> => on('cat /usr/share/shop/best; head -n 1 /var/lib/dpkg/alternatives/shop-best')

  beforeAll(async () => {
    lab = await startLab(1, { name: `debian${process.pid}`, prepare: ({ root }) => publish(root) })
    site = scratchSite()
    await on('echo debconf shop-tool/old string kept | debconf-set-selections')
    before = await snapshot()
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('come to be together with the package that they are about, and a second run changes nothing', async () => {
    configure(declared("path: '/usr/share/shop/small'", 'a 42%'))
    expect(await changes()).toBe(8)
    expect(await best()).toBe('small\nmanual\n')
    expect(await on('cat /usr/share/shop/greet /usr/share/shop/greet.distrib; more; test -x /bin/more.real')).toBe(
      'mine\npackaged\nmore\n',
    )
    expect(await on('cat /usr/share/shop/answer; debconf-show shop-tool')).toBe('a 42%\n* shop-tool/answer: a 42%\n')
    expect(await changes()).toBe(0)
  })

  test('what somebody changed comes back, and what is declared anew is changed', async () => {
    await on(
      'update-alternatives --quiet --auto shop-best; echo SET shop-tool/answer x | DEBIAN_FRONTEND=noninteractive debconf-communicate shop-tool',
    )
    expect(await changes()).toBe(2)
    expect(await best()).toBe('small\nmanual\n')
    configure(declared('auto: true', 'b'))
    expect(await changes()).toBe(2)
    expect(await best()).toBe('fast\nauto\n')
    expect(await on('debconf-show shop-tool')).toBe('* shop-tool/answer: b\n')
    configure(declared("path: '/usr/share/shop/small'", 'b'))
    expect(await changes()).toBe(1)
  })

  test('a path with another diversion is refused by the plan, with its owner', async () => {
    await on('dpkg-divert --quiet --package other --no-rename --divert /bin/less.other --add /bin/less')
    configure(`${declared("path: '/usr/share/shop/small'", 'b')}
    divert('/bin/less')
    alternatives('nosuch', { auto: true })`)
    const ran = await site.hexis(['plan'])
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toContain('/bin/less is diverted to /bin/less.other by the package other')
    expect(ran.all).toContain('this host has no alternatives for nosuch')
    await on('dpkg-divert --quiet --package other --no-rename --remove /bin/less')
  })

  test('what is no longer declared goes as it came, one by one and all together', async () => {
    configure(`
    pkg('shop-tool')
    ${debs}`)
    expect(await changes()).toBe(6)
    expect(await best()).toBe('fast\nauto\n')
    expect(await on('cat /usr/share/shop/greet; ls /usr/share/shop; head -c 4 /bin/more | tail -c 3')).toBe(
      'packaged\nanswer\nbest\nfast\ngreet\nsmall\nELF',
    )
    expect(await on('debconf-show shop-tool')).toBe('')
    configure('')
    await on('update-alternatives --quiet --remove-all shop-best; rm -r /usr/share/shop/answer')
    expect(await changes()).toBe(2)
    expect(await on('debconf-show debconf')).toContain('shop-tool/old: kept')
    expect(await snapshot()).toEqual(before)
  })
})
