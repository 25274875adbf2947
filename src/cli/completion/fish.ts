import type { CommandSpec, Completes, OptionSpec } from '../command.ts'
import { globals } from '../table/options.ts'
import { hostNamesCommand, resourceNamesCommand, wordsOf } from './words.ts'

/** fish knows only \\' and \\\\ inside single quotes. */
const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`

const valueText = (completes: Completes | undefined, words: readonly string[]): string => {
  if (completes === 'host') return ` -a ${quoted(`${words.join(' ')} (__hexis_hosts)`.trim())}`
  if (completes === 'resource') return ` -a '(__hexis_resources)'`
  if (completes === 'file') return ' -F'
  if (completes === 'directory') return ` -a '(__fish_complete_directories)'`
  return words.length > 0 ? ` -a ${quoted(words.join(' '))}` : ''
}

const optionLine = (condition: string, option: OptionSpec): string => {
  const short = option.short === undefined ? '' : ` -s ${option.short}`
  const value =
    option.value === undefined
      ? ''
      : ` ${option.completes === 'file' ? '-r' : '-x'}${valueText(option.completes, option.choices ?? [])}`
  return `complete -c hexis${condition} -l ${option.name}${short} -d ${quoted(option.summary)}${value}`
}

const commandLines = (spec: CommandSpec): readonly string[] => {
  const condition = ` -n '__fish_seen_subcommand_from ${spec.name}'`
  const [first] = spec.args
  const words = first === undefined ? '' : valueText(first.completes, wordsOf(spec, first))
  return [
    `complete -c hexis -n __fish_use_subcommand -a ${spec.name} -d ${quoted(spec.summary)}`,
    ...spec.options.map((option) => optionLine(condition, option)),
    ...(words === '' ? [] : [`complete -c hexis${condition}${words}`]),
  ]
}

/** The script for `completions/hexis.fish`. */
export const fishCompletion = (specs: readonly CommandSpec[]): string =>
  [
    '# fish completion of hexis',
    `function __hexis_hosts; ${hostNamesCommand}; end`,
    `function __hexis_resources; ${resourceNamesCommand}; end`,
    'complete -c hexis -f',
    ...globals.map((option) => optionLine('', option)),
    ...specs.flatMap(commandLines),
    '',
  ].join('\n')
