import { defineResource } from '../definition.ts'
import {
  keyedDetail,
  keyedIdentity,
  keyedReversal,
  keyedSchema,
  keyedSteps,
  keyedTogether,
} from '../json/definition.ts'

export const yamlResource = defineResource({
  type: 'yaml',
  summary: 'one value of a YAML file that others write too',
  detail: `${keyedDetail}
Comments inside of a list or object go where it is replaced as a whole, and come back with it. Texts that older readers would
take for something else (yes, off, 08) are quoted. Files of several documents, and values with an anchor or a tag, are left
alone.`,
  reversal: keyedReversal,
  identity: keyedIdentity,
  schema: keyedSchema,
  examples: [
    {
      id: '/etc/prometheus/prometheus.yml#/global/scrape_interval',
      props: { at: ['global', 'scrape_interval'], value: '15s' },
    },
    { id: '/etc/app.yaml#/users', props: { at: ['users'], value: [{ name: 'app', admin: false }], create: true } },
    { id: '/etc/app.yaml#/debug', props: { at: ['debug'], absent: true } },
  ],
  together: keyedTogether,
  lower: (id, props, context) => keyedSteps('YAML', id, props, context),
})
