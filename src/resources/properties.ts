import { z } from 'zod'
import type { Json } from '../document/document.ts'
import type { Args } from '../steps/step.ts'
import { isPart } from '../text/from-json.ts'
import { modeDigits } from './mode.ts'

/** Longest path that Linux takes. */
const pathLimitBytes = 4095
/** Longest name of one path component. */
const nameLimitBytes = 255

const pathMistake = (path: string): string | undefined => {
  if (!path.startsWith('/')) return 'a path on the host is absolute: it starts with /'
  if (path.includes('\0')) return 'a path cannot hold a NUL'
  const names = path.split('/')
  if (names.includes('..')) return 'a path is written without ..'
  if (Buffer.byteLength(path) > pathLimitBytes) return `a path has at most ${pathLimitBytes} bytes`
  if (names.some((name) => Buffer.byteLength(name) > nameLimitBytes))
    return `a name has at most ${nameLimitBytes} bytes`
  return undefined
}

const checked = (mistake: (value: string) => string | undefined): z.ZodString =>
  z.string().superRefine((value, context) => {
    const message = mistake(value)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })

/** An absolute path on the host. */
export const hostPath = checked(pathMistake).meta({ title: 'path' })

/** As {@link hostPath}, but not the root directory itself. */
export const ownPath = checked(
  (path) =>
    pathMistake(path) ?? (normalPath(path) === '/' ? 'the root directory is not for Hexis to manage' : undefined),
).meta({ title: 'path' })

/** Without doubled slashes, `.` and a slash at the end. */
export const normalPath = (path: string): string =>
  `/${path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/')}`

export const accountName = z
  .string()
  .regex(
    /^[a-z_][a-z0-9_-]{0,30}[a-z0-9_$-]?$/i,
    'a name has at most 32 letters, digits, - and _, and starts with a letter or _',
  )
  .meta({ title: 'name' })

/** An owner or group: a name, or a number as text. */
export const ownerName = z
  .string()
  .regex(/^([a-z_][a-z0-9_-]{0,30}[a-z0-9_$-]?|[0-9]{1,10})$/i, 'it is the name of an account, or its number as text')
  .meta({ title: 'name' })

/** Largest uid and gid; the two above it are reserved. */
const accountNumberLimit = 4_294_967_293
export const accountNumber = z
  .int()
  .min(0, 'it is 0 or more')
  .max(accountNumberLimit, `it is at most ${accountNumberLimit}`)

/** Permission bits: `0644` or `u=rw,go=r`. */
export const mode = checked((value) =>
  modeDigits(value) === undefined
    ? "a mode is three or four octal digits ('0644') or all of u, g and o ('u=rw,go=r')"
    : undefined,
).meta({ title: 'mode' })

/** Text that may hold secrets, facts and probe output. */
export const textProperty = z
  .union([z.string(), z.strictObject({ $text: z.array(z.json().refine(isPart, 'not a part of a text')) })])
  .meta({ title: 'text' })

const isPattern = (source: string, flags: string): boolean => {
  try {
    new RegExp(source, flags)
    return true
  } catch {
    return false
  }
}

/** A regular expression as documents write it. */
export const pattern = z
  .union([
    z.string().refine((source) => isPattern(source, ''), 'it is no regular expression'),
    z
      .strictObject({ regex: z.string(), flags: z.string().optional() })
      .refine((p) => isPattern(p.regex, p.flags ?? ''), 'it is no regular expression'),
  ])
  .meta({ title: 'regular expression' })

/** A regular expression as arguments of a step; flags under a name of their own. */
export const patternArgs = (value: z.output<typeof pattern> | undefined, name: string, flagsName: string): Args => {
  if (value === undefined) return {}
  if (typeof value === 'string') return { [name]: value }
  const flags = (value.flags ?? '').replace(/[gy]/g, '')
  return flags === '' ? { [name]: value.regex } : { [name]: value.regex, [flagsName]: flags }
}

/** One line of text. */
export const singleLine = z.string().regex(/^[^\n\r\0]*$/, 'it is one line, without a line end or NUL')

/** Arguments without those that are undefined; yes and no for booleans, digits for numbers. */
export const argsFrom = (values: { readonly [name: string]: string | number | boolean | undefined }): Args =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      if (value === undefined) return []
      return [[name, typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)]]
    }),
  )

/** `yes`, or nothing at all: for arguments that only exist where they are true. */
export const onlyYes = (value: boolean | undefined): 'yes' | undefined => (value === true ? 'yes' : undefined)

/** The `$text` of a document value, for types that a schema checked already. */
export const asJson = (value: z.output<typeof textProperty>): Json => value as Json
