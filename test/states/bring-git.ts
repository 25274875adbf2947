import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Puts this machine's git into a root that has none and cannot get one: the lab has no package source for it. */
export const bringGit = (root: string): void => {
  const folder = execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim()
  const libraries = [...execFileSync('ldd', ['/usr/bin/git'], { encoding: 'utf8' }).matchAll(/=> (\S+)/g)].map(
    ([, path = '']) => path,
  )
  for (const path of ['/usr/bin/git', folder, ...libraries]) {
    const target = join(root, path)
    if (existsSync(target)) continue
    mkdirSync(dirname(target), { recursive: true })
    cpSync(path, target, path === folder ? { recursive: true, verbatimSymlinks: true } : { dereference: true })
  }
}
