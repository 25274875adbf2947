import { z } from 'zod'

/** PostgreSQL cuts longer names off without a word. */
const nameLimitBytes = 63

/** Which of several PostgreSQL servers of a host is meant. */
export interface PostgresServerProps {
  /** Its port, which also names its socket. Default 5432. */
  port?: number
  /** The directory of its socket, where that is no usual one. */
  socket?: string
}

const portLimit = 65_535

export const serverShape = {
  port: z
    .int()
    .min(1)
    .max(portLimit)
    .optional()
    .describe('Port of the server, which names its socket; left out: 5432.'),
  socket: z
    .string()
    .regex(/^\/[A-Za-z0-9_./-]*$/, 'it is the absolute path of a directory')
    .refine((path) => !path.split('/').includes('..'), 'a path is written without ..')
    .optional()
    .describe('Directory of the socket, where it is no usual one.'),
}

/** The server as identities of the kind `postgres` hold it: a port, or `DIRECTORY:PORT`. */
export const serverOf = (props: {
  readonly port?: number | undefined
  readonly socket?: string | undefined
}): string => {
  const port = String(props.port ?? 5432)
  return props.socket === undefined ? port : `${props.socket.replace(/\/+$/, '') || '/'}:${port}`
}

/** A name of anything in PostgreSQL: any characters, up to its limit. */
export const postgresName = z
  .string()
  .min(1, 'a name has at least one character')
  .refine((name) => !name.includes('\0'), 'a name cannot hold a NUL')
  .refine((name) => Buffer.byteLength(name) <= nameLimitBytes, `a name has at most ${nameLimitBytes} bytes`)

/** -1 is none. */
export const connectionLimit = z.int().min(-1).max(2_147_483_647)
