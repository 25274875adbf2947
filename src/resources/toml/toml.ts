import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import { type KeyedValueProps, keyedId } from '../keyed-value.ts'

export interface TomlProps extends KeyedValueProps {}

/**
 * One value of a TOML file that others write too.
 *
 * @example
 * toml('/etc/containerd/config.toml', { at: ['grpc', 'address'], value: '/run/containerd/containerd.sock' })
 */
export const toml = (path: string, props: TomlProps): Handle => declare('toml', keyedId(path, props), { ...props })
