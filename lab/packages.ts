import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { tool } from './run.ts'

export interface SmallPackage {
  readonly name: string
  readonly version: string
  readonly depends?: string
  readonly conflicts?: string
  readonly provides?: string
  /** Files by path. */
  readonly files: Readonly<Record<string, string>>
  /** The unit that it brings, enabled and started on installation as Debian's own packages do. */
  readonly unit?: string
  /** Shell that runs before and after it is installed; not on Debian. */
  readonly before?: string
  readonly after?: string
}

const helloUnit = `[Unit]
Description=Says hello to the journal

[Service]
ExecStart=/bin/sh -c 'cat /etc/hexis-hello.conf; exec sleep infinity'
ExecReload=/bin/true

[Install]
WantedBy=multi-user.target
`

/** What the labs' own repository holds: one package with a unit and a dependency, and six plain ones. */
export const smallPackages: readonly SmallPackage[] = [
  { name: 'hexis-conf', version: '1.0', files: { '/usr/share/hexis-conf/greeting': 'hello\n' } },
  {
    name: 'hexis-hello',
    version: '1.0',
    depends: 'hexis-conf',
    files: {
      '/etc/hexis-hello.conf': 'greeting = hello\n',
      '/lib/systemd/system/hexis-hello.service': helloUnit,
    },
    unit: 'hexis-hello.service',
  },
  ...['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => ({
    name: `hexis-tool-${letter}`,
    version: '1.0',
    files: { [`/usr/share/hexis-tool-${letter}/about`]: `${letter}\n` },
  })),
]

const postinst = (unit: string): string => `#!/bin/sh
set -e
[ "$1" = configure ] || exit 0
systemctl enable --quiet ${unit} || true
[ ! -d /run/systemd/system ] || { systemctl daemon-reload; systemctl start ${unit}; }
`

const prerm = (unit: string): string => `#!/bin/sh
set -e
[ "$1" = remove ] || exit 0
[ ! -d /run/systemd/system ] || systemctl stop ${unit} || true
systemctl disable --quiet ${unit} || true
`

const build = async (into: string, one: SmallPackage): Promise<void> => {
  const work = mkdtempSync(join(tmpdir(), 'hexis-deb-'))
  const put = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(work, path)), { recursive: true, mode: 0o755 })
    writeFileSync(join(work, path), text, { mode })
  }
  const control = [
    `Package: ${one.name}`,
    `Version: ${one.version}`,
    'Architecture: all',
    'Maintainer: Hexis lab <lab@example.org>',
    ...(one.depends === undefined ? [] : [`Depends: ${one.depends}`]),
    `Description: ${one.name}, a package of the lab`,
  ]
  put('DEBIAN/control', `${control.join('\n')}\n`)
  const conffiles = Object.keys(one.files).filter((path) => path.startsWith('/etc/'))
  if (conffiles.length > 0) put('DEBIAN/conffiles', `${conffiles.join('\n')}\n`)
  for (const [path, text] of Object.entries(one.files)) put(path, text)
  if (one.unit !== undefined) {
    put('DEBIAN/postinst', postinst(one.unit), 0o755)
    put('DEBIAN/prerm', prerm(one.unit), 0o755)
  }
  await tool(['chmod', '0755', work])
  const file = join(into, `${one.name}_${one.version}_all.deb`)
  await tool(['dpkg-deb', '--root-owner-group', '-Znone', '-b', work, file])
  rmSync(work, { recursive: true })
}

/** Builds the repository in a folder, ready as `deb [trusted=yes] file:FOLDER ./`. */
export const buildRepository = async (folder: string): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  for (const one of smallPackages) await build(folder, one)
  const index = await tool(['sh', '-c', 'cd "$1" && dpkg-scanpackages -m . 2>/dev/null', 'sh', folder])
  writeFileSync(join(folder, 'Packages'), index)
}
