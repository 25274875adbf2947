import type { ArgumentSpec, CommandSpec, Completes, OptionSpec } from '../command.ts'
import { globals } from '../table/options.ts'
import { hostNamesCommand, resourceNamesCommand, singleQuoted, wordsOf } from './words.ts'

/** Inside an `_arguments` specification `:`, `[` and `]` are syntax. */
const escaped = (text: string): string => text.replace(/[:[\]\\]/g, '\\$&')

const completer = (completes: Completes | undefined, words: readonly string[]): string => {
  if (completes === 'host') return words.length === 0 ? '_hexis_hosts' : `{_hexis_hosts ${words.join(' ')}}`
  if (completes === 'resource') return '_hexis_resources'
  if (completes === 'file') return '_files'
  if (completes === 'directory') return '_files -/'
  return words.length > 0 ? `(${words.join(' ')})` : ' '
}

const optionSpecs = (option: OptionSpec): readonly string[] => {
  const value =
    option.value === undefined ? '' : `:${escaped(option.value)}:${completer(option.completes, option.choices ?? [])}`
  const names = [`--${option.name}`, ...(option.short === undefined ? [] : [`-${option.short}`])]
  return names.map((name) => singleQuoted(`(${names.join(' ')})${name}[${escaped(option.summary)}]${value}`))
}

const argumentSpec = (spec: CommandSpec, arg: ArgumentSpec): string =>
  singleQuoted(`${arg.variadic ? '*' : ''}:${escaped(arg.name)}:${completer(arg.completes, wordsOf(spec, arg))}`)

const commandCase = (spec: CommandSpec): string => {
  const specs = [
    ...spec.options.flatMap(optionSpecs),
    ...globals.flatMap(optionSpecs),
    ...spec.args.map((a) => argumentSpec(spec, a)),
  ]
  return `        ${spec.name}) _arguments -s ${specs.join(' ')} ;;`
}

/** The script for a file `_hexis` in `$fpath`, or for `source <(hexis completion zsh)`. */
export const zshCompletion = (specs: readonly CommandSpec[]): string => `#compdef hexis
_hexis_hosts() { local -a names; names=("$@" \${(f)"$(${hostNamesCommand})"}); compadd -a names; }
_hexis_resources() { local -a names; names=(\${(f)"$(${resourceNamesCommand})"}); compadd -a names; }
_hexis() {
  local curcontext=$curcontext state line
  _arguments -C ${globals.flatMap(optionSpecs).join(' ')} '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a verbs
      verbs=(${specs.map((s) => singleQuoted(`${s.name}:${s.summary}`)).join(' ')})
      _describe command verbs ;;
    rest)
      case $line[1] in
${specs.map(commandCase).join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == _hexis ]]; then _hexis "$@"; else compdef _hexis hexis; fi
`
