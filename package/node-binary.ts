import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './repository.ts'

export type Arch = 'x64' | 'arm64'

/** What Node looks at to know whether a program was put into it. */
export const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

const takesPrograms = (file: string): boolean => readFileSync(file).includes(`${fuse}:0`)

/** A Node of the running version for a processor: the running one, or the one that npm has, kept below `.node`. */
export const nodeBinary = (arch: Arch): string => {
  if (process.platform === 'linux' && arch === process.arch && takesPrograms(process.execPath)) return process.execPath
  const name = `node-linux-${arch}`
  const version = process.versions.node
  const folder = join(repository, '.node', `${name}-${version}`)
  const file = join(folder, 'package/bin/node')
  if (existsSync(file)) return file
  process.stderr.write(`fetching ${name}@${version} …\n`)
  mkdirSync(folder, { recursive: true })
  const tgz = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder, `${name}@${version}`], {
    encoding: 'utf8',
  }).trim()
  execFileSync('tar', ['-xzf', join(folder, tgz), '-C', folder, 'package/bin/node', 'package/LICENSE'])
  rmSync(join(folder, tgz))
  return file
}
