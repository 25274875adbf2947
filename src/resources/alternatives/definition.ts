import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { normalPath, ownPath } from '../properties.ts'
import type { AlternativesProps } from './alternatives.ts'

export const alternativesResource = defineResource({
  type: 'alternatives',
  summary: 'which of several programs a name means',
  detail: `By update-alternatives: the link and those that go with it, as manual pages do. A package that offers the program and
is declared in the same config must be named in \`after\`. Tested on Debian; untested where another update-alternatives is.`,
  reversal:
    'Exact: what was chosen before, or automatic where nobody had chosen. Among programs of one priority, automatic keeps the last.',
  identity: {
    name: 'name',
    summary: 'Name of the group, as update-alternatives --get-selections lists it.',
    schema: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/, 'a name has letters, digits, _, ., + and -'),
  },
  schema: z.strictObject({
    path: ownPath.optional().describe('The program that the name means.'),
    auto: z.boolean().optional().describe('The one of highest priority, whichever that is.'),
  } satisfies Omit<Shape<AlternativesProps>, 'mode'>),
  examples: [
    { id: 'editor', props: { path: '/usr/bin/vim.basic' } },
    { id: 'pager', props: { auto: true } },
  ],
  together: (props) => ((props.path === undefined) === (props.auto !== true) ? ['give either path or auto: true'] : []),
  lower: (id, { path }) => ({
    steps: [{ verb: 'ALTERNATIVE', target: id, args: { path: path === undefined ? 'auto' : normalPath(path) } }],
  }),
})
