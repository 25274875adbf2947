# Kind `exec`: commands of the author. There is nothing to observe; `creates`, `unless` and `onlyIf` are decided in the
# plan. The way back is the command that the step names as its undo, or none.
#
# Arguments: command (sh text) or argv (encoded words, parted by spaces), directory, user, env (NAME=VALUE, one a line),
# stdin (a blob), timeout (seconds), ok (accepted exit statuses, `0,2`).

hx_observe_exec() {
  while IFS= read -r hx_x_id; do hx_say "$hx_x_id${HX_TAB}type=act"; done
}

hx_apply_exec() {
  # shellcheck disable=SC2034 # the verb is always EXEC
  while IFS=$HX_TAB read -r hx_x_n hx_x_verb hx_x_id hx_x_before hx_x_args <&8; do
    hx_args "$hx_x_args"
    hx_exec_one || return 1
    hx_done "$hx_x_n"
  done 8<"$1"
}

hx_exec_one() {
  if hx_arg argv; then
    hx_x_words=$HX_REPLY
    set -f
    # shellcheck disable=SC2086 # words without blanks, each encoded
    set -- $hx_x_words
    set +f
    hx_x_left=$#
    while [ "$hx_x_left" -gt 0 ]; do
      hx_decode "$1" || hx_fail "$1: an argument holds no NUL" || return 1
      shift
      set -- "$@" "$HX_REPLY"
      hx_x_left=$((hx_x_left - 1))
    done
  elif hx_arg command; then set -- /bin/sh -c "$HX_REPLY"; else
    hx_fail 'EXEC has neither command nor argv'
    return 1
  fi
  hx_x_shown=$*
  if [ "${1-}" = /bin/sh ] && [ $# -eq 3 ]; then hx_x_shown=$3; fi
  hx_exec_run "$@"
}

# hx_exec_run ARGV…: with the directory, user and so on that hx_args was given. Fails with the last lines of output.
hx_exec_run() {
  hx_x_stdin=/dev/null
  if hx_arg stdin && [ -n "$HX_REPLY" ]; then
    hx_blob "$HX_REPLY"
    hx_x_stdin=$HX_REPLY
    [ -f "$hx_x_stdin" ] || hx_fail 'the standard input of the command is not on this host' || return 1
  fi
  hx_x_time=
  if hx_arg timeout; then hx_x_time=$HX_REPLY; fi
  case $hx_x_time in *[!0-9.smh]*) hx_fail "$hx_x_time is no time limit" || return 1 ;; esac
  if [ -n "$hx_x_time" ] && command -v timeout >/dev/null 2>&1; then set -- timeout -k 5 "$hx_x_time" "$@"; fi
  if hx_arg user && [ -n "$HX_REPLY" ]; then
    hx_x_user=$HX_REPLY
    id -u -- "$hx_x_user" >/dev/null 2>&1 || hx_fail "there is no user $hx_x_user to run the command as" || return 1
    hx_exec_words "$@"
    if setpriv --help 2>/dev/null | grep -q reuid; then
      set -- setpriv --reuid "$hx_x_user" --regid "$(id -g -- "$hx_x_user")" --init-groups -- /bin/sh -c "$HX_REPLY"
    elif command -v su >/dev/null 2>&1; then
      set -- su -s /bin/sh "$hx_x_user" -c "$HX_REPLY"
    else
      hx_fail "this host has neither setpriv nor su to run the command as $hx_x_user"
      return 1
    fi
  fi
  hx_x_file=${HX_DIR:-$HX_STATE}/exec.out
  # A file, not a pipe: what the command leaves running must not hold the transaction.
  (
    umask 022
    hx_exec_enter && exec "$@"
  ) <"$hx_x_stdin" >"$hx_x_file" 2>&1 6<&- 7<&- 8<&- 9<&-
  hx_x_status=$?
  hx_arg ok 0 || :
  case ",$HX_REPLY," in
  *",$hx_x_status,"*)
    rm -f "$hx_x_file"
    return 0
    ;;
  esac
  case $hx_x_status in
  124 | 137 | 143) [ -z "$hx_x_time" ] || hx_say "it was ended after its time limit of $hx_x_time seconds" >&2 ;;
  esac
  hx_say "exit status $hx_x_status of: $(hx_say "$hx_x_shown" | head -n 1 | cut -c 1-200)" >&2
  tail -c 8192 "$hx_x_file" | tail -n 20 >&2
  rm -f "$hx_x_file"
  return 1
}

# In the subshell of the command: its directory and environment.
hx_exec_enter() {
  if hx_arg env; then
    hx_x_env=$HX_REPLY$HX_NL
    while [ -n "$hx_x_env" ]; do
      hx_x_line=${hx_x_env%%"$HX_NL"*}
      hx_x_env=${hx_x_env#*"$HX_NL"}
      case $hx_x_line in
      '') continue ;;
      [A-Za-z_]*=*) case ${hx_x_line%%=*} in *[!A-Za-z0-9_]*) hx_fail "${hx_x_line%%=*} is no name in an environment" || return 1 ;; esac ;;
      *) hx_fail "${hx_x_line%%=*} is no name in an environment" || return 1 ;;
      esac
      export "${hx_x_line%%=*}=${hx_x_line#*=}"
    done
  fi
  hx_arg directory / || :
  cd -- "$HX_REPLY" 2>/dev/null || hx_fail "the directory $HX_REPLY cannot be entered"
}

# hx_exec_words ARGV… → HX_REPLY: one text for sh -c that runs exactly these words.
hx_exec_words() {
  HX_REPLY='exec'
  for hx_x_word in "$@"; do
    HX_REPLY="$HX_REPLY '"
    while :; do
      case $hx_x_word in *\'*) ;; *) break ;; esac
      HX_REPLY="$HX_REPLY${hx_x_word%%\'*}'\\''"
      hx_x_word=${hx_x_word#*\'}
    done
    HX_REPLY="$HX_REPLY$hx_x_word'"
  done
}

# hx_act_RUN COMMAND: an action, sh text.
hx_act_RUN() {
  hx_x_shown=$1
  hx_exec_run /bin/sh -c "$1"
}
