import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'

export interface HealthProps {
  /** This service, or unit of systemd, is active. */
  unit?: string
  /** Something takes connections there: `127.0.0.1:8080`, `[::1]:25`. */
  tcp?: string
  /** This URL answers, seen from the host. */
  http?: string
  /** The status that the answer must have. Default: any of 200 to 399. */
  status?: number
  /** This command ends with status 0: text for `sh`, or a program with its arguments. */
  command?: string | readonly string[]
  /** This path is there. */
  file?: string
  /** How long it may take after a change until all is well. Default `30s`. */
  grace?: string
  /** How long one look may take. Default `10s`. */
  timeout?: string
}

/**
 * Something that must be so when the host is as declared. The agent looks after every change, and takes a commit back
 * with which it does not become so in time.
 *
 * @example
 * service('app', { running: true })
 * health('app', { http: 'http://127.0.0.1:8080/health', grace: '1m' })
 */
export const health = (id: string, props: HealthProps): Handle => declare('health', id, { ...props })
