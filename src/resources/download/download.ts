import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { FileProps } from '../file/file.ts'

export interface DownloadProps extends Omit<FileProps, 'content' | 'source' | 'absent'> {
  /** Where it is got from, by `http` or `https`. */
  url: string
  /** SHA-256 of its content, 64 hexadecimal digits; what has another one is never used. */
  sha256: string
  /** Seconds without a byte until the server is given up. Default 30. */
  timeout?: number
}

/**
 * A file from the network, of exactly one content. Hexis gets it and sends it along; the host needs no network.
 *
 * @example
 * download('/opt/app.tar.gz', {
 *   url: 'https://example.org/app-1.2.tar.gz',
 *   sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
 * })
 */
export const download = (path: string, props: DownloadProps): Handle => declare('download', path, { ...props })
