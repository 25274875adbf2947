import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Root } from './root.ts'

export interface Package {
  readonly name: string
  readonly version?: string
  /** More control fields, such as `Depends`. */
  readonly fields?: Readonly<Record<string, string>>
  /** Files by path; those below /etc are conffiles. */
  readonly files?: Readonly<Record<string, string>>
  readonly postinst?: string
}

/** Builds a small .deb in `folder`. */
export const buildPackage = (
  folder: string,
  { name, version = '1.0', fields = {}, files = {}, postinst }: Package,
): void => {
  const work = fs.mkdtempSync(join(tmpdir(), 'hexis-deb-'))
  const put = (path: string, text: string, mode = 0o644): void => {
    fs.mkdirSync(join(work, path, '..'), { recursive: true })
    fs.writeFileSync(join(work, path), text, { mode })
  }
  const control = {
    Package: name,
    Version: version,
    Architecture: 'all',
    Maintainer: 'Test <test@example.org>',
    ...fields,
    Description: name,
  }
  put(
    'DEBIAN/control',
    `${Object.entries(control)
      .map(([k, v]) => `${k}: ${v}`)
      .join('\n')}\n`,
  )
  for (const [path, text] of Object.entries(files)) put(path, text)
  const conffiles = Object.keys(files).filter((path) => path.startsWith('/etc/'))
  if (conffiles.length > 0) put('DEBIAN/conffiles', `${conffiles.join('\n')}\n`)
  if (postinst !== undefined) put('DEBIAN/postinst', `#!/bin/sh\nset -e\n${postinst}\n`, 0o755)
  fs.chmodSync(work, 0o755)
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '-b', work, join(folder, `${name}_${version}_all.deb`)], {
    stdio: 'pipe',
  })
  fs.rmSync(work, { recursive: true })
}

/** A repository inside the root that is its only source of packages. Call again to add packages. */
export const publish = (root: Root, packages: readonly Package[], lists: 'fetched' | 'stale' = 'fetched'): void => {
  const folder = join(root.path, 'repository')
  fs.mkdirSync(folder, { recursive: true })
  for (const one of packages) buildPackage(folder, one)
  const index = execFileSync('dpkg-scanpackages', ['-m', '.'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  fs.writeFileSync(join(folder, 'Packages'), index)
  fs.rmSync(join(root.path, 'etc/apt/sources.list.d'), { recursive: true, force: true })
  root.write('/etc/apt/sources.list', 'deb [trusted=yes] file:/repository ./\n')
  if (lists === 'fetched') root.run('apt-get -q update')
}
