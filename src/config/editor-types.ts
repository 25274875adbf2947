import { symlink } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/**
 * Where the editor finds the types of `hexis`: this checkout itself. Git-ignored, since it is true on this machine
 * alone. The single executable has a module of its own in this place, which writes the types out.
 */
export const placeEditorTypes = async (place: string): Promise<void> => {
  try {
    await symlink(fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, ''), place)
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!exists) throw error
  }
}
