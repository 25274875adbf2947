/**
 * A stand-in for `program` that kills the transaction that called it, and nothing else: those of its own ancestors that are
 * shells of a runtime. `when`: before or after the program did its work; `where`: shell that says whether this call is meant.
 */
export const killedBy = (program: string, when: 'before' | 'after', where = ':'): string => `#!/bin/sh
doomed() {
  ${where} || return 0
  p=$$ k=
  while [ "$p" -gt 1 ]; do
    case "$(tr '\\0' ' ' </proc/$p/cmdline)" in *'/hexis/runtime/'*' tx '*) k="$k $p" ;; esac
    p=$(sed -n 's/^PPid:[^0-9]*//p' /proc/$p/status)
  done
  [ -z "$k" ] || kill -9 $k
}
${when === 'before' ? 'doomed\n' : ''}${program} "$@"
s=$?
${when === 'after' ? 'doomed\n' : ''}exit $s
`
