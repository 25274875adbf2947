import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { Root } from './root.ts'

const asRoot = process.getuid?.() === 0

/** Notes how it was called and answers as apk's documents say; it installs nothing. */
const standIn = `#!/opt/bb/sh
printf '%s\\n' "$*" >>/apk.log
case "$*" in
*'add --simulate nosuch') printf 'ERROR: unable to select packages:\\n  nosuch (no such package):\\n    required by: world[nosuch]\\n'; exit 1 ;;
*'add --simulate tool other') printf '(1/3) Installing base-lib (1.0-r0)\\n(2/3) Installing tool (2.0-r0)\\n(3/3) Installing other (1.0-r0)\\nOK: 5 MiB in 9 packages\\n' ;;
*'add --simulate old=1.0-r0') printf '(1/1) Downgrading old (1.1-r0 -> 1.0-r0)\\nOK: 5 MiB in 9 packages\\n' ;;
*'del --simulate old') printf '(1/2) Purging old (1.1-r0)\\n(2/2) Purging old-lib (3-r1)\\nOK: 1 MiB in 4 packages\\n' ;;
*'del --simulate needed') printf 'World updated, but the following packages are not removed due to:\\n  needed: user-a user-b\\n\\nOK: 5 MiB in 9 packages\\n' ;;
esac
`

const installed = ['P:old\nV:1.1-r0\nA:x86_64\n', 'P:old-lib\nV:3-r1\nA:x86_64\n', 'P:needed\nV:2-r0\nA:noarch\n']

describe.skipIf(!asRoot)('golden only: packages by a stand-in for apk, with nothing but busybox', () => {
  let root: Root
  beforeEach(() => {
    root?.dispose()
    root = new Root('busybox only')
    root.write('/opt/bb/apk', standIn, 0o755)
    root.write('/lib/apk/db/installed', installed.join('\n'))
    root.write('/etc/apk/world', 'needed=2-r0\nold\n')
    root.write('/var/cache/apk/APKINDEX.1.tar.gz', '')
  })
  afterAll(() => root?.dispose())

  const calls = (): readonly string[] =>
    root.read('/apk.log').replaceAll('--no-progress --wait 120 ', '').trim().split('\n')

  it('observes what is there, what was asked for and what is held, without calling apk', () => {
    expect(root.observe('package', ['old', 'old-lib', 'needed', 'tool'])).toEqual({
      old: 'auto=no hold=no type=present version=1.1-r0',
      'old-lib': 'auto=yes hold=no type=present version=3-r1',
      needed: 'auto=no hold=yes type=present version=2-r0',
      tool: 'type=absent',
    })
    expect(root.exists('/apk.log')).toBe(false)
  })

  it('simulates, records and installs in one call', () => {
    expect(root.apply('package', ['PACKAGE tool', 'PACKAGE other'])).toMatchObject({ status: 0, did: [1, 2] })
    expect(calls()).toEqual(['add --simulate tool other', 'add tool other'])
    expect(root.read('/var/lib/hexis/journal/t1/packages.1')).toBe('new base-lib\nnew tool\nnew other\n')
    expect(root.read('/var/lib/hexis/packages/tool')).toBe('new base-lib\nnew tool\nnew other\n')
  })

  it('asks for a version only until it is there, and holds by asking for it', () => {
    expect(root.apply('package', ['PACKAGE old hold=yes version=1.0-r0'])).toMatchObject({ status: 0 })
    expect(calls()).toEqual(['add --simulate old=1.0-r0', 'add old=1.0-r0', 'add old', 'add old=1.1-r0'])
  })

  it('records what goes with a package, and refuses where others need it', () => {
    expect(root.apply('package', ['PACKAGE old purge=yes type=absent'])).toMatchObject({ status: 0, did: [1] })
    expect(calls()).toEqual(['del --simulate old', 'del --purge old old-lib'])
    expect(root.read('/var/lib/hexis/journal/t1/packages.1')).toBe('gone old-lib 3-r1 yes\n')
    const refused = root.apply('package', ['PACKAGE needed type=absent'])
    expect(refused.error).toContain('other packages depend on it and are not managed here: user-a user-b')
    expect(calls()).toHaveLength(3)
  })

  it('names the package that is not there, after fetching the lists anew', () => {
    const missing = root.apply('package', ['PACKAGE nosuch'])
    expect(missing.error).toMatch(/nosuch \(no such package\)/)
    expect(calls()).toEqual(['add --simulate nosuch', 'update', 'add --simulate nosuch'])
  })
})
