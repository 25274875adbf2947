import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { argsFrom, hostPath, normalPath, singleLine } from '../properties.ts'
import type { WaitForProps } from './wait-for.ts'

/** Seconds; who waits for longer does not wait within a run. */
const timeoutLimit = 3600

const isWebAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

const schema = z.strictObject({
  port: z.int().min(1).max(65_535).optional().describe('Until something listens on this TCP port.'),
  host: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,252}$/, 'it is the name or address of a host')
    .optional()
    .describe('Another host whose port is meant; left out: this one.'),
  file: hostPath.optional().describe('Until this path is there.'),
  http: z
    .string()
    .refine(isWebAddress, 'it is a URL with http or https')
    .optional()
    .describe('Until this URL answers, seen from the host.'),
  status: z.int().min(100).max(599).optional().describe('The status that the answer must have; left out: 200 to 399.'),
  unit: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9:_.@\\-]{0,254}$/, 'it is the name of a service or unit')
    .optional()
    .describe('Until this service, or unit of systemd, is active.'),
  timeout: z
    .int()
    .positive()
    .max(timeoutLimit)
    .optional()
    .describe('Seconds; then the step has failed, and says what was seen last. Left out: 60.'),
} satisfies Omit<Shape<WaitForProps>, 'onRemoval'>)

export const waitForResource = defineResource({
  type: 'waitFor',
  summary: 'a wait between steps: for a port, a file, a page or a unit',
  detail: `It changes nothing. \`after\` must say what it comes after: where something of that changes or is restarted in this
run, it is waited, so that a run with nothing to do waits for nothing. It is looked once a second until it is so, or the
time is over; then the step has failed, with what was seen last. A port of the host itself and a unit need no program there, a port of another host nc
or bash, a page curl or wget.`,
  reversal: 'Nothing to take back.',
  identity: {
    name: 'id',
    summary: 'A name for the wait, unique on the host.',
    schema: singleLine.min(1).max(255),
  },
  schema,
  examples: [
    { id: 'database', props: { port: 5432, timeout: 120 } },
    { id: 'health', props: { http: 'http://127.0.0.1:8080/health', status: 200 } },
    { id: 'socket', props: { file: '/run/app.sock' } },
    { id: 'other', props: { unit: 'app' } },
  ],
  together(props) {
    const named = [props.port, props.file, props.http, props.unit].filter((one) => one !== undefined).length
    if (named !== 1) return ['give one of port, file, http and unit']
    if (props.host !== undefined && props.port === undefined) return ['host goes with port']
    return props.status !== undefined && props.http === undefined ? ['status goes with http'] : []
  },
  lower(id, props, context) {
    const own = context.resources.find((one) => one.type === 'waitFor' && one.id === id)
    if ((own?.after ?? []).length === 0)
      context.report({
        code: 'missing-property',
        summary: 'after is missing: it is waited where what it comes after changes, and this would never be',
        hint: 'Say after: what is waited for, e.g. the service that opens the port.',
      })
    const args = argsFrom({
      port: props.port,
      host: props.host,
      file: props.file === undefined ? undefined : normalPath(props.file),
      http: props.http,
      status: props.status,
      unit: props.unit === undefined ? undefined : context.unit(props.unit),
      timeout: props.timeout,
    })
    return { steps: [{ verb: 'WAIT', target: id, args }] }
  },
})
