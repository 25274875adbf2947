import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'
import { DiagnosticError, type Source } from '../../diagnostics/diagnostic.ts'
import { schemaIssues } from '../../diagnostics/schema-issues.ts'
import { tomlPlaces } from './toml-place.ts'

const line = z.string().regex(/^[^\n\r\0]*$/, 'it is one line')
const inside = line.refine(
  (path) => !path.startsWith('/') && !path.split('/').includes('..'),
  'it is a path inside of the repository',
)
const absolute = line.regex(/^(\/|$)/, 'it is an absolute path')

const dir = z.strictObject({
  local: absolute.default(''),
  link: inside.default(''),
  file: z.boolean().default(false),
  /** An earlier name of `file`. */
  single: z.boolean().default(false),
})

const settings = {
  upstream: line.optional(),
  branch: line.optional(),
  mount: absolute.optional(),
  service: z
    .string()
    .regex(/^[A-Za-z0-9_.:@\\-]*$/, 'a service name has letters, digits and . _ : @ - \\')
    .optional(),
  machine: line.optional(),
  package: line.optional(),
  user: line.optional(),
  action: z
    .string()
    .regex(/^[a-z-]*$/, 'it is a command of systemctl, such as reload')
    .optional(),
  dirs: z.array(dir).optional(),
}

const key = z.strictObject({ path: z.string().optional(), ro: z.boolean().optional() })
const file = z.strictObject({
  global: z.strictObject({ ...settings, keys: z.array(key).optional() }).default({}),
  services: z.array(z.strictObject(settings)).default([]),
})

export interface GitopperDir {
  readonly local: string
  readonly link: string
  readonly isFile: boolean
  readonly source: Source
}

/** One `[[services]]` with what `[global]` gives it. */
export interface GitopperService {
  readonly machine: string
  readonly service: string
  readonly upstream: string
  readonly branch: string
  readonly mount: string
  readonly package?: string
  readonly user?: string
  readonly action?: string
  readonly dirs: readonly GitopperDir[]
  readonly source: Source
}

export interface GitopperFile {
  readonly services: readonly GitopperService[]
  /** Where `keys` stand, which say who may use gitopperctl. */
  readonly keys?: Source
  /** Names of `[global]` that only a service can have. */
  readonly idle: readonly { readonly name: string; readonly source: Source }[]
}

const parsed = (name: string, text: string): unknown => {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [first = ''] = error.message.split('\n')
    throw new DiagnosticError({
      severity: 'error',
      code: 'toml-syntax',
      summary: first.replace(/^Invalid TOML document: /, 'this is no TOML: '),
      source: { file: name, line: error.line, column: error.column },
    })
  }
}

const given = (text: string | undefined): string | undefined => (text === undefined || text === '' ? undefined : text)

type Written = z.output<typeof file>

const serviceOf = (
  written: Written['services'][number],
  global: Written['global'],
  place: (...path: readonly PropertyKey[]) => Source,
): { readonly service: GitopperService } | { readonly missing: readonly string[] } => {
  const machine = given(written.machine)
  const service = given(written.service)
  const upstream = given(written.upstream) ?? given(global.upstream)
  const mount = given(written.mount) ?? given(global.mount)
  if (machine === undefined || service === undefined || upstream === undefined || mount === undefined) {
    const needed = { machine, service, upstream, mount }
    return { missing: Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : [])) }
  }
  const optional = { package: given(written.package), user: given(written.user), action: given(written.action) }
  return {
    service: {
      machine,
      service,
      upstream,
      mount,
      branch: given(written.branch) ?? given(global.branch) ?? 'main',
      ...(optional.package === undefined ? {} : { package: optional.package }),
      ...(optional.user === undefined ? {} : { user: optional.user }),
      ...(optional.action === undefined ? {} : { action: optional.action }),
      dirs: (written.dirs ?? []).map(({ local, link, file: isFile, single }, at) => ({
        local,
        link,
        isFile: isFile || single,
        source: place('dirs', at),
      })),
      source: place(),
    },
  }
}

/** A configuration of gitopper. @throws DiagnosticError with every mistake and its place */
export const readGitopper = (name: string, text: string): GitopperFile => {
  const value = parsed(name, text)
  const place = tomlPlaces(name, text)
  const issues = schemaIssues(file, value, 'the file')
  if (issues.length > 0)
    throw new DiagnosticError(
      issues.map(({ path, ...issue }) => ({ severity: 'error', ...issue, source: place(path) })),
    )
  const { global, services } = file.parse(value)
  const read = services.map((service, at) => serviceOf(service, global, (...path) => place(['services', at, ...path])))
  const missing = read.flatMap((one, at) =>
    'missing' in one ? one.missing.map((field) => ({ field, source: place(['services', at]) })) : [],
  )
  if (missing.length > 0)
    throw new DiagnosticError(
      missing.map(({ field, source }) => ({
        severity: 'error',
        code: 'missing-property',
        summary: `${field} is missing, here and in [global]`,
        source,
      })),
    )
  const own = ['machine', 'service', 'package', 'user', 'action', 'dirs'] as const
  return {
    services: read.flatMap((one) => ('service' in one ? [one.service] : [])),
    ...(global.keys === undefined ? {} : { keys: place(['global', 'keys']) }),
    idle: own.flatMap((name) => (global[name] === undefined ? [] : [{ name, source: place(['global', name]) }])),
  }
}
