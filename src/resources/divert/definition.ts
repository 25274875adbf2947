import { z } from 'zod'
import { defineResource, type LowerContext, type Shape } from '../definition.ts'
import { normalPath, ownPath } from '../properties.ts'
import type { DivertProps } from './divert.ts'

/** Reported on systems whose packages are no .deb. */
export const needsDpkg = ({ profile, report }: LowerContext, what: string): void => {
  const manager = profile.find('managers', 'package')
  if (manager !== undefined && manager !== 'apt')
    report({
      code: 'wrong-value',
      summary: `${what} is a thing of dpkg, and ${profile.id} has ${manager}`,
      hint: 'Declare it only for hosts of the Debian family.',
    })
}

export const divertResource = defineResource({
  type: 'divert',
  summary: 'the file of a package lies at another path, so that its own is free',
  detail: `By dpkg-divert, for the Debian family: what packages bring at the path goes to \`to\`, now and with every upgrade. A
file, link or edit that is declared for the path comes after it. A path has one diversion: one that a package made stays,
and the plan says so.`,
  reversal: 'Exact: the file moves back, when nothing else lies at its path any more.',
  identity: { name: 'path', summary: 'The path that packages mean, absolute.', schema: ownPath },
  schema: z.strictObject({
    to: ownPath.optional().describe('Where the file lies instead; left out: the path with .distrib behind it.'),
    absent: z.boolean().optional().describe('No diversion of ours shall be there.'),
  } satisfies Omit<Shape<DivertProps>, 'mode'>),
  examples: [
    { id: '/usr/bin/app', props: { to: '/usr/bin/app.real' } },
    { id: '/usr/bin/old', props: { absent: true } },
  ],
  together({ to, absent }, id) {
    if (absent === true && to !== undefined) return ['a diversion that is absent goes nowhere']
    return to !== undefined && normalPath(to) === normalPath(id) ? ['to is the path itself'] : []
  },
  lower(id, { to, absent }, context) {
    needsDpkg(context, 'a diversion')
    const target = normalPath(id)
    const args = absent === true ? { type: 'absent' } : { to: to === undefined ? `${target}.distrib` : normalPath(to) }
    return { steps: [{ verb: 'DIVERT', target, args }] }
  },
})
