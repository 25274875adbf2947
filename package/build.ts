import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.ts'
import { debianArch, makeDeb } from './deb.ts'
import { compile, makeExecutable } from './executable.ts'
import { licencesOf } from './licences.ts'
import type { Arch } from './node-binary.ts'
import { inputsDigest, version } from './repository.ts'
import { writeTypes } from './types.ts'

const arches: readonly Arch[] = ['x64', 'arm64']

const debName = (arch: Arch): string => `hexis_${version}_${debianArch[arch]}.deb`
const names = arches.flatMap((arch) => [`hexis-linux-${arch}`, debName(arch)])

const made = '.made'

const digestOf = (quick: boolean): string => inputsDigest(quick ? ['quick'] : [])

/** Whether a folder holds what this state of the sources gives. */
export const isMade = (dist: string, quick: boolean): boolean =>
  existsSync(join(dist, made)) &&
  readFileSync(join(dist, made), 'utf8') === digestOf(quick) &&
  names.every((name) => existsSync(join(dist, name)))

/** Makes everything in a folder; see `build`. */
export const makeAll = async (folder: string, quick: boolean): Promise<void> => {
  const packages = await bundle(folder)
  await Promise.all([compile(folder), writeTypes(folder)])
  await Promise.all(
    arches.map(async (arch) => {
      const executable = join(folder, `hexis-linux-${arch}`)
      await makeExecutable(arch, folder, executable)
      await makeDeb({ arch, executable, licences: licencesOf(packages), quick }, folder, join(folder, debName(arch)))
    }),
  )
}

const sums = (folder: string): string =>
  names
    .map(
      (name) =>
        `${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}  ${name}\n`,
    )
    .join('')

/**
 * Makes executables and packages in a folder, unless it holds those of this state of the sources already. `quick`
 * packs loosely. Answers with the names of the files.
 */
export const build = async (dist: string, quick: boolean): Promise<readonly string[]> => {
  if (isMade(dist, quick)) return names
  const digest = digestOf(quick)
  mkdirSync(dist, { recursive: true })
  const folder = mkdtempSync(join(dist, '.work-'))
  try {
    await makeAll(folder, quick)
    rmSync(join(dist, made), { force: true })
    writeFileSync(join(folder, 'SHA256SUMS'), sums(folder))
    for (const name of [...names, 'SHA256SUMS']) renameSync(join(folder, name), join(dist, name))
    writeFileSync(join(dist, made), digest)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return names
}
