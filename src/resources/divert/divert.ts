import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface DivertProps extends ResourceProps {
  /** Where the file of the package lies instead. Default: the path with `.distrib` behind it. */
  to?: string
  /** True: no diversion of ours shall be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * The file that a package brings at this path lies at another one, now and after upgrades, by dpkg-divert.
 *
 * @example
 * const kept = divert('/usr/bin/app')
 * file('/usr/bin/app', { content: '#!/bin/sh\nexec /usr/bin/app.distrib --safe "$@"\n', mode: '0755', after: kept })
 */
export const divert = (path: string, props: DivertProps = {}): Handle => declare('divert', path, { ...props })
