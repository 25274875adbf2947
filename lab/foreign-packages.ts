import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { SmallPackage } from './packages.ts'
import { tool } from './run.ts'

/** Where a root keeps its repository, seen from inside. */
const repository = '/srv/packages'

/** A package as others than Debian know it: Debian's /lib is a link to /usr/lib in all of them. */
const filesOf = (one: SmallPackage): readonly (readonly [string, string])[] =>
  Object.entries(one.files).map(([path, text]) => [path.replace(/^\/lib\//, '/usr/lib/'), text] as const)

const writeTree = (folder: string, one: SmallPackage): void => {
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  for (const [path, text] of filesOf(one)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o755 })
    writeFileSync(join(folder, path), text, { mode: 0o644 })
  }
}

const specOf = (one: SmallPackage): string => {
  const file = ([path]: readonly [string, string]): string =>
    path.startsWith('/etc/') ? `%config(noreplace) ${path}` : path
  return [
    `Name: ${one.name}`,
    `Version: ${one.version}`,
    'Release: 1',
    'Summary: a package of the lab',
    'License: none',
    'BuildArch: noarch',
    ...(one.depends === undefined ? [] : [`Requires: ${one.depends}`]),
    ...(one.conflicts === undefined ? [] : [`Conflicts: ${one.conflicts}`]),
    ...(one.provides === undefined ? [] : [`Provides: ${one.provides}`]),
    '%description',
    'A package of the lab.',
    '%install',
    `cp -a %{_topdir}/tree/. %{buildroot}/`,
    ...(one.before === undefined ? [] : ['%pre', one.before]),
    ...(one.after === undefined ? [] : ['%post', one.after]),
    '%files',
    ...(filesOf(one).some(([path]) => path.startsWith(`/usr/share/${one.name}/`))
      ? [`%dir /usr/share/${one.name}`]
      : []),
    ...filesOf(one).map(file),
    '',
  ].join('\n')
}

/** Builds rpms into the repository of a root that has rpmbuild and createrepo_c, beside those that are there. */
export const publishRpms = async (root: string, packages: readonly SmallPackage[]): Promise<void> => {
  mkdirSync(join(root, repository), { recursive: true })
  for (const one of packages) {
    const work = mkdtempSync(join(root, 'srv/rpm-'))
    writeTree(join(work, 'tree'), one)
    writeFileSync(join(work, 'small.spec'), specOf(one))
    const inside = `/srv/${basename(work)}`
    const topdir = ['--define', `_topdir ${inside}`, '--define', '_build_id_links none']
    await tool(['chroot', root, 'rpmbuild', '-bb', '--quiet', ...topdir, `${inside}/small.spec`])
    cpSync(join(work, 'RPMS/noarch'), join(root, repository), { recursive: true })
    rmSync(work, { recursive: true })
  }
  // createrepo_c would rename it, which a folder of a lower layer does not take.
  rmSync(join(root, repository, 'repodata'), { recursive: true, force: true })
  await tool(['chroot', root, 'createrepo_c', '-q', repository])
}

const pkgbuildOf = (one: SmallPackage): string => {
  const list = (name: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [`${name}=(${value})`]
  const kept = filesOf(one).flatMap(([path]) => (path.startsWith('/etc/') ? [path.slice(1)] : []))
  return [
    `pkgname=${one.name}`,
    `pkgver=${one.version}`,
    'pkgrel=1',
    "pkgdesc='a package of the lab'",
    'arch=(any)',
    ...list('depends', one.depends),
    ...list('conflicts', one.conflicts),
    ...list('backup', kept.length === 0 ? undefined : kept.join(' ')),
    ...(one.after === undefined && one.before === undefined ? [] : ['install=small.install']),
    'package() { cp -a "$startdir/tree/." "$pkgdir/"; }',
    '',
  ].join('\n')
}

const installOf = (one: SmallPackage): string =>
  ['install', 'upgrade']
    .map((way) => `pre_${way}() { ${one.before ?? ':'}\n}\npost_${way}() { ${one.after ?? ':'}\n}\n`)
    .join('')

/**
 * Builds packages for pacman into the repository of a root that has makepkg, as a user who is not root. Of each name
 * its database knows the version that came last, as any of pacman does.
 */
export const publishForPacman = async (root: string, packages: readonly SmallPackage[]): Promise<void> => {
  mkdirSync(join(root, repository), { recursive: true })
  // makepkg asks /proc for its own files.
  const enter = 'mount -t proc proc "$0/proc" && unset TMPDIR && exec chroot "$0" /bin/sh -c "$@"'
  const run = (script: string, ...args: readonly string[]): Promise<string> =>
    tool(['unshare', '-m', '/bin/sh', '-c', enter, root, script, 'sh', ...args], { timeoutMs: 60_000 })
  const built: string[] = []
  for (const one of packages) {
    const work = mkdtempSync(join(root, 'srv/pkg-'))
    writeTree(join(work, 'tree'), one)
    writeFileSync(join(work, 'PKGBUILD'), pkgbuildOf(one))
    writeFileSync(join(work, 'small.install'), installOf(one))
    const inside = `/srv/${basename(work)}`
    await run(
      'chown -R 65534:65534 "$1" && cd "$1" && HOME=$1 PKGDEST=$1 PKGEXT=.pkg.tar setpriv --reuid=65534 --regid=65534 --clear-groups makepkg -df 1>&2',
      inside,
    )
    const name = `${one.name}-${one.version}-1-any.pkg.tar`
    cpSync(join(work, name), join(root, repository, name))
    built.push(`${repository}/${name}`)
    rmSync(work, { recursive: true })
  }
  await run('repo-add -q "$@" 2>&1', `${repository}/lab.db.tar.gz`, ...built)
}
