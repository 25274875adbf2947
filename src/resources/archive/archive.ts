import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps } from '../resource-props.ts'

export interface ArchiveProps extends ResourceProps {
  /** An archive of the config repository, relative to the module that says so: tar, tar.gz or tar.zst. */
  source?: string
  /** Where it is got from, by `http` or `https`; needs `sha256`. */
  url?: string
  /** SHA-256 of the archive, 64 hexadecimal digits. */
  sha256?: string
  /** Seconds without a byte until the server is given up. Default 30. */
  timeout?: number
  /** How many leading names of each path are left out: 1 for archives with everything in one folder. Default 0. */
  strip?: number
  /** Permissions of the directory itself. Default `0755`; inside, those of the archive hold. */
  mode?: string
  /** Name of the owning user of everything in it. Not managed when left out: who owned it elsewhere is no matter. */
  owner?: string
  /** Name of the owning group of everything in it. */
  group?: string
}

/**
 * A directory with what an archive holds. Hexis unpacks it and sends contents along; the host needs no program for it.
 *
 * @example
 * archive('/opt/app', { source: './app-1.2.tar.gz', strip: 1 })
 */
export const archive = (path: string, props: ArchiveProps): Handle => declare('archive', path, { ...props })
