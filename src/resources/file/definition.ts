import { join } from 'node:path'
import { z } from 'zod'
import { fileBlob } from '../../blobs/make.ts'
import { defineResource, type LowerContext, type LoweredStep, type Shape } from '../definition.ts'
import { modeDigits } from '../mode.ts'
import { argsFrom, asJson, mode, normalPath, onlyYes, ownerName, ownPath, textProperty } from '../properties.ts'
import type { FileProps } from './file.ts'

/** How a file lies there, whatever its content comes from. */
export const fileShape = {
  mode: mode.optional().describe("Permissions: '0644' or 'u=rw,go=r'."),
  owner: ownerName.optional().describe('Owning user.'),
  group: ownerName.optional().describe('Owning group.'),
  validate: z
    .string()
    .min(1)
    .optional()
    .describe('A command that must accept the candidate, `%s`, before it takes its place.'),
  parents: z.boolean().optional().describe('Make missing parent directories.'),
  hardlinks: z.literal('allow').optional().describe('Replace a file that has several hard links.'),
} satisfies Pick<Shape<FileProps>, 'mode' | 'owner' | 'group' | 'validate' | 'parents' | 'hardlinks'>

const { mode: modeShape, owner, group, ...placing } = fileShape

const schema = z.strictObject({
  content: textProperty.optional().describe('The whole content.'),
  source: z
    .string()
    .min(1)
    .optional()
    .describe('A file of the config repository, relative to the module that says so.'),
  mode: modeShape,
  owner,
  group,
  absent: z.boolean().optional().describe('The file shall not be there.'),
  ...placing,
} satisfies Shape<FileProps>)

/** The step that puts content into its place. */
export const copyStep = (
  target: string,
  blob: string,
  props: z.output<z.ZodObject<typeof fileShape>>,
  context: LowerContext,
): LoweredStep => ({
  verb: 'COPY',
  target,
  args: argsFrom({
    blob,
    mode: props.mode === undefined ? undefined : modeDigits(props.mode),
    owner: props.owner,
    group: props.group === undefined ? undefined : context.profile.name('groups', props.group),
    validate: props.validate,
    parents: onlyYes(props.parents),
    hardlinks: props.hardlinks,
  }),
})

/** The blob of a file of the config repository; undefined, and reported, where it cannot be read. */
export const sourceBlob = async (source: string, context: LowerContext): Promise<string | undefined> => {
  try {
    return context.blobs.add(await fileBlob(join(context.root, source)))
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    context.report({ code: 'unreadable-source', summary: `source '${source}' cannot be read`, detail })
    return undefined
  }
}

export const fileResource = defineResource({
  type: 'file',
  summary: 'a file: content, permissions, owner',
  detail: `Only what is given is managed: without content and source, the permissions and owner of a file that is there.
The content takes its place by rename, so that nobody ever reads half a file; links are not followed.`,
  reversal: 'Exact: the earlier file comes back as it was, with its owner, permissions, ACL and extended attributes.',
  identity: { name: 'path', summary: 'Where it lies on the host, absolute.', schema: ownPath },
  schema,
  examples: [
    { id: '/etc/motd', props: { content: 'Welcome.\n', mode: '0644' } },
    { id: '/etc/old.conf', props: { absent: true } },
  ],
  together(props) {
    const contents = [props.content, props.source].filter((one) => one !== undefined).length
    const others = Object.entries(props).filter(([name, value]) => name !== 'absent' && value !== undefined)
    if (props.absent === true) return others.length === 0 ? [] : ['a file that is absent has no other property']
    if (contents === 2) return ['content and source exclude each other']
    if (contents === 0 && (props.validate ?? props.parents) !== undefined)
      return ['validate and parents need content or source']
    return others.length === 0 ? ['give content, source, absent, mode, owner or group'] : []
  },
  async lower(id, props, context) {
    const target = normalPath(id)
    if (props.absent === true) return { steps: [{ verb: 'RM', target }] }
    const bits = props.mode === undefined ? undefined : modeDigits(props.mode)
    const group = props.group === undefined ? undefined : context.profile.name('groups', props.group)
    const blob =
      props.content !== undefined
        ? context.content(asJson(props.content), 'content')
        : props.source === undefined
          ? undefined
          : await sourceBlob(props.source, context)
    if (blob === undefined) {
      return {
        steps: [
          ...(bits === undefined ? [] : [{ verb: 'CHMOD', target, args: { mode: bits } }]),
          ...(props.owner === undefined && group === undefined
            ? []
            : [{ verb: 'CHOWN', target, args: argsFrom({ owner: props.owner, group }) }]),
        ],
      }
    }
    return { steps: [copyStep(target, blob, props, context)] }
  },
})
