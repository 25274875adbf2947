import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where built roots and running labs live: outside the work tree, on a real file system. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hexis')

/** The folder of this name in the cache; `make` fills a new one, which appears only when it is whole. */
export const cached = async (name: string, make: (folder: string) => Promise<void>): Promise<string> => {
  const folder = join(cacheFolder, 'roots', name)
  if (existsSync(folder)) return folder
  mkdirSync(join(cacheFolder, 'roots'), { recursive: true })
  const making = mkdtempSync(join(cacheFolder, 'roots', 'making-'))
  try {
    const root = join(making, 'root')
    await make(root)
    // Two processes may build at once: the first rename wins.
    if (!existsSync(folder)) renameSync(root, folder)
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
  return folder
}
