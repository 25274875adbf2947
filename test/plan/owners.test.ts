import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'

const asRoot = process.getuid?.() === 0
const nobody = 65534
const hexisBin = join(import.meta.dirname, '../../bin/hexis')

const config = (content: string): string => `import { defineSite } from 'hexis'
import { directory, file, line } from 'hexis/resources'

export default defineSite({
  id: 'owners',
  hosts: { box: { connection: 'directory', root: './box', os: 'debian/12' } },
  configure() {
    directory('/srv/app', { owner: 'app', group: 'app', mode: '0750', parents: true })
    file('/etc/app.conf', { content: '${content}\\n', owner: 'root', group: 'app', mode: '0640' })
    line('/etc/hosts', { id: 'db', line: '10.0.0.5 db' })
  },
})
`

/** A person without any right who tries a config on a folder: all of Hexis runs as nobody. */
describe.skipIf(!asRoot)('a folder as a host, by one who is not root', () => {
  let site: ScratchSite
  const ran = (...args: readonly string[]): { status: number | null; all: string } => {
    const drop = ['--reuid', String(nobody), '--regid', String(nobody), '--clear-groups']
    const { status, stdout, stderr } = spawnSync('setpriv', [...drop, hexisBin, ...args], {
      cwd: site.folder,
      encoding: 'utf8',
      env: { ...process.env, HOME: site.folder, XDG_CACHE_HOME: join(site.folder, '.cache'), NO_COLOR: '1' },
    })
    return { status, all: `${stdout}\n${stderr}` }
  }
  const at = (name: string): string => join(site.folder, 'box', name)

  beforeEach(() => {
    site = scratchSite()
    mkdirSync(at('etc'), { recursive: true })
    writeFileSync(at('etc/hosts'), '127.0.0.1 localhost\n')
    execFileSync('chown', ['-R', `${nobody}:${nobody}`, site.folder])
  })
  afterEach(() => site.dispose())

  test('owners are neither compared nor set nor held, and all else works both ways', () => {
    site.write(config('one'))
    chownSync(join(site.folder, 'site.ts'), nobody, nobody)
    const up = ran('up', '--yes')
    expect(up.status, up.all).toBe(0)
    expect(readFileSync(at('etc/app.conf'), 'utf8')).toBe('one\n')
    expect(statSync(at('etc/app.conf'))).toMatchObject({ uid: nobody, gid: nobody })
    expect(statSync(at('srv/app')).mode & 0o7777).toBe(0o750)
    const again = ran('plan', '--detailed-exitcode')
    expect(again.status, again.all).toBe(0)
    expect(readFileSync(at('var/lib/hexis/sites/owners/ledger'), 'utf8')).not.toMatch(/owner=|group=/)
    writeFileSync(join(site.folder, 'site.ts'), config('two'))
    expect(ran('up', '--yes').status).toBe(0)
    expect(readFileSync(at('etc/app.conf'), 'utf8')).toBe('two\n')
    const back = ran('rollback', '--on', 'box', '--to', '1', '--yes')
    expect(back.status, back.all).toBe(0)
    expect(readFileSync(at('etc/app.conf'), 'utf8')).toBe('one\n')
    const none = ran('rollback', '--on', 'box', '--to', '0', '--yes')
    expect(none.status, none.all).toBe(0)
    expect(existsSync(at('etc/app.conf'))).toBe(false)
    expect(existsSync(at('srv'))).toBe(false)
    expect(readFileSync(at('etc/hosts'), 'utf8')).toBe('127.0.0.1 localhost\n')
  })
})
