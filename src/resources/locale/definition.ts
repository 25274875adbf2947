import { z } from 'zod'
import { defineResource, type LowerContext, type LoweredStep, type Shape } from '../definition.ts'
import type { LocaleCategory, LocaleProps } from './locale.ts'

const localeName = z
  .string()
  .regex(
    /^(C|POSIX|C\.UTF-8|[a-z]{2,3}(_[A-Z]{2})?\.[A-Z0-9-]+(@[a-z]+)?)$/,
    "a locale is written with its encoding: 'de_DE.UTF-8', 'C.UTF-8'",
  )

const one = localeName.optional()
const categories = z.strictObject({
  LC_CTYPE: one,
  LC_NUMERIC: one,
  LC_TIME: one,
  LC_COLLATE: one,
  LC_MONETARY: one,
  LC_MESSAGES: one,
  LC_PAPER: one,
  LC_NAME: one,
  LC_ADDRESS: one,
  LC_TELEPHONE: one,
  LC_MEASUREMENT: one,
  LC_IDENTIFICATION: one,
} satisfies Record<LocaleCategory, z.ZodType>)

const schema = z.strictObject({
  categories: categories.optional().describe("Locales for single things: { LC_TIME: 'en_GB.UTF-8' }."),
  languages: z
    .array(z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, "a language is written as 'de' or 'de_AT'"))
    .min(1)
    .optional()
    .describe("Languages of messages, the preferred one first: ['de', 'en']."),
} satisfies Omit<Shape<LocaleProps>, 'mode'>)

/** Every system has these without further ado. */
const builtIn: ReadonlySet<string> = new Set(['C', 'POSIX', 'C.UTF-8'])

/** Where one line a locale says what to make; on the way back the program may have gone with its package. */
const generated = (name: string, list: string): LoweredStep => {
  const charset = name.replace(/^[^.]*\./, '').replace(/@.*/, '')
  return {
    verb: 'LINE',
    target: list,
    args: { create: 'yes', id: name, line: `${name} ${charset}`, match: `^[#\\s]*${name.replace(/[.]/g, '\\.')}\\s` },
    actions: [{ verb: 'RUN', target: 'if command -v locale-gen >/dev/null; then locale-gen; fi' }],
  }
}

/** How the host comes by locales: the profile says what makes or brings them. */
const making = (names: readonly string[], { profile, can }: LowerContext): readonly LoweredStep[] => {
  const packages = profile.name('packages', 'locales')
  const list = profile.find('paths', 'locale-gen-file')
  const perLanguage = profile.find('managers', 'locale') === 'langpack'
  const targets = perLanguage
    ? names.map((name) => packages.replace(/-[a-z]+$/, `-${name.replace(/[_.].*/, '')}`))
    : [packages]
  const brought = can('packages') ? [...new Set(targets)].map((target) => ({ verb: 'PACKAGE', target })) : []
  return names.length === 0
    ? []
    : [...brought, ...(list === undefined ? [] : names.map((name) => generated(name, list)))]
}

export const localeResource = defineResource({
  type: 'locale',
  summary: 'the locale of the host: language, encoding, formats',
  detail: `The file that logins and services read, as a whole; and what is needed for the locale to be there: a package, or
one that is generated from a list. A host has one locale; programs that run keep theirs. Tested on Debian with a
stand-in for locale-gen; for other families golden only.`,
  reversal: 'Exact for the file and the list; packages as packages are, and locales are generated anew without it.',
  identity: { name: 'name', summary: 'Name of the locale, with its encoding.', schema: localeName },
  schema,
  examples: [
    { id: 'de_DE.UTF-8', props: { categories: { LC_MESSAGES: 'C.UTF-8' } } },
    { id: 'C.UTF-8', props: {} },
  ],
  lower(id, props, context) {
    const settings = Object.entries({ LANG: id, LANGUAGE: props.languages?.join(':'), ...props.categories })
    const said = settings.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
    const target = context.profile.name('paths', 'locale-file')
    const mark = target.endsWith('.sh') ? 'export ' : ''
    const blob = context.content(said.map(([name, value]) => `${mark}${name}=${value}\n`).join(''), 'name')
    const locales = said.flatMap(([name, value]) => (name === 'LANGUAGE' || builtIn.has(value) ? [] : [value]))
    return {
      steps: [
        ...making([...new Set(locales)], context),
        { verb: 'COPY', target, args: { blob, group: 'root', mode: '0644', owner: 'root' } },
      ],
    }
  },
})
