import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import { type KeyedValueProps, keyedId } from '../keyed-value.ts'

export interface YamlProps extends KeyedValueProps {}

/**
 * One value of a YAML file that others write too.
 *
 * @example
 * yaml('/etc/prometheus/prometheus.yml', { at: ['global', 'scrape_interval'], value: '15s' })
 */
export const yaml = (path: string, props: YamlProps): Handle => declare('yaml', keyedId(path, props), { ...props })
