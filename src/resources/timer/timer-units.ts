import { unitText } from '../unit/unit-file.ts'

interface TimerSettings {
  readonly onCalendar?: string | readonly string[] | undefined
  readonly onBoot?: string | undefined
  readonly onUnitActive?: string | undefined
  readonly persistent?: boolean | undefined
  readonly randomizedDelay?: string | undefined
  readonly accuracy?: string | undefined
  readonly unit?: string | undefined
  readonly description?: string | undefined
}

interface CommandSettings {
  readonly argv: readonly string[]
  readonly user?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly description?: string | undefined
}

type Written = { readonly [key: string]: string | boolean | readonly string[] | undefined }

const said = (keys: Written): { readonly [key: string]: string | boolean | readonly string[] } =>
  Object.fromEntries(Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))

/** systemd reads `%n` in every value. */
const literal = (text: string): string => text.replaceAll('%', '%%')

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\', '"': '\\"' }

/** One word, as systemd.syntax(7) quotes it. */
const quoted = (word: string): string => {
  const text = literal(word)
  return /^[A-Za-z0-9_/.:=@,+%-]+$/.test(text)
    ? text
    : `"${text.replace(/[\n\r\t\\"]/g, (letter) => escapes[letter] ?? letter)}"`
}

/** One word of a command line, in which systemd would fill in variables. */
const argument = (word: string): string => quoted(word.replaceAll('$', '$$$$'))

/** The unit file of the timer itself. */
export const timerText = (name: string, props: TimerSettings): string =>
  unitText({
    Unit: { Description: literal(props.description ?? `Timer ${name}`) },
    Timer: said({
      OnCalendar: props.onCalendar === undefined ? undefined : [props.onCalendar].flat(),
      OnBootSec: props.onBoot,
      OnUnitActiveSec: props.onUnitActive,
      Persistent: props.persistent,
      RandomizedDelaySec: props.randomizedDelay,
      AccuracySec: props.accuracy,
      Unit: props.unit,
    }),
    Install: { WantedBy: 'timers.target' },
  })

/** The unit file of the service that runs a command. */
export const commandText = (name: string, props: CommandSettings): string =>
  unitText({
    Unit: { Description: literal(props.description ?? `Command of timer ${name}`) },
    Service: said({
      Type: 'oneshot',
      User: props.user,
      Environment: Object.entries(props.env ?? {}).map(([variable, value]) => quoted(`${variable}=${value}`)),
      ExecStart: props.argv.map(argument).join(' '),
    }),
  })
