import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { argvOf, commandShape, commandText, probeOf } from '../exec/definition.ts'
import { asJson, textProperty } from '../properties.ts'
import type { ProbeProps } from './probe.ts'

export const probeResource = defineResource({
  type: 'probe',
  summary: 'a command that only reads, whose output others may use',
  detail: `It runs whenever a plan is made, before anything is changed. Its output is text that is filled in then: it can
stand in contents, never in an \`if\`.`,
  reversal: 'Nothing to take back.',
  identity: {
    name: 'id',
    summary: 'A name for the probe, unique on the host.',
    schema: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_. -]{0,127}$/, 'an id has letters, digits, space and . _ -'),
  },
  schema: z.strictObject({
    command: commandText.describe('What to run: text for sh, or a program with its arguments. It must only read.'),
    stdin: textProperty.optional().describe('Standard input.'),
    ...commandShape,
  } satisfies Shape<ProbeProps>),
  examples: [{ id: 'kernel', props: { command: ['uname', '-r'] } }],
  lower(id, props, context) {
    const stdin = props.stdin === undefined ? undefined : context.plain(asJson(props.stdin), 'stdin')
    return { steps: [], probes: [probeOf(id, argvOf(props.command), props, stdin)] }
  },
})
