import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { argsFrom } from '../properties.ts'
import type { PackageProps } from './package.ts'

const schema = z.strictObject({
  version: z
    .string()
    .regex(/^[A-Za-z0-9.+:~_-]+$/, 'it is a version as the package manager writes it')
    .optional()
    .describe('Exactly this version; any will do when left out.'),
  hold: z.boolean().optional().describe('Never upgraded by others.'),
  startOnInstall: z.boolean().optional().describe('False: do not start the services that the package brings.'),
  absent: z.boolean().optional().describe('The package shall not be installed.'),
} satisfies Omit<Shape<PackageProps>, 'mode'>)

export const packageResource = defineResource({
  type: 'package',
  functionName: 'pkg',
  summary: 'a package of the operating system',
  detail: `Common names are translated by the profile: \`apache\` is \`apache2\` on Debian; others pass through unchanged.
Without a version any installed one will do, and nothing is upgraded. Packages that follow each other are one
transaction of the package manager. The plan shows what it would bring along, replace and take away besides, as the
manager of the host itself says.`,
  reversal: `Best effort: exactly what the transaction added goes again; what package scripts did, users that they made and
data that they migrated stay.`,
  identity: {
    name: 'name',
    summary: 'Name of the package, common or native; or several.',
    schema: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.+_:-]*$/, 'a package name has letters, digits and . + - _ :'),
  },
  schema,
  examples: [
    { id: 'curl', props: {} },
    { id: 'telnet', props: { absent: true } },
  ],
  together: (props) =>
    props.absent === true && Object.values(props).filter((value) => value !== undefined).length > 1
      ? ['a package that is absent has no other property']
      : [],
  lower(id, props, context) {
    const target = context.profile.name('packages', id)
    if (props.absent === true) return { steps: [{ verb: 'PACKAGE', target, args: { type: 'absent' } }] }
    const start = props.startOnInstall === false ? 'no' : undefined
    const args = argsFrom({ version: props.version, hold: props.hold, start })
    return { steps: [{ verb: 'PACKAGE', target, args }] }
  },
})
