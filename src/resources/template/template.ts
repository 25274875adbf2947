import type { Examine, Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { FileProps } from '../file/file.ts'
import { templateSchema } from './definition.ts'
import { filledTemplate } from './filled.ts'

/** What a variable may be. */
export type TemplateValue =
  | Text
  | number
  | boolean
  | null
  | readonly TemplateValue[]
  | { readonly [name: string]: TemplateValue }

export interface TemplateProps extends Omit<FileProps, 'content' | 'source' | 'absent'> {
  /** A file of the config repository, relative to the module that says so. */
  source: string
  /** What its tags stand for, e.g. `host.vars`. Every tag must have one; what is undefined is missing. */
  vars?: { readonly [name: string]: TemplateValue | undefined }
  /** What opens and closes a tag. Default `['{{', '}}']`. */
  delimiters?: readonly [open: string, close: string]
}

/** What is wrong with a template is said while the config runs, with the places in both files. */
const examine: Examine = (props, root, report) => {
  const parsed = templateSchema.safeParse(props)
  if (!parsed.success) return
  const { source, vars = {}, delimiters } = parsed.data
  for (const { place, ...mistake } of filledTemplate(root, source, vars, delimiters).mistakes)
    report({
      ...mistake,
      ...(place === undefined ? {} : { related: [{ source: place, note: 'in the template here' }] }),
    })
}

/**
 * A file that is made from a template of the config repository. `{{ name }}` is a variable, `{{#each list}}…{{/each}}`
 * and `{{#if name}}…{{else}}…{{/if}}` go around text; anything more is for the config itself.
 *
 * @example
 * template('/etc/app.conf', { source: './app.conf.tmpl', vars: { workers: 4, db: secret.env('DB') }, mode: '0640' })
 */
export const template = (path: string, props: TemplateProps): Handle =>
  declare('template', path, { ...props }, { examine })
