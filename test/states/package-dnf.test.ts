import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { baseLayers } from '../../lab/base.ts'
import { behavesAsAPackageManager, foreignPackages } from './foreign.ts'
import { Root } from './root.ts'

const asRoot = process.getuid?.() === 0

describe.skipIf(!asRoot)('packages by dnf 4 and rpm', () => {
  let root: Root
  beforeAll(async () => {
    root = new Root('dash', await baseLayers('fedora', foreignPackages(' = ')))
  }, 700_000)
  afterAll(() => root?.dispose())

  it('foresees nothing while another dnf works, and does not wait for it', () => {
    root.run('dnf -q makecache --refresh; echo 1 >/var/cache/dnf/metadata_lock.pid')
    try {
      expect(root.foresee(['PACKAGE tool'])).toEqual([
        expect.stringMatching(/^unknown\tmetadata%20already%20locked%20by%201/),
      ])
    } finally {
      root.run('rm /var/cache/dnf/metadata_lock.pid')
    }
  })

  behavesAsAPackageManager({
    root: () => root,
    install: 'dnf -q -y --refresh install',
    remove: 'dnf -q -y remove',
    installOlder: 'dnf -q -y install grows-1.0-1',
    hold: 'dnf -q -y versionlock add',
    unhold: 'dnf -q -y versionlock delete',
    refresh: 'dnf -q makecache --refresh',
    list: "rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}\\n' | sort; dnf -q repoquery --userinstalled | sort; cat /etc/dnf/plugins/versionlock.list",
    unknown: /No match for argument: nosuch/,
    unknownVersion: /No match for argument: tool-9-1/,
    lock: /\/usr\/lib\/sysimage\/rpm\/\.rpm\.lock is held/,
    holder: (path) =>
      `import fcntl,time;f=open("${path}/usr/lib/sysimage/rpm/.rpm.lock","w");fcntl.lockf(f,fcntl.LOCK_EX);print(1,flush=True);time.sleep(60)`,
  })
})
