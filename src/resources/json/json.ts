import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import { type KeyedValueProps, keyedId } from '../keyed-value.ts'

export interface JsonProps extends KeyedValueProps {}

/**
 * One value of a JSON file that others write too.
 *
 * @example
 * json('/etc/docker/daemon.json', { at: ['log-opts', 'max-size'], value: '10m' })
 */
export const json = (path: string, props: JsonProps): Handle => declare('json', keyedId(path, props), { ...props })
