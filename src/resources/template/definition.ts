import { z } from 'zod'
import { formatSource } from '../../diagnostics/diagnostic.ts'
import type { Json } from '../../document/document.ts'
import { defineResource, type Shape } from '../definition.ts'
import { copyStep, fileShape } from '../file/definition.ts'
import { normalPath, ownPath } from '../properties.ts'
import { filledTemplate } from './filled.ts'
import type { TemplateProps } from './template.ts'

const delimiter = z
  .string()
  .regex(/^[^\sA-Za-z0-9_\\.]{1,8}$/, 'what opens or closes a tag is made of signs, such as <%')

export const templateSchema = z.strictObject({
  source: z.string().min(1).describe('A file of the config repository, relative to the module that says so.'),
  vars: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable has letters, digits and _'), z.json())
    .optional()
    .describe('What its tags stand for; every tag must have one.')
    .meta({ title: 'variables' }),
  delimiters: z
    .array(delimiter)
    .length(2, 'it is what opens a tag and what closes it')
    .optional()
    .describe("What opens and closes a tag; left out: ['{{', '}}']."),
  ...fileShape,
} satisfies Shape<TemplateProps>)

export const templateResource = defineResource({
  type: 'template',
  summary: 'a file made from a template of the config repository',
  detail: `\`{{ name }}\` and \`{{ name.part }}\` are variables, \`{{#each list}}…{{/each}}\` repeats (\`{{ this }}\` is the item, its
parts have names of their own, \`{{ @key }}\` is the name in a group), \`{{#if name}}…{{else}}…{{/if}}\` chooses: false, null,
empty texts and lists are no. A line with nothing but such a tag goes. \`{{! … }}\` is a comment, \`\\{{\` stands for itself.
A variable that is missing is an error of \`hexis check\`, with its place. Secrets may be variables.`,
  reversal: 'Exact: the earlier file comes back as it was.',
  identity: { name: 'path', summary: 'Where it lies on the host, absolute.', schema: ownPath },
  schema: templateSchema,
  examples: [
    {
      id: '/etc/app.conf',
      props: { source: './app.conf.tmpl', vars: { workers: 4, peers: ['web1', 'web2'] }, mode: '0640' },
    },
    { id: '/etc/alerts.yml', props: { source: './alerts.yml', vars: { team: 'ops' }, delimiters: ['<<', '>>'] } },
  ],
  lower(id, props, context) {
    const { parts, mistakes } = filledTemplate(context.root, props.source, props.vars ?? {}, props.delimiters)
    for (const { place, ...mistake } of mistakes)
      context.report({ ...mistake, ...(place === undefined ? {} : { detail: `At ${formatSource(place)}.` }) })
    const text: Json = { $text: parts }
    return { steps: [copyStep(normalPath(id), context.content(text, 'source'), props, context)] }
  },
})
