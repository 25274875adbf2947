import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface PackageProps extends ResourceProps {
  /** Exactly this version. Any version will do when left out; nothing is upgraded then. */
  version?: string
  /** True: never upgraded by others. */
  hold?: boolean
  /** False: do not start the services that the package brings. */
  startOnInstall?: boolean
  /** True: the package shall not be installed. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

interface Pkg {
  (name: string, props?: PackageProps): Handle
  (names: readonly string[], props?: PackageProps): readonly Handle[]
}

/**
 * A package of the operating system, or several. Common names are translated: `apache` is `apache2` on Debian.
 *
 * @example
 * pkg(['curl', 'ca-certificates'])
 */
export const pkg = ((names: string | readonly string[], props: PackageProps = {}) =>
  typeof names === 'string'
    ? declare('package', names, { ...props })
    : names.map((name) => declare('package', name, { ...props }))) as Pkg
