import type { Handle } from '../document/handle.ts'
import type { ChangeAction } from './resource-props.ts'

const target = (service: string | Handle): string => (typeof service === 'string' ? service : service.id)

/** For `onChange`: reload a service, once, after everything that it depends on. */
export const reload = (service: string | Handle): ChangeAction => ({ action: 'reload', target: target(service) })

/** For `onChange`: restart a service, once, after everything that it depends on. */
export const restart = (service: string | Handle): ChangeAction => ({ action: 'restart', target: target(service) })

/** For `onChange`: run a command line with sh, once. */
export const run = (command: string): ChangeAction => ({ action: 'run', target: command })
