import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { parseDurationMs } from '../text/duration.ts'
import type { ArgumentSpec, CommandSpec, Globals, Invocation, OptionSpec } from './command.ts'
import { globals as globalOptions } from './table/options.ts'
import { commands } from './table/table.ts'

export interface Parsed {
  readonly spec: CommandSpec
  readonly invocation: Invocation
  readonly globals: Globals
}

type Value = string | number | true

const parserOf = (spec: OptionSpec): ((text: string) => Value) | undefined => {
  switch (spec.kind) {
    case 'flag':
    case 'text':
      return undefined
    case 'count':
      return (text) => {
        if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('A whole number is expected.')
        return Number(text)
      }
    case 'duration':
      return (text) => {
        const ms = parseDurationMs(text)
        if (ms === undefined) throw new InvalidArgumentError('A duration such as 30s, 2m or 1h is expected.')
        return ms
      }
    case 'share':
      return (text) => {
        if (!/^[1-9]\d{0,5}$|^[1-9]\d?%$|^100%$/.test(text))
          throw new InvalidArgumentError('A number of hosts or a percentage such as 25% is expected.')
        return text
      }
    default:
      return spec.kind satisfies never
  }
}

const optionOf = (spec: OptionSpec): Option => {
  const flags = `${spec.short === undefined ? '' : `-${spec.short}, `}--${spec.name}${spec.value === undefined ? '' : ` <${spec.value}>`}`
  const option = new Option(flags, spec.summary)
  // Commander gives `--no-x` a default of true for `x`; read by our own name it is a plain flag.
  option.attributeName = () => spec.name
  option.negate = false
  const parser = parserOf(spec)
  if (parser !== undefined) option.argParser(parser)
  if (spec.choices !== undefined) option.choices(spec.choices)
  if (spec.required) option.makeOptionMandatory()
  return option
}

const argumentOf = (spec: ArgumentSpec): Argument => {
  const name = spec.variadic ? `${spec.name}...` : spec.name
  const argument = new Argument(spec.required ? `<${name}>` : `[${name}]`, spec.summary)
  return spec.choices === undefined ? argument : argument.choices(spec.choices)
}

const helpTail = (spec: CommandSpec): string => {
  const examples = spec.examples.map((e) => `  $ ${e.run}\n      ${e.does}`)
  return `\nExamples:\n${examples.join('\n')}`
}

const invocationOf = (
  spec: CommandSpec,
  args: readonly string[],
  values: Readonly<Record<string, unknown>>,
): Invocation => {
  const known = new Set(spec.options.map((o) => o.name))
  const read = (name: string): unknown => {
    if (!known.has(name)) throw new Error(`the table gives no option --${name} to ${spec.name}`)
    return values[name]
  }
  return {
    args,
    flag: (name) => read(name) === true,
    text: (name) => {
      const value = read(name)
      return typeof value === 'string' ? value : undefined
    },
    count: (name) => {
      const value = read(name)
      return typeof value === 'number' ? value : undefined
    },
  }
}

/** Values given before and after the verb; after wins. */
const globalsOf = (before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): Globals => {
  const text = (name: string): string | undefined => {
    const value = after[name] ?? before[name]
    return typeof value === 'string' ? value : undefined
  }
  const flag = (name: string): boolean => (after[name] ?? before[name]) === true
  const directory = text('directory')
  const config = text('config')
  return {
    ...(directory === undefined ? {} : { directory }),
    ...(config === undefined ? {} : { config }),
    json: flag('json'),
    noColor: flag('no-color'),
    verbose: flag('verbose') ? 1 : 0,
    quiet: flag('quiet'),
  }
}

const addCommand = (program: Command, spec: CommandSpec, chosen: (parsed: Parsed) => void): void => {
  const command = program.command(spec.name).summary(spec.summary).description(`${spec.summary}\n\n${spec.detail}`)
  command.helpGroup(`${spec.section}:`)
  for (const arg of spec.args) command.addArgument(argumentOf(arg))
  for (const option of spec.options) command.addOption(optionOf(option))
  command.optionsGroup('Everywhere:')
  for (const option of globalOptions) command.addOption(optionOf(option))
  command.addHelpText('after', helpTail(spec))
  if (spec.passThrough) command.passThroughOptions()
  command.action(() => {
    const values = command.opts()
    chosen({ spec, invocation: invocationOf(spec, command.args, values), globals: globalsOf(program.opts(), values) })
  })
}

/** The command table as a commander program; the command line ends in exactly one call of `chosen`. */
export const buildProgram = (
  version: string,
  write: { readonly out: (text: string) => void; readonly err: (text: string) => void },
  columns: number,
  chosen: (parsed: Parsed) => void,
): Command => {
  const program = new Command('hexis')
    .description('Brings machines to a declared state, holds them there, and can take every change back.')
    .usage('[options] COMMAND …')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: write.out,
      writeErr: write.err,
      // Usage errors are diagnostics and rendered with all others.
      outputError: () => {},
      getOutHelpWidth: () => Math.min(columns, 110),
      getErrHelpWidth: () => Math.min(columns, 110),
    })
    .configureHelp({
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map((a) => (a.required ? a.name() : `[${a.name()}]`))].join(
          ' ',
        ),
    })
    .showSuggestionAfterError(true)
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'help, also of one command: hexis plan --help')
    .helpCommand('help [COMMAND]', 'help of a command')
  for (const option of globalOptions) program.addOption(optionOf(option))
  for (const spec of commands) addCommand(program, spec, chosen)
  program.addHelpText('after', '\nStart here:\n  $ hexis init machines && cd machines\n  $ hexis plan\n  $ hexis up')
  return program
}
