import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps } from '../resource-props.ts'

export interface WaitForProps extends Omit<ResourceProps, 'onRemoval'> {
  /** What it comes after: where something of that changes, and only then, it is waited. */
  after: NonNullable<ResourceProps['after']>
  /** Until something listens on this TCP port. */
  port?: number
  /** Another host whose port is meant. Default: this one. */
  host?: string
  /** Until this path is there. */
  file?: string
  /** Until this URL answers, seen from the host. */
  http?: string
  /** The status that the answer must have. Default: any of 200 to 399. */
  status?: number
  /** Until this service, or unit of systemd, is active. */
  unit?: string
  /** Seconds; then the step has failed, and says what was seen last. Default 60. */
  timeout?: number
}

/**
 * Waits between steps until something is so. It changes nothing, and does nothing where nothing that it comes after
 * changes.
 *
 * @example
 * const db = service('postgresql', { running: true })
 * const ready = waitFor('database', { port: 5432, after: db })
 * exec('schema', { command: 'app-admin migrate', after: ready })
 */
export const waitFor = (id: string, props: WaitForProps): Handle => declare('waitFor', id, { ...props })
