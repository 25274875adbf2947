import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { asJson, singleLine, textProperty } from '../properties.ts'
import { serviceName } from '../service/definition.ts'
import { dropInMark, type UnitProps } from './unit.ts'
import { foreignSections, noUnitFileStep, sectionsOf, unitFileStep, unitPath, unitText } from './unit-file.ts'

const word = z.string().regex(/^[A-Za-z0-9-]+$/, 'a name of a section or key has letters, digits and -')

/** systemd takes a backslash at the end of a line for one that goes on. */
const text = singleLine.regex(/[^\\]$|^$/, 'a value does not end with a backslash')

const value = z.union([text, z.number(), z.boolean(), z.array(z.union([text, z.number()]))]).meta({ title: 'value' })

const dropInName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/, 'a drop-in is named by letters, digits, _, . and -')
  .refine((name) => !name.endsWith('.conf'), 'it is written without .conf')

const schema = z.strictObject({
  content: textProperty.optional().describe('The whole text.'),
  sections: z
    .record(word, z.record(word, value))
    .optional()
    .describe('The sections with what they say, in order; a list is a line each, an empty text in it a reset.')
    .meta({ title: 'sections' }),
  dropIn: dropInName.optional().describe('A drop-in of this name, which changes a unit that others bring.'),
  verify: z.boolean().optional().describe('False: systemd is not asked whether it likes the text.'),
  absent: z.boolean().optional().describe('The file shall not be there.'),
} satisfies Omit<Shape<UnitProps>, 'mode'>)

/** The unit and the drop-in that an identity names. */
const partsOf = (id: string): { readonly unit: string; readonly dropIn?: string } => {
  const at = id.indexOf(dropInMark)
  return at === -1 ? { unit: id } : { unit: id.slice(0, at), dropIn: id.slice(at + dropInMark.length) }
}

const identity = z.string().superRefine((id, context) => {
  const { unit } = partsOf(id)
  for (const issue of serviceName.safeParse(unit).error?.issues ?? [])
    context.addIssue({ code: 'custom', message: issue.message })
})

export const unitResource = defineResource({
  type: 'unit',
  summary: 'a unit file of systemd, or a drop-in of one',
  detail: `\`systemd-analyze verify\` looks at the text before it takes its place; what it warns of is an error, but for programs
and units that are still missing. systemd reads its files again once a run, before the unit itself is started or
stopped. It is only the file: \`service\` says whether it runs, and restarts it with \`restartOn\`.`,
  reversal: 'Exact.',
  identity: {
    name: 'name',
    summary: 'Name of the unit; a service may be called as `service` calls it. A drop-in: UNIT.d/NAME.',
    schema: identity,
  },
  schema,
  examples: [
    {
      id: 'app.service',
      props: {
        sections: {
          Unit: { Description: 'The app', After: 'network.target' },
          Service: { ExecStart: '/usr/bin/app', User: 'app', Restart: 'on-failure' },
          Install: { WantedBy: 'multi-user.target' },
        },
      },
    },
    {
      id: 'nginx.d/limits',
      given: 'nginx',
      props: { dropIn: 'limits', sections: { Service: { LimitNOFILE: 65536, ExecStartPre: ['', '/bin/true'] } } },
    },
  ],
  together(props, id) {
    const { unit, dropIn } = partsOf(id)
    if (props.dropIn !== dropIn) return ['dropIn is not the one that its identity says']
    if (props.absent === true) {
      return (props.content ?? props.sections ?? props.verify) === undefined
        ? []
        : ['a unit file that is absent says nothing']
    }
    if ((props.content === undefined) === (props.sections === undefined)) return ['give either content or sections']
    const allowed = ['Unit', ...sectionsOf(unit), 'Install'].join(', ')
    return foreignSections(unit, Object.keys(props.sections ?? {})).map(
      (name) => `sections: ${unit} has no section ${name}; allowed are ${allowed} and X-…`,
    )
  },
  lower(id, props, context) {
    const { unit, dropIn } = partsOf(id)
    const name = context.unit(unit)
    const target = unitPath(dropIn === undefined ? name : `${name}${dropInMark}${dropIn}.conf`, context)
    if (props.absent === true) return { steps: [noUnitFileStep(target)] }
    const written = props.content === undefined ? unitText(props.sections ?? {}) : asJson(props.content)
    const blob = context.content(written, 'content')
    if (blob.startsWith('sealed:'))
      context.report({
        code: 'held-here',
        summary: 'content can hold no secrets: systemd shows unit files to everybody',
        hint: 'Put them into a file of its own, and name that with EnvironmentFile= or LoadCredential=.',
      })
    return { steps: [unitFileStep(target, blob, { verify: props.verify !== false })] }
  },
})
