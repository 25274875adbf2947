import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import { pointer } from '../../states/edits/pointer.ts'
import type { KeyedValueProps } from '../keyed-value.ts'
import { partId } from '../line/line.ts'

export interface TomlProps extends KeyedValueProps {}

/**
 * One value of a TOML file that others write too.
 *
 * @example
 * toml('/etc/containerd/config.toml', { at: ['grpc', 'address'], value: '/run/containerd/containerd.sock' })
 */
export const toml = (path: string, props: TomlProps): Handle =>
  declare('toml', partId(path, pointer(props.at ?? [])), { ...props })
