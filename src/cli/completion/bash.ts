import type { CommandSpec, Completes } from '../command.ts'
import { globals } from '../table/options.ts'
import { hostNamesCommand, optionsOf, resourceNamesCommand, spellings, wordsOf } from './words.ts'

const reply = (words: readonly string[]): string => `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur"))`

const replyOf = (completes: Completes | undefined, words: readonly string[]): string => {
  switch (completes) {
    case 'host':
      return `COMPREPLY=($(compgen -W "${words.join(' ')} $(_hexis_hosts)" -- "$cur"))`
    case 'resource':
      return 'COMPREPLY=($(compgen -W "$(_hexis_resources)" -- "$cur"))'
    case 'file':
      return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))'
    case 'directory':
      return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur"))'
    default:
      return reply(words)
  }
}

const valueCases = (specs: readonly CommandSpec[]): string =>
  [...new Map([...specs.flatMap((s) => s.options), ...globals].map((o) => [o.name, o])).values()]
    .filter((o) => o.value !== undefined)
    .map((o) => `    ${spellings([o]).join('|')}) ${replyOf(o.completes, o.choices ?? [])}; return ;;`)
    .join('\n')

const takesValue = (specs: readonly CommandSpec[]): string =>
  [...new Set(spellings([...specs.flatMap((s) => s.options), ...globals].filter((o) => o.value !== undefined)))].join(
    '|',
  )

const commandCase = (spec: CommandSpec): string => {
  const places = spec.args.map(
    (arg, at) => `        ${arg.variadic ? '*' : at}) ${replyOf(arg.completes, wordsOf(spec, arg))} ;;`,
  )
  return `    ${spec.name})
      if [[ $cur == -* ]]; then ${reply(spellings(optionsOf(spec)))}; return; fi
      case $place in
${places.join('\n')}
      esac ;;`
}

/** The script that `source <(hexis completion bash)` reads. */
export const bashCompletion = (specs: readonly CommandSpec[]): string => `# bash completion of hexis
_hexis_hosts() { ${hostNamesCommand}; }
_hexis_resources() { ${resourceNamesCommand}; }
_hexis() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb= place=0 i
  COMPREPLY=()
  case $prev in
${valueCases(specs)}
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${takesValue(specs)}) ((i++)) ;;
      -*) ;;
      *) if [[ -z $verb ]]; then verb=\${COMP_WORDS[i]}; else ((place++)); fi ;;
    esac
  done
  case $verb in
    '') if [[ $cur == -* ]]; then ${reply(spellings(globals))}; else ${reply(specs.map((s) => s.name))}; fi ;;
${specs.map(commandCase).join('\n')}
  esac
}
complete -F _hexis hexis
`
