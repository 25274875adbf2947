import { afterAll, beforeAll, describe } from 'vitest'
import { baseLayers } from '../../lab/base.ts'
import { behavesAsAPackageManager, foreignPackages } from './foreign.ts'
import { Root } from './root.ts'

const asRoot = process.getuid?.() === 0

describe.skipIf(!asRoot)('packages by zypper and rpm', () => {
  let root: Root
  beforeAll(async () => {
    root = new Root('dash', await baseLayers('suse', foreignPackages(' = ')))
  }, 700_000)
  afterAll(() => root?.dispose())

  behavesAsAPackageManager({
    root: () => root,
    install: 'zypper -q -n refresh && zypper -q -n install',
    remove: 'zypper -q -n remove',
    installOlder: 'zypper -q -n install grows=1.0-1',
    hold: 'zypper -q addlock',
    unhold: 'zypper -q removelock',
    refresh: 'zypper --quiet --non-interactive refresh',
    list: "rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}\\n' | sort; grep -v '^#' /var/lib/zypp/AutoInstalled | sort; grep name: /etc/zypp/locks || :",
    unknown: /No provider of 'nosuch' found/,
    unknownVersion: /No provider of 'tool=9-1' found/,
    lock: /\/run\/zypp\.pid is held/,
    holder: (path) =>
      `import os,time;f=open("${path}/run/zypp.pid","w");f.write(str(os.getpid()));f.close();print(1,flush=True);time.sleep(60)`,
  })
})
