import type { CronFields } from './cron.ts'

/** One field of crontab(5): what it is called, its bounds, and names for its values from the lowest on. */
interface Field {
  readonly name: keyof CronFields
  readonly low: number
  readonly high: number
  readonly names: readonly string[]
}

const days: Field = { name: 'day', low: 1, high: 31, names: [] }
const months: Field = {
  name: 'month',
  low: 1,
  high: 12,
  names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
}

/** In the order of a line. */
const fields: readonly Field[] = [
  { name: 'minute', low: 0, high: 59, names: [] },
  { name: 'hour', low: 0, high: 23, names: [] },
  days,
  months,
  { name: 'weekday', low: 0, high: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
]

const words = ['@reboot', '@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']

/** Days of each month, of February those of a leap year. */
const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

export type Schedule =
  | { readonly text: string; readonly mistake?: undefined }
  | { readonly mistake: string; readonly text?: undefined }

/** One member of a list: all values from `low` to `high`, every `step`-th. */
interface Span {
  readonly low: number
  readonly high: number
  readonly step?: number
  readonly whole: boolean
}

const allowed = ({ low, high, names }: Field): string =>
  `${low} to ${high}${names.length === 0 ? '' : ` or ${names[0]} to ${names.at(-1)}`} are allowed`

/** The number of a value or name; undefined where the field has no such. */
const numberOf = (field: Field, text: string): number | undefined => {
  const named = field.names.indexOf(text.toLowerCase())
  if (named !== -1) return named + field.low
  const value = /^[0-9]{1,2}$/.test(text) ? Number(text) : Number.NaN
  return value >= field.low && value <= field.high ? value : undefined
}

const spanOf = (field: Field, text: string): Span | string => {
  const match = /^(?:(\*)|([^-/]+)(?:-([^-/]+))?)(?:\/([0-9]{1,2}))?$/.exec(text)
  if (match === null) return `${field.name} '${text}' is no value, range (1-5), * or step (*/10); ${allowed(field)}`
  const [, all, from = '', to, every] = match
  const step = every === undefined ? undefined : Number(every)
  if (step === 0) return `${field.name} '${text}': a step is 1 or more`
  if (all !== undefined)
    return { low: field.low, high: field.high, ...(step === undefined ? {} : { step }), whole: true }
  const low = numberOf(field, from)
  if (low === undefined) return `${field.name} '${from}': ${allowed(field)}`
  if (to === undefined) {
    if (step === undefined) return { low, high: low, whole: false }
    return `${field.name} '${text}': a step needs a range, such as ${low}-${field.high}/${step}`
  }
  const end = numberOf(field, to)
  if (end === undefined) return `${field.name} '${to}': ${allowed(field)}`
  // Sunday ends a week as well as it begins one.
  const high = field.name === 'weekday' && end === 0 && low > 0 ? 7 : end
  if (high < low) return `${field.name} '${text}': a range goes upwards`
  return { low, high, ...(step === undefined ? {} : { step }), whole: false }
}

const spanText = ({ low, high, step, whole }: Span): string => {
  const range = whole ? '*' : low === high ? String(low) : `${low}-${high}`
  return step === undefined ? range : `${range}/${step}`
}

/** A day that none of these months has: such a job never runs. */
const neverComes = (parsed: readonly (readonly Span[])[]): string | undefined => {
  const [, , day = [], month = [], weekday = []] = parsed
  if (day.some((span) => span.whole) || !weekday.some((span) => span.whole)) return undefined
  const first = Math.min(...day.map((span) => span.low))
  const has = lengths.some((length, at) => length >= first && month.some((span) => holds(span, at + 1)))
  return has ? undefined : `day ${first} never comes in month ${month.map(spanText).join(',')}`
}

const holds = ({ low, high, step = 1 }: Span, value: number): boolean =>
  value >= low && value <= high && (value - low) % step === 0

const ofFields = (texts: readonly string[]): Schedule => {
  const parsed: Span[][] = []
  for (const [at, field] of fields.entries()) {
    const spans: Span[] = []
    for (const one of (texts[at] ?? '*').split(',')) {
      const span = spanOf(field, one)
      if (typeof span === 'string') return { mistake: span }
      spans.push(span)
    }
    parsed.push(spans)
  }
  const mistake = neverComes(parsed)
  return mistake === undefined ? { text: parsed.map((spans) => spans.map(spanText).join(',')).join(' ') } : { mistake }
}

/**
 * A schedule as every cron reads it, names as numbers; or what is wrong with it.
 *
 * @see crontab(5)
 */
export const scheduleOf = (
  schedule: string | { readonly [Name in keyof CronFields]?: number | string | undefined },
): Schedule => {
  if (typeof schedule !== 'string') return ofFields(fields.map(({ name }) => String(schedule[name] ?? '*')))
  const text = schedule.trim()
  if (text.startsWith('@')) {
    const word = text.toLowerCase()
    return words.includes(word) ? { text: word } : { mistake: `'${text}' is none of ${words.join(', ')}` }
  }
  const texts = text.split(/[ \t]+/)
  if (texts.length === fields.length) return ofFields(texts)
  return {
    mistake: `a schedule has five fields (minute hour day month weekday) or is a word such as @daily; this has ${text === '' ? 0 : texts.length}`,
  }
}
