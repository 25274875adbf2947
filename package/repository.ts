import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import packageJson from '../package.json' with { type: 'json' }

/** The checkout that is packaged. */
export const repository = join(import.meta.dirname, '..')

export const version: string = packageJson.version

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 })

/** Seconds since 1970 of the commit: the time that everything packaged bears. */
export const commitTime = (): string => git('log', '-1', '--format=%ct').trim()

const inputs = ['src', 'package', 'monitoring', 'package.json', 'package-lock.json', 'LICENSE', 'CHANGELOG.md']

/** Tells one state of all that goes into a package from another. */
export const inputsDigest = (options: readonly string[]): string => {
  const hash = createHash('sha256')
  hash.update(`${process.versions.node} ${process.arch} ${options.join(' ')} ${commitTime()}\n`)
  const files = git('ls-files', '-z', '-co', '--exclude-standard', '--', ...inputs).split('\0')
  for (const file of new Set(files)) {
    const path = join(repository, file)
    if (file === '' || /\.test\.ts$/.test(file) || !existsSync(path)) continue
    hash.update(`${file}\0`).update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}
