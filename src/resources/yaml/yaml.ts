import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import { pointer } from '../../states/edits/pointer.ts'
import type { KeyedValueProps } from '../keyed-value.ts'
import { partId } from '../line/line.ts'

export interface YamlProps extends KeyedValueProps {}

/**
 * One value of a YAML file that others write too.
 *
 * @example
 * yaml('/etc/prometheus/prometheus.yml', { at: ['global', 'scrape_interval'], value: '15s' })
 */
export const yaml = (path: string, props: YamlProps): Handle =>
  declare('yaml', partId(path, pointer(props.at ?? [])), { ...props })
