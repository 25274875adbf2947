import type { Json } from '../../document/document.ts'
import { defineResource } from '../definition.ts'
import {
  keyedDetail,
  keyedIdentity,
  keyedReversal,
  keyedSchema,
  keyedSteps,
  keyedTogether,
} from '../json/definition.ts'

const hasNull = (value: Json | undefined): boolean =>
  value === null || (typeof value === 'object' && Object.values(value).some((inner: Json) => hasNull(inner)))

export const tomlResource = defineResource({
  type: 'toml',
  summary: 'one value of a TOML file that others write too',
  detail: `${keyedDetail}
A table that is missing is added at the end; where keys with dots or braces make the table, the new key is written in the
same way. A table of its own is not replaced as a whole: declare its keys. Dates can only be written by file().`,
  reversal: keyedReversal,
  identity: keyedIdentity,
  schema: keyedSchema,
  examples: [
    {
      id: '/etc/containerd/config.toml#/grpc/address',
      props: { at: ['grpc', 'address'], value: '/run/containerd/containerd.sock' },
    },
    { id: '/etc/app.toml#/workers', props: { at: ['workers'], value: 4, create: true } },
    { id: '/etc/app.toml#/debug', props: { at: ['debug'], absent: true } },
  ],
  together: (props, id) => (hasNull(props.value) ? ['value: TOML has no null'] : keyedTogether(props, id)),
  lower: (id, props, context) => keyedSteps('TOML', id, props, context),
})
