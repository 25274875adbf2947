import { z } from 'zod'

/** Which of several MariaDB or MySQL servers of a host is meant. */
export interface MysqlServerProps {
  /** The path of its socket, where that is not the usual one. */
  socket?: string
}

export const mysqlServerShape = {
  socket: z
    .string()
    .regex(/^\/[A-Za-z0-9_./-]*[A-Za-z0-9_-]$/, 'it is the absolute path of a socket')
    .refine((path) => !path.split('/').includes('..'), 'a path is written without ..')
    .optional()
    .describe('Path of the socket, where it is not the usual one.'),
}

/** MariaDB's limit; of a host name, and of a database or table. */
const userLimit = 80
const hostLimit = 255
const nameLimit = 64

/** The server keeps names in three bytes a character. */
const isKept = (name: string): boolean => !name.includes('\0') && !/[\u{10000}-\u{10ffff}]/u.test(name)

export const mysqlName = z
  .string()
  .min(1, 'a name has at least one character')
  .refine((name) => [...name].length <= nameLimit, `a name has at most ${nameLimit} characters`)
  .refine((name) => isKept(name) && !name.endsWith(' '), 'a name holds no NUL, no emoji, and no blank at its end')

/** `app` → `app` at `localhost`; `app@10.0.%` → as it says. */
export const accountOf = (text: string): { readonly name: string; readonly host: string } => {
  const at = text.lastIndexOf('@')
  return at === -1
    ? { name: text, host: 'localhost' }
    : { name: text.slice(0, at), host: text.slice(at + 1).toLowerCase() }
}

const accountMistake = (text: string): string | undefined => {
  const { name, host } = accountOf(text)
  if (name === '') return 'the name of a user has at least one character'
  if ([...name].length > userLimit) return `the name of a user has at most ${userLimit} characters`
  if (!isKept(name)) return 'a name holds no NUL and no emoji'
  if (host.length > hostLimit || !/^[a-z0-9_.:%/-]+$/.test(host))
    return "behind the @ stands a host: localhost, %, a name, or an address such as '10.0.%'"
  return undefined
}

/** `USER@HOST`, or `USER` alone for `localhost`. */
export const mysqlAccount = z.string().superRefine((text, context) => {
  const message = accountMistake(text)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})
