import { z } from 'zod'
import { textPartsFromJson } from '../../text/from-json.ts'
import { defineResource, type LowerContext, type Shape } from '../definition.ts'
import { asJson, singleLine, textProperty } from '../properties.ts'
import { serviceManager } from '../service/service-manager.ts'
import { noUnitFileStep, unitFileStep, unitText } from '../unit/unit-file.ts'
import { ownSections, serviceOf, sortOf } from './keys.ts'
import type { QuadletProps } from './quadlet.ts'
import { filesNamed, type Sections, sectionMistakes, sectionsOfText } from './sections.ts'

const word = z.string().regex(/^[A-Za-z0-9-]+$/, 'a name of a section or key has letters, digits and -')
const text = singleLine.regex(/[^\\]$|^$/, 'a value does not end with a backslash')
const value = z.union([text, z.number(), z.boolean(), z.array(z.union([text, z.number()]))]).meta({ title: 'value' })

const schema = z.strictObject({
  sections: z
    .record(word, z.record(word, value))
    .optional()
    .describe('The sections with what they say, in order; a list is a line each.')
    .meta({ title: 'sections' }),
  content: textProperty.optional().describe('The whole text.'),
  strict: z.boolean().optional().describe('False: keys and values are not looked at, for a podman that knows more.'),
  absent: z.boolean().optional().describe('The file shall not be there.'),
} satisfies Omit<Shape<QuadletProps>, 'mode'>)

type Props = z.output<typeof schema>

const endings = Object.keys(ownSections).map((sort) => `.${sort}`)

/** The sections, however they were given; undefined where the text is not known yet. */
const sectionsOf = (props: Props): Sections | string | undefined => {
  if (props.sections !== undefined) return props.sections
  const parts = props.content === undefined ? undefined : textPartsFromJson(asJson(props.content))
  if (parts === undefined || !parts.every((part) => typeof part === 'string')) return undefined
  return sectionsOfText(parts.join(''))
}

const pathOf = (name: string, context: LowerContext): string =>
  `${context.profile.name('paths', 'quadlet-dir')}/${name}`

export const quadletResource = defineResource({
  type: 'quadlet',
  summary: 'a file from which podman makes a service of systemd',
  detail: `It lies in the directory that podman's generator reads (podman 4.4 or newer), and systemd reads its units again once a
run, before the service is started: \`web.container\` is the service \`web\`, \`data.volume\` is \`data-volume\`. It is only the
file: \`service('web', { running: true, restartOn: web })\` says whether it runs. At boot starts what has WantedBy in its
section Install; such a service cannot be enabled otherwise.

Sections, keys and the values of images, ports, volumes and capabilities are looked at before any host is asked, since what
podman does not know keeps the whole service from being made, without a word in the plan. An image is named by its digest,
as for \`container\`. Golden only: what podman itself makes of the files was not tried.`,
  reversal: 'Exact for the file. What the service did, its containers, volumes and networks, are as `service` says.',
  identity: {
    name: 'name',
    summary: `Name of the file, with its ending: ${endings.join(', ')}.`,
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,199}$/, 'a name has letters, digits and _ . @ -')
      .refine((name) => sortOf(name) !== undefined, `the ending says what it is: ${endings.join(', ')}`),
  },
  schema,
  examples: [
    {
      id: 'web.container',
      props: {
        sections: {
          Unit: { Description: 'The web server' },
          Container: {
            Image: 'docker.io/library/nginx@sha256:0a399eb16751829e1af26fea27b20c3ec28d7ab1fb72182879dcae1cca21206a',
            PublishPort: ['127.0.0.1:8080:80'],
            Volume: ['/srv/web:/usr/share/nginx/html:ro', 'cache.volume:/var/cache/nginx'],
          },
          Install: { WantedBy: 'multi-user.target' },
        },
      },
    },
    { id: 'cache.volume', props: { sections: { Volume: { Label: 'app=web' } } } },
    { id: 'old.kube', props: { absent: true } },
  ],
  together(props, id, all) {
    const sort = sortOf(id)
    if (sort === undefined) return []
    const { absent, strict, ...said } = props
    if (absent === true) return Object.keys(said).length === 0 ? [] : ['a file that is absent says nothing']
    if ((props.content === undefined) === (props.sections === undefined)) return ['give either content or sections']
    const service = serviceOf(id)
    const enabled = all.some(
      (other) =>
        other.type === 'service' && [service, service.slice(0, -8)].includes(other.id) && other.props.enabled === true,
    )
    const sections = strict === false ? {} : sectionsOf(props)
    return [
      ...(enabled
        ? [
            `service '${service.slice(0, -8)}' cannot be enabled: systemd finds no file of its own; say WantedBy in Install`,
          ]
        : []),
      ...(typeof sections === 'string' ? [sections] : []),
      ...(typeof sections === 'object' && strict !== false ? sectionMistakes(sort, sections) : []),
    ]
  },
  lower(id, props, context) {
    const manager = serviceManager(context)
    if (manager !== 'systemd')
      context.report({
        code: 'unsupported-here',
        summary: `its host has ${manager} instead of systemd`,
        hint: 'Declare it for hosts with systemd only, or a container().',
      })
    const target = pathOf(id, context)
    if (props.absent === true) return { steps: [noUnitFileStep(target)] }
    const blob = context.content(
      props.content === undefined ? unitText(props.sections ?? {}) : asJson(props.content),
      'content',
    )
    if (blob.startsWith('sealed:'))
      context.report({
        code: 'held-here',
        summary: 'content can hold no secrets: systemd shows the services that are made of it to everybody',
        hint: 'Put them into a file() of their own, and name that with EnvironmentFile=, or use Secret=.',
      })
    const sections = sectionsOf(props)
    const named = typeof sections === 'object' ? filesNamed(sortOf(id) ?? 'container', sections) : []
    const behind = named.map((name) => `path:${pathOf(name, context)}`)
    return { steps: [{ ...unitFileStep(target, blob, { verify: false }), behind }] }
  },
})
