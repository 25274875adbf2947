import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { baseLayers } from '../../lab/base.ts'
import { Root, shells } from './root.ts'

const asRoot = process.getuid?.() === 0

/** Notes how it was called and answers as dnf 5 does; it installs nothing. The database below it is rpm's own. */
const standIn = `#!/bin/sh
printf '%s\\n' "$*" >>/dnf.log
case "$*" in
*'--assumeno install nosuch') printf 'Failed to resolve the transaction:\\nNo match for argument: nosuch\\n'; exit 1 ;;
*'--assumeno install tool') cat /table; printf 'Operation aborted by the user.\\n'; exit 1 ;;
*'--assumeno install bash-2.0-1') cat /upgrade; printf 'Operation aborted by the user.\\n'; exit 1 ;;
*'versionlock delete bash') rm /etc/dnf/versionlock.toml ;;
esac
`

const table = `Updating and loading repositories:
Repositories loaded.
Package                      Arch   Version                 Repository      Size
Upgrading:
 bash                        noarch 0:1.1-1                 updates     40.2 KiB
   replacing bash            noarch 0:1.0-1                 fedora      40.1 KiB
Installing:
 tool                        noarch 0:2.0-1                 updates      1.5 MiB
Installing dependencies:
 base-lib                    noarch 0:1.0-1                 fedora     191.7 KiB
Installing weak dependencies:
 nice-to-have                x86_64 0:3-1.fc43              fedora     191.7 KiB

Transaction Summary:
 Installing:         3 packages
 Upgrading:          1 package
 Replacing:          1 package
`

const upgrade = table.split('Installing:')[0] ?? ''

const versionlock = `version = "1.0"

[[packages]]
name = "bash"
[[packages.conditions]]
key = "evr"
comparator = "="
value = "0:1.0-1"

[[packages]]
name = "other"
[[packages.conditions]]
key = "evr"
comparator = "!="
value = "0:1.0-1"
`

describe.skipIf(!asRoot)('golden only: packages by a stand-in for dnf 5', () => {
  let root: Root
  beforeAll(async () => {
    root = new Root('dash', await baseLayers('fedora'))
    root.run('dnf -q -y install hexis-hello; rm /usr/bin/dnf; rm -rf /var/lib/dnf')
    root.write('/usr/bin/dnf5', standIn, 0o755)
    root.run('ln -s dnf5 /usr/bin/dnf')
    root.write('/table', table)
    root.write('/upgrade', upgrade)
    root.write('/etc/dnf/versionlock.toml', versionlock)
    root.write('/var/cache/libdnf5/lab-93ef0015ed0ae167/x', '')
    root.write(
      '/usr/lib/sysimage/libdnf5/packages.toml',
      'version = "1.0"\n[packages]\n"bash.noarch" = {reason = "User"}\n"hexis-conf.noarch" = {reason = "Dependency"}\n',
    )
  }, 700_000)
  afterAll(() => root?.dispose())

  const calls = (): readonly string[] => {
    const text = root.read('/dnf.log').replaceAll('--setopt=clean_requirements_on_remove=False ', '')
    root.write('/dnf.log', '')
    return text.trim().split('\n')
  }

  it('observes reasons and what is held from its files, in every shell, without calling it', () => {
    for (const shell of shells) {
      root.shell = shell
      expect(root.observe('package', ['bash', 'hexis-conf', 'other'])).toEqual({
        bash: 'auto=no hold=yes type=present version=1.0-1',
        'hexis-conf': 'auto=yes hold=no type=present version=1.0-1',
        other: 'type=absent',
      })
    }
    root.shell = 'dash'
    expect(root.exists('/dnf.log')).toBe(false)
  })

  it('records what its table says would come and be upgraded', () => {
    expect(root.apply('package', ['PACKAGE tool'])).toMatchObject({
      status: 0,
      notes: [
        'along upgrade bash 1.0-1 1.1-1',
        'along install base-lib - 1.0-1',
        'along install nice-to-have - 3-1.fc43',
      ],
    })
    expect(calls()).toEqual(['--assumeno install tool', '-y install tool'])
    expect(root.read('/var/lib/hexis/journal/t1/packages.1')).toBe(
      'up bash 1.0-1 0:1.1-1\nnew tool\nnew base-lib\nnew nice-to-have\n',
    )
  })

  it('moves what is held where it is named itself, and holds it again', () => {
    expect(root.apply('package', ['PACKAGE bash version=2.0-1'])).toMatchObject({ status: 0 })
    expect(calls()).toEqual([
      '-y versionlock delete bash',
      '--assumeno install bash-2.0-1',
      '-y install bash-2.0-1',
      '-y versionlock add bash',
    ])
  })

  it('names the package that it does not know, and marks in its own words', () => {
    expect(root.apply('package', ['PACKAGE nosuch']).error).toContain('No match for argument: nosuch')
    expect(calls()).toEqual(['--assumeno install nosuch', '-q makecache --refresh', '--assumeno install nosuch'])
    root.apply('package', ['PACKAGE bash auto=yes', 'PACKAGE hexis-conf auto=no'])
    expect(calls()).toEqual(['-y mark dependency bash', '-y mark user hexis-conf'])
  })
})
