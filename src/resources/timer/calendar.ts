/** A number in a calendar expression and its bounds. */
interface Field {
  readonly name: string
  readonly low: number
  readonly high: number
}

const year: Field = { name: 'year', low: 0, high: 2199 }
const month: Field = { name: 'month', low: 1, high: 12 }
const day: Field = { name: 'day', low: 1, high: 31 }
const clock: readonly Field[] = [
  { name: 'hour', low: 0, high: 23 },
  { name: 'minute', low: 0, high: 59 },
  { name: 'second', low: 0, high: 59 },
]

const words = ['minutely', 'hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'semiannually', 'yearly', 'annually']

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

const isWeekday = (name: string): boolean =>
  weekdays.some((one) => one === name.toLowerCase() || one.slice(0, 3) === name.toLowerCase())

/** A zone: UTC, or as the zone database names it. */
const zone = /^(UTC|[A-Z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*)$/

/** What is wrong with one number, range or step of a field. */
const partMistake = (field: Field, text: string): string | undefined => {
  const match =
    /^(?:\*|([0-9]+)(?:\.[0-9]{1,6})?(?:\.\.([0-9]+)(?:\.[0-9]{1,6})?)?)(?:\/([0-9]+)(?:\.[0-9]{1,6})?)?$/.exec(text)
  if (match === null) return `${field.name} '${text}' is no number, range (1..5), * or step (0/15)`
  const [, from, to, step] = match
  const outside = [from, to].find((one) => one !== undefined && (Number(one) < field.low || Number(one) > field.high))
  if (outside !== undefined) return `${field.name} '${outside}': ${field.low} to ${field.high} are allowed`
  if (from !== undefined && to !== undefined && Number(to) < Number(from))
    return `${field.name} '${text}': a range goes upwards`
  return step !== undefined && Number(step) === 0 ? `${field.name} '${text}': a step is more than 0` : undefined
}

const listMistake = (field: Field, text: string): string | undefined =>
  first(text.split(','), (one) => partMistake(field, one))

const first = <T>(list: readonly T[], mistake: (one: T, at: number) => string | undefined): string | undefined => {
  for (const [at, one] of list.entries()) {
    const found = mistake(one, at)
    if (found !== undefined) return found
  }
  return undefined
}

const timeMistake = (text: string): string | undefined => {
  const parts = text.split(':')
  if (parts.length < 2 || parts.length > 3) return `'${text}' is no time: HH:MM or HH:MM:SS`
  return first(parts, (one, at) => listMistake(clock[at] ?? year, one))
}

const dateMistake = (text: string): string | undefined => {
  const [rest = '', fromEnd, ...more] = text.split('~')
  const parts = [...rest.split('-'), ...(fromEnd === undefined ? [] : [fromEnd])]
  if (more.length > 0 || parts.length < 2 || parts.length > 3) return `'${text}' is no date: YYYY-MM-DD or MM-DD`
  const fields = parts.length === 3 ? [year, month, day] : [month, day]
  return first(parts, (one, at) => listMistake(fields[at] ?? year, one))
}

const weekdayMistake = (text: string): string | undefined => {
  const names = text
    .replace(/,$/, '')
    .split(',')
    .flatMap((range) => range.split(/\.\.|-/))
  const odd = names.find((name) => !isWeekday(name))
  return odd === undefined ? undefined : `'${odd}' is neither a weekday (Mon to Sun) nor one of ${words.join(', ')}`
}

/**
 * What is wrong with a calendar expression; undefined: nothing that can be seen without systemd.
 *
 * @see systemd.time(7)
 */
export const calendarMistake = (expression: string): string | undefined => {
  const parts = expression.trim().split(/[ \t]+/)
  const [head = ''] = parts
  if (head === '') return 'it says no time'
  if (parts.length > 1 && zone.test(parts.at(-1) ?? '') && !isWeekday(parts.at(-1) ?? '')) parts.pop()
  if (words.includes(head.toLowerCase())) return parts.length === 1 ? undefined : `nothing comes after '${head}'`
  if (/^[A-Za-z]/.test(head)) {
    const mistake = weekdayMistake(head)
    if (mistake !== undefined) return mistake
    parts.shift()
  }
  const date = parts[0]?.includes(':') === false ? parts.shift() : undefined
  const time = parts.shift()
  if (parts.length > 0) return `'${parts.join(' ')}' is too much: a weekday, a date, a time and a zone, in this order`
  return (date === undefined ? undefined : dateMistake(date)) ?? (time === undefined ? undefined : timeMistake(time))
}

const spanUnits =
  'usec|us|µs|msec|ms|seconds|second|sec|s|minutes|minute|min|m|hours|hour|hr|h|days|day|d|weeks|week|w|months|month|M|years|year|y'

/** A time as systemd writes it: `90`, `15min`, `1h 30min`. */
export const isSpan = (text: string): boolean => new RegExp(`^([0-9]+(\\.[0-9]+)?\\s*(${spanUnits})?\\s*)+$`).test(text)
