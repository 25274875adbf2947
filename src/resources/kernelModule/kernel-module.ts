import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface KernelModuleProps extends ResourceProps {
  /** Its parameters; they hold when it is loaded the next time. */
  options?: Readonly<Record<string, string | number | boolean>>
  /** True: it is never loaded, neither by itself nor for another module. */
  blacklist?: boolean
  /** Also in the running kernel. Default: loaded at once; with `blacklist`, left as it is (true: unloaded). */
  now?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A module of the kernel: loaded now and at every boot, or never.
 *
 * @example
 * kernelModule('br_netfilter')
 */
export const kernelModule = (name: string, props: KernelModuleProps = {}): Handle =>
  declare('kernelModule', name, { ...props })
