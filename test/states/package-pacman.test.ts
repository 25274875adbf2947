import { afterAll, beforeAll, describe } from 'vitest'
import { baseLayers } from '../../lab/base.ts'
import { behavesAsAPackageManager, foreignPackages } from './foreign.ts'
import { Root } from './root.ts'

const asRoot = process.getuid?.() === 0

describe.skipIf(!asRoot)('packages by pacman', () => {
  let root: Root
  beforeAll(async () => {
    root = new Root('dash', await baseLayers('arch', foreignPackages('=')))
    // An older version is to be had from the cache, where a pacman that installed it once has left it.
    root.run('mkdir -p /var/cache/pacman/pkg; cp /srv/packages/*-1.0-1-* /var/cache/pacman/pkg')
  }, 700_000)
  afterAll(() => root?.dispose())

  const ignore = 'f() { sed -i "s/^.options.$/&\\nIgnorePkg = $1/" /etc/pacman.conf; }; f'
  behavesAsAPackageManager({
    root: () => root,
    install: 'pacman -Sy --noconfirm',
    remove: 'pacman -R --noconfirm',
    installOlder: 'pacman -U --noconfirm /srv/packages/grows-1.0-1-any.pkg.tar',
    hold: ignore,
    unhold: 'f() { sed -i "/^IgnorePkg = $1$/d" /etc/pacman.conf; }; f',
    refresh: 'pacman -Sy --noconfirm',
    agesNever: true,
    list: 'pacman -Q; echo; pacman -Qd; cat /etc/pacman.conf',
    unknown: /target not found: nosuch/,
    unknownVersion: /tool: version 9-1 is neither in the lists nor in the cache/,
    lock: /\/var\/lib\/pacman\/db\.lck is held/,
    holder: (path) =>
      `import os,time,atexit;p="${path}/var/lib/pacman/db.lck";os.open(p,os.O_CREAT|os.O_EXCL|os.O_WRONLY,0);print(1,flush=True);time.sleep(60)`,
  })
})
