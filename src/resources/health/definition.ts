import { z } from 'zod'
import { parseDurationMs } from '../../text/duration.ts'
import { defineResource, type Shape } from '../definition.ts'
import { commandText } from '../exec/definition.ts'
import { hostPath, singleLine } from '../properties.ts'
import type { HealthProps } from './health.ts'

const duration = z
  .string()
  .refine((text) => parseDurationMs(text) !== undefined, 'a duration such as 30s, 2m or 1h is expected')

const isWebAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

const isTcpAddress = (text: string): boolean => {
  const port = Number(/^(?:\[[0-9a-fA-F:.%]+\]|[A-Za-z0-9][A-Za-z0-9_.-]*):(\d{1,5})$/.exec(text)?.[1] ?? '0')
  return port > 0 && port < 65_536
}

const schema = z.strictObject({
  unit: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9:_.@\\-]{0,254}$/, 'it is the name of a service or unit')
    .optional()
    .describe('This service, or unit of systemd, is active.'),
  tcp: z
    .string()
    .refine(isTcpAddress, 'it is an address and a port, such as 127.0.0.1:8080')
    .optional()
    .describe('Something takes connections there.'),
  http: z
    .string()
    .refine(isWebAddress, 'it is a URL with http or https')
    .optional()
    .describe('This URL answers, seen from the host.'),
  status: z.int().min(100).max(599).optional().describe('The status that the answer must have; left out: 200 to 399.'),
  command: commandText
    .optional()
    .describe('This command ends with status 0: text for sh, or a program with its arguments.'),
  file: hostPath.optional().describe('This path is there.'),
  grace: duration.optional().describe('How long it may take after a change until all is well: 30s, 2m. Left out: 30s.'),
  timeout: duration.optional().describe('How long one look may take. Left out: 10s.'),
} satisfies Shape<HealthProps>)

export const healthResource = defineResource({
  type: 'health',
  summary: 'something that must be so when the host is as declared',
  detail: `It changes nothing and is no step: the agent looks in every cycle. After a change it is asked once a
second until it is so, or the time of grace is over; then the commit that brought the change is taken back, and not tried
again. A push does not look.`,
  reversal: 'Nothing to take back.',
  identity: {
    name: 'id',
    summary: 'A name for the check, unique on the host.',
    schema: singleLine.min(1).max(255),
  },
  schema,
  examples: [
    { id: 'app', props: { unit: 'app', grace: '1m' } },
    { id: 'page', props: { http: 'http://127.0.0.1:8080/health', status: 200 } },
    { id: 'database', props: { tcp: '127.0.0.1:5432' } },
    { id: 'queue', props: { command: ['/usr/local/bin/queue-is-short', '100'] } },
    { id: 'ready', props: { file: '/run/app.ready' } },
  ],
  together(props) {
    const named = [props.unit, props.tcp, props.http, props.command, props.file].filter((one) => one !== undefined)
    if (named.length !== 1) return ['give one of unit, tcp, http, command and file']
    return props.status !== undefined && props.http === undefined ? ['status goes with http'] : []
  },
  lower: () => ({ steps: [] }),
})
