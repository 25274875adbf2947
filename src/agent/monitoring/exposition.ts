/** One number of a metric, with what tells it from its siblings. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** A metric by its name, with what it means for those who read it. */
export interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'gauge' | 'counter'
  readonly samples: readonly Sample[]
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

const labelled = (labels: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** What HTTP says these texts are. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Metrics as Prometheus reads them (text exposition format 0.0.4); a metric without samples is left out.
 *
 * @example exposition([{ name: 'up', help: 'Is it up?', type: 'gauge', samples: [{ value: 1 }] }])
 */
export const exposition = (metrics: readonly Metric[]): string =>
  metrics
    .filter(({ samples }) => samples.length > 0)
    .map(
      ({ name, help, type, samples }) =>
        `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${samples
          .map(({ labels = {}, value }) => `${name}${labelled(labels)} ${value}\n`)
          .join('')}`,
    )
    .join('')
