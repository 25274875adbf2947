import { z } from 'zod'
import { blockMarkers } from '../../states/edits/block.ts'
import { defineResource, type Shape } from '../definition.ts'
import { partIdentity, partOf, placeArgs, placeShape } from '../line/definition.ts'
import { argsFrom, asJson, normalPath, onlyYes, singleLine, textProperty } from '../properties.ts'
import type { BlockProps } from './block.ts'

const schema = z.strictObject({
  id: singleLine.optional().describe('Its name within the file; it stands in the markers.'),
  text: textProperty.optional().describe('The lines between the markers.'),
  ...placeShape,
  comment: singleLine.min(1).optional().describe("What starts a comment in this file; left out: '#'."),
  commentEnd: singleLine.min(1).optional().describe("What ends a comment, where one must be ended: '-->'."),
  absent: z.boolean().optional().describe('The block and its markers shall not be there.'),
  create: z.boolean().optional().describe('Make the file when it is missing.'),
} satisfies Omit<Shape<BlockProps>, 'mode'>)

export const blockResource = defineResource({
  type: 'block',
  summary: 'lines of a file that others write too, between two markers',
  detail: 'The markers are comments, `# BEGIN hexis SITE ID` and `# END hexis SITE ID`; what is between them is ours.',
  reversal:
    'Exact while its neighbours are unchanged: that block alone is put back or taken out. An absence brings nothing back.',
  identity: {
    name: 'file and id',
    summary: 'PATH#ID; the function takes the path, and `id` as a property.',
    schema: partIdentity,
  },
  schema,
  examples: [{ id: '/etc/ssh/ssh_config#bastion', props: { text: 'Host bastion\n  User ops\n' } }],
  together(props, id) {
    if (props.id !== undefined && props.id !== partOf(id).part) return ['id is not the one that its identity says']
    return props.absent !== true && props.text === undefined ? ['text is missing; or write absent: true'] : []
  },
  lower(id, props, context) {
    const { path, part } = partOf(id)
    const text = props.text === undefined ? undefined : context.plain(asJson(props.text), 'text')
    const args = {
      ...argsFrom({
        id: part,
        site: context.site,
        text,
        comment: props.comment,
        close: props.commentEnd,
        absent: onlyYes(props.absent),
        create: onlyYes(props.create),
      }),
      ...placeArgs(props.place),
    }
    const { begin, end } = blockMarkers(args)
    if (text?.split('\n').some((line) => line === begin || line === end) === true)
      context.report({ code: 'wrong-value', summary: 'the text holds a marker of its own block' })
    return { steps: [{ verb: 'BLOCK', target: normalPath(path), args }] }
  },
})
