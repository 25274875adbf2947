import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Arch, fuse, nodeBinary } from './node-binary.ts'
import { repository } from './repository.ts'

const run = promisify(execFile)

/** Room for all objects of a short run, and one seed: what V8 compiles is then the same each time. */
const warmFlags = ['--random-seed=1', '--min-semi-space-size=128']

/** What V8 compiles of hexis.cjs in a folder; only this processor's own is of use. */
export const compile = async (folder: string): Promise<void> => {
  const warm = join(repository, 'package/warm.ts')
  const env = { PATH: process.env.PATH ?? '', HOME: folder }
  await run(process.execPath, [...warmFlags, warm, join(folder, 'hexis.cjs'), join(folder, 'compiled')], { env })
}

/** Makes one executable of boot.cjs, hexis.cjs, types and perhaps compiled in a folder. */
export const makeExecutable = async (arch: Arch, folder: string, out: string): Promise<void> => {
  const assets = { hexis: 'hexis.cjs', types: 'types', ...(arch === process.arch ? { compiled: 'compiled' } : {}) }
  const blob = `blob-${arch}`
  const config = {
    // Relative, since the paths are in the blob.
    main: 'boot.cjs',
    output: blob,
    assets,
    disableExperimentalSEAWarning: true,
    // NODE_OPTIONS counts as in a checkout.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  }
  writeFileSync(join(folder, `${blob}.json`), JSON.stringify(config))
  await run(process.execPath, ['--experimental-sea-config', `${blob}.json`], { cwd: folder })
  copyFileSync(nodeBinary(arch), out)
  chmodSync(out, 0o755)
  const postject = fileURLToPath(import.meta.resolve('postject/dist/cli.js'))
  await run(process.execPath, [postject, out, 'NODE_SEA_BLOB', join(folder, blob), '--sentinel-fuse', fuse])
}
