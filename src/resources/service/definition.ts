import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { argsFrom } from '../properties.ts'
import type { ServiceProps } from './service.ts'
import { serviceManager } from './service-manager.ts'

const schema = z.strictObject({
  enabled: z.boolean().optional().describe('Starts at boot, or does not.'),
  running: z.boolean().optional().describe('Runs now, or does not.'),
  masked: z.boolean().optional().describe('Cannot be started at all, or can.'),
} satisfies Omit<Shape<ServiceProps>, 'mode' | 'restartOn'>)

/** The form of a service or unit name. */
export const serviceName = z
  .string()
  .regex(/^[A-Za-z0-9_.:@\\-]{1,255}$/, 'a service name has letters, digits and . _ : @ - \\')

export const serviceResource = defineResource({
  type: 'service',
  summary: 'a service: at boot, running, masked',
  detail: `Each of the three by itself; what is left out is not managed. Running means still running two seconds after
it was started. \`restartOn\` names what makes it restart when it changed. Where OpenRC or sysvinit manages services, a
service is a script in \`/etc/init.d\`, and \`masked\` cannot be had.`,
  reversal:
    'Exact for enablement and masking; a start or stop is taken back, but what the service did meanwhile is not.',
  identity: {
    name: 'name',
    summary: 'Name of the service, common or native; with a suffix also other units.',
    schema: serviceName,
  },
  schema,
  examples: [
    { id: 'nginx', props: { enabled: true, running: true } },
    { id: 'fstrim.timer', props: { enabled: true } },
  ],
  together(props) {
    if (props.masked === true && (props.running === true || props.enabled === true))
      return ['a masked service can neither run nor be enabled']
    return Object.values(props).every((value) => value === undefined) ? ['give enabled, running or masked'] : []
  },
  lower(id, props, context) {
    const args = argsFrom({ enabled: props.enabled, active: props.running, masked: props.masked })
    const unit = context.unit(id)
    const manager = serviceManager(context)
    if (manager !== 'systemd' && !unit.endsWith('.service'))
      context.report({
        code: 'unsupported-here',
        summary: `${unit} is a unit of systemd, and its host has ${manager}`,
        hint: 'Declare it for hosts with systemd only.',
      })
    if (manager !== 'systemd' && props.masked === true)
      context.report({
        code: 'unsupported-here',
        summary: `${manager} cannot mask a service`,
        hint: '`enabled: false, running: false` is as far as it goes; declare `masked` for hosts with systemd only.',
      })
    return { steps: [{ verb: 'UNIT', target: unit, args }] }
  },
})
