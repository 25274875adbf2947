import { existsSync } from 'node:fs'
import { rm, symlink } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/**
 * Where the editor finds the types of `hexis`: this checkout itself. Git-ignored, since it is true on this machine
 * alone. The single executable has a module of its own in this place, which writes the types out.
 */
export const placeEditorTypes = async (place: string): Promise<void> => {
  if (existsSync(place)) return
  // A link to a checkout that is there no more.
  await rm(place, { force: true })
  await symlink(fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, ''), place)
}
