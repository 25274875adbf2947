import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'
import { buildPackage } from '../states/repository.ts'
import { newSigner, type Signer } from './signer.ts'

const residue = join(import.meta.dirname, '../../docs/spec/residue.md')

/** A suite `stable` with a component `main`, signed. */
const publishSigned = (folder: string, signer: Signer, versions: readonly string[]): void => {
  const pool = join(folder, 'pool')
  const suite = join(folder, 'dists/stable')
  const index = join(suite, 'main/binary-amd64')
  for (const one of [pool, index]) mkdirSync(one, { recursive: true })
  for (const version of versions)
    buildPackage(pool, { name: 'shop-tool', version, files: { '/usr/share/shop': version } })
  const packages = execFileSync('dpkg-scanpackages', ['-m', 'pool'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  writeFileSync(join(index, 'Packages'), packages)
  const sum = createHash('sha256').update(packages).digest('hex')
  writeFileSync(
    join(suite, 'Release'),
    `Suite: stable\nCodename: stable\nArchitectures: amd64\nComponents: main\nDate: ${new Date().toUTCString()}\nSHA256:\n ${sum} ${packages.length} main/binary-amd64/Packages\n`,
  )
  signer.gpg('--clearsign', '--output', join(suite, 'InRelease'), join(suite, 'Release'))
}

/** Another repository, which the host knows already, with an older version. */
const publishElsewhere = (root: string): void => {
  const folder = join(root, 'srv/elsewhere')
  mkdirSync(folder, { recursive: true })
  buildPackage(folder, { name: 'shop-tool', version: '0.5', files: { '/usr/share/shop': '0.5' } })
  const packages = execFileSync('dpkg-scanpackages', ['-m', '.'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  writeFileSync(join(folder, 'Packages'), packages)
  writeFileSync(join(root, 'etc/apt/sources.list.d/elsewhere.list'), 'deb [trusted=yes] file:/srv/elsewhere ./\n')
}

describe.skipIf(process.getuid?.() !== 0)('a repository on a host with apt', () => {
  let lab: Lab
  let site: ScratchSite
  let signer: Signer
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
import { pkg, repository } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}' } } },
  configure() {${body}
  },
})
`)
  const declared = (fingerprint: string): string => `
    pkg('shop-tool')
    repository('shop', {
      url: 'file:/srv/shop', suites: ['stable'], components: ['main'],
      key: { source: './shop.asc', fingerprint: '${fingerprint}' },
    })`
  const up = async (...args: readonly string[]): Promise<Ran> => site.hexis(['up', '--yes', ...args])
  const changes = async (): Promise<number> => {
    const ran = await up('--json', '--allow-removals')
    expect(ran.status, ran.all).toBe(0)
    return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
  }
  const served = (): string => join(lab.hosts[0]?.root ?? '', 'srv/shop')
  const readings = async (): Promise<string> => on('stat -c %Y-%i /var/lib/apt/lists/*shop*InRelease')

  beforeAll(async () => {
    signer = newSigner()
    lab = await startLab(1, {
      name: `repo${process.pid}`,
      prepare: ({ root }) => {
        publishSigned(join(root, 'srv/shop'), signer, ['1.0'])
        publishElsewhere(root)
      },
    })
    expect(await on('apt-get -q update >/dev/null; apt-cache policy shop-tool')).toContain('Candidate: 0.5')
    site = scratchSite()
    site.write(signer.key, 'shop.asc')
    before = await snapshot()
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    signer?.dispose()
    await lab?.stop()
  })

  test('with a key of another fingerprint is refused before the host is asked anything', async () => {
    configure(declared('0'.repeat(40)))
    for (const command of ['check', 'plan']) {
      const ran = await site.hexis([command])
      expect(ran.status, ran.all).toBe(1)
      expect(ran.all).toContain(`It is ${signer.fingerprint}; declared is ${'0'.repeat(40)}.`)
      expect(ran.all).toMatch(/site\.ts:8:5/)
    }
    expect(await snapshot()).toEqual(before)
  })

  test('gives its package in the same run, and a second one changes nothing', async () => {
    configure(declared(signer.fingerprint))
    expect(await changes()).toBeGreaterThanOrEqual(3)
    expect(await on('cat /usr/share/shop; dpkg-query -W shop-tool')).toBe('1.0shop-tool\t1.0\n')
    expect(await on('cat /etc/apt/sources.list.d/shop.sources; stat -c %a /etc/apt/keyrings/shop.gpg')).toBe(
      'Types: deb\nURIs: file:/srv/shop\nSuites: stable\nComponents: main\nSigned-By: /etc/apt/keyrings/shop.gpg\n644\n',
    )
    const read = await readings()
    expect(await changes()).toBe(0)
    expect(await readings()).toBe(read)
  })

  test('is believed by its key alone', async () => {
    expect(await on('apt-get -q update 2>&1')).not.toMatch(/NO_PUBKEY|not signed|^W:/m)
    const stranger = newSigner()
    publishSigned(served(), stranger, ['1.0'])
    stranger.dispose()
    expect(await on('apt-get -q update 2>&1 || :')).toMatch(/shop stable InRelease[\s\S]*NO_PUBKEY/)
    publishSigned(served(), signer, ['1.0'])
  })

  test('that somebody changed comes back, and goes without a trace when it is no longer declared', async () => {
    await on('sed -i s,file:/srv/shop,http://example.org, /etc/apt/sources.list.d/shop.sources')
    expect(await changes()).toBe(1)
    expect(await on('cat /etc/apt/sources.list.d/shop.sources')).toContain('URIs: file:/srv/shop')
    configure('')
    expect(await changes()).toBeGreaterThanOrEqual(3)
    const outside = (lines: readonly string[]): readonly string[] => lines.filter((line) => !line.includes('srv/shop'))
    expect(outside(await snapshot())).toEqual(outside(before))
  })
})
