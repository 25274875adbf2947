import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Every temporary file of a run of the tests lies in one folder, which goes with it; names stay short for sockets. */
export default (): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'hxt-'))
  // Other users enter what a test makes for them.
  chmodSync(folder, 0o711)
  process.env.TMPDIR = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
