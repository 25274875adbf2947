import type { LowerContext } from '../definition.ts'

const known = ['systemd', 'openrc', 'sysvinit'] as const
type ServiceManager = (typeof known)[number]

const isKnown = (name: string | undefined): name is ServiceManager => known.some((one) => one === name)

/** What manages the services of a host: as it says itself, else as its operating system has it. */
export const serviceManager = (context: LowerContext): ServiceManager =>
  [context.fact('init'), context.profile.find('managers', 'service')].find(isKnown) ?? 'systemd'
