# Hexis runtime, lock and recovery.

# One transaction at a time on a host. flock on an inherited descriptor where that exists: the system lets go of it
# when the last process is gone. Else a file made by noclobber that names a process, its start time and the boot.
# Returns 1 with hx_l_error, which names the holder, after HX_LOCK_WAIT seconds; says so when it has to wait.
hx_lock() {
  hx_l_left=${HX_LOCK_WAIT:-10}
  mkdir -p "$HX_STATE" && exec 9>>"$HX_STATE/lock" || {
    hx_l_error="the lock $HX_STATE/lock cannot be opened"
    return 1
  }
  hx_l_error=
  until hx_lock_try; do
    if [ -z "$hx_l_error" ] && [ -n "$HX_TX" ] && [ "$hx_l_left" -gt 0 ]; then
      hx_lock_words
      hx_encode "waits up to $hx_l_left s for another run: $HX_REPLY"
      hx_event "note $HX_REPLY"
    fi
    hx_lock_words
    hx_l_error="another run holds the lock: $HX_REPLY"
    [ "$hx_l_left" -gt 0 ] || return 1
    hx_l_left=$((hx_l_left - 1))
    sleep 1
  done
}

# hx_l_holder → HX_REPLY, for people: who, since when, which.
hx_lock_words() {
  hx_args "$hx_l_holder"
  hx_arg who somebody || :
  hx_l_words=$HX_REPLY
  if hx_arg since; then
    HX_REPLY=$(date -u -d "@$HX_REPLY" '+%Y-%m-%d %H:%M:%S UTC' 2>/dev/null) || HX_REPLY=
    [ -z "$HX_REPLY" ] || hx_l_words="$hx_l_words since $HX_REPLY"
  fi
  hx_arg transaction none || :
  [ "$HX_REPLY" = none ] || hx_l_words="$hx_l_words, transaction $HX_REPLY"
  hx_arg pid '?' || :
  HX_REPLY="$hx_l_words (process $HX_REPLY)"
}

hx_lock_try() {
  hx_process $$ || HX_REPLY=0
  hx_l_me="pid=$$ start=$HX_REPLY"
  hx_boot
  hx_l_me="$hx_l_me boot=${HX_REPLY:-0} transaction=${HX_TX:-none} since=$(date +%s)"
  hx_encode "${HX_WHO-}"
  [ -z "${HX_WHO-}" ] || hx_l_me="$hx_l_me who=$HX_REPLY"
  if command -v flock >/dev/null 2>&1; then
    # mksh hides high descriptors from what it starts: 9>&9 shows it.
    if flock -n 9 9>&9; then
      hx_say "$hx_l_me" 2>/dev/null >"$HX_STATE/lock.holder"
      return 0
    fi
    hx_l_holder=unknown
    { IFS= read -r hx_l_holder <"$HX_STATE/lock.holder"; } 2>/dev/null || :
    return 1
  fi
  if (set -C && hx_say "$hx_l_me" >"$HX_STATE/lock.pid") 2>/dev/null; then return 0; fi
  hx_l_holder=
  { IFS= read -r hx_l_holder <"$HX_STATE/lock.pid"; } 2>/dev/null || :
  hx_lock_alive "$hx_l_holder" && return 1
  # Its holder is gone. Only one of several waiters gets to rename it.
  if mv "$HX_STATE/lock.pid" "$HX_STATE/lock.stale.$$" 2>/dev/null; then
    { IFS= read -r hx_l_line <"$HX_STATE/lock.stale.$$"; } 2>/dev/null || hx_l_line=
    if [ "$hx_l_line" != "$hx_l_holder" ]; then ln "$HX_STATE/lock.stale.$$" "$HX_STATE/lock.pid" 2>/dev/null || :; fi
    rm -f "$HX_STATE/lock.stale.$$"
  fi
  (set -C && hx_say "$hx_l_me" >"$HX_STATE/lock.pid") 2>/dev/null
}

# hx_lock_alive 'pid=… start=… boot=…': does exactly that process still run?
hx_lock_alive() {
  case $1 in pid=*' start='*' boot='*) ;; *) return 1 ;; esac
  hx_l_pid=${1#pid=}
  hx_l_pid=${hx_l_pid%% *}
  hx_l_start=${1#* start=}
  hx_l_boot=${hx_l_start#* boot=}
  hx_l_start=${hx_l_start%% *}
  hx_boot
  [ "${hx_l_boot%% *}" = "${HX_REPLY:-0}" ] || return 1
  hx_process "$hx_l_pid" && [ "$HX_REPLY" = "$hx_l_start" ]
}

hx_unlock() {
  if ! command -v flock >/dev/null 2>&1; then rm -f "$HX_STATE/lock.pid"; fi
  exec 9>&-
}

# hx_unfinished BUT: the folders of transactions that began and did not end, but that one.
hx_unfinished() {
  for hx_u_dir in "$HX_STATE"/journal/*/; do
    hx_u_dir=${hx_u_dir%/}
    [ -f "$hx_u_dir/tx" ] && [ -s "$hx_u_dir/log" ] && [ ! -s "$hx_u_dir/end" ] || continue
    # shellcheck disable=SC3013 # all four shells have -ef
    [ "$hx_u_dir" = "$1" ] || [ "$hx_u_dir" -ef "${1:-/}" ] || hx_say "$hx_u_dir"
  done
}

# hx_alive DIR: does the process that began this transaction still run?
hx_alive() {
  IFS= read -r hx_u_line <"$1/log" || return 1
  # shellcheck disable=SC2086 # begin PID START BOOT
  set -- $hx_u_line
  [ "${1-}" = begin ] || return 1
  hx_lock_alive "pid=$2 start=$3 boot=$4"
}

# Prints `interrupted ALIVE(yes|no) HEADER` for each journal that has no end.
hx_interrupted() {
  hx_unfinished '' | while IFS= read -r hx_u_dir; do
    IFS= read -r hx_u_header <"$hx_u_dir/tx" || :
    hx_u_alive=no
    if hx_alive "$hx_u_dir"; then hx_u_alive=yes; fi
    hx_say "interrupted $hx_u_alive $hx_u_header"
  done
}

# hx_interrupted_before KIND: `IDENTITY<TAB>STATE`, earliest first, of the objects that an interrupted transaction had
# begun to change and that recovery will bring back.
hx_interrupted_before() {
  hx_unfinished '' | while IFS= read -r hx_u_dir; do
    if hx_alive "$hx_u_dir" || grep -q '^commit ' "$hx_u_dir/log"; then continue; fi
    hx_tx_header "$hx_u_dir" 2>/dev/null || continue
    if ! grep -q -e '^undo$' -e '^failed ' "$HX_DIR/log" && hx_recover_all_done && hx_recover_confirmed; then
      continue
    fi
    sed -n 's/^batch \([0-9]*\) .*/\1/p' "$HX_DIR/log" | sort -un | while IFS= read -r hx_u_batch; do
      [ "$(tail -n 1 "$HX_DIR/intent.$hx_u_batch" 2>/dev/null)" = . ] || continue
      ! grep -qx "undone $hx_u_batch" "$HX_DIR/log" || continue
      awk -F "$HX_TAB" -v kind="$1" '$2 == kind && $5 != "?" { print $4 "\t" $5 }' "$HX_DIR/intent.$hx_u_batch"
    done
  done
}

# Finishes or undoes what was interrupted: all ops done → commit, else back. May be killed and run again. The
# journal's own runtime does it, whichever Hexis made contact.
hx_recover() {
  trap '' PIPE HUP INT TERM
  hx_r_list=$(hx_unfinished '')
  [ -n "$hx_r_list" ] || return 0
  hx_r_dir=${hx_r_list%%"$HX_NL"*}
  hx_tx_header "$hx_r_dir" || return 1
  if [ -z "${HX_RECOVERING-}" ] && hx_arg runtime && [ -f "$HX_STATE/runtime/$HX_REPLY.sh" ]; then
    HX_RECOVERING=yes HX_ROOT=$HX_ROOT HX_OWNERS=$HX_OWNERS HX_PATH=$PATH \
      "${HX_SHELL:-/bin/sh}" "$HX_STATE/runtime/$HX_REPLY.sh" recover
    return
  fi
  HX_NOTES=$HX_DIR/notes
  unset HX_MARK
  HX_MARK=$HX_STATE/journal/$HX_TX
  hx_alive "$HX_DIR" || hx_recover_children
  export HX_MARK
  hx_lock || hx_fail "$hx_l_error" || return 1
  if [ ! -s "$HX_DIR/end" ]; then
    # What a kill tore off is no record.
    [ -z "$(tail -c 1 "$HX_DIR/log")" ] || hx_say '' >>"$HX_DIR/log"
    hx_recover_one
  fi
  hx_unlock
}

hx_recover_one() {
  hx_t_line=$(sed -n 's/^failed \([0-9]* .*\)/\1/p' "$HX_DIR/log" | head -n 1)
  hx_t_first_op=${hx_t_line%% *}
  hx_t_first_error=
  [ -z "$hx_t_line" ] || {
    hx_decode "${hx_t_line#* }" || :
    hx_t_first_error=$HX_REPLY
  }
  hx_r_commit=$(sed -n 's/^commit //p' "$HX_DIR/log" | head -n 1)
  if [ -n "$hx_r_commit" ]; then
    hx_tx_place "$hx_r_commit"
  elif ! grep -qx undo "$HX_DIR/log" && [ -z "$hx_t_line" ] && hx_recover_all_done && hx_recover_confirmed; then
    hx_tx_commit committed
  else
    [ -n "$hx_t_first_op" ] || hx_t_first_error='it was interrupted'
    if [ -z "$hx_t_first_op" ] && hx_try_on; then hx_t_first_error='unconfirmed: the trial was interrupted'; fi
    hx_tx_undo
  fi
}

# What was on trial stays only by a word that was given.
hx_recover_confirmed() {
  hx_try_on || return 0
  hx_try_kept
}

hx_recover_all_done() {
  [ "$(tail -n 1 "$HX_DIR/batches" 2>/dev/null)" = . ] || return 1
  [ "$(grep -c '^done ' "$HX_DIR/log")" = "$(grep -vc '^\.$' "$HX_DIR/batches")" ]
}

# What outlives the killed run (apt-get, a command) is waited for, then told to end.
hx_recover_children() {
  hx_r_left=${HX_CHILD_WAIT:-30}
  while :; do
    hx_r_pids=
    # Twice: what was just becoming another program the first time is one the second.
    for hx_r_pid in $(hx_recover_found) $(hx_recover_found); do
      hx_recover_ours "$hx_r_pid" || hx_r_pids="$hx_r_pids $hx_r_pid"
    done
    [ -n "$hx_r_pids" ] || return 0
    # shellcheck disable=SC2086 # process numbers
    case $hx_r_left in
    0) kill -TERM $hx_r_pids 2>/dev/null ;;
    -5) kill -KILL $hx_r_pids 2>/dev/null ;;
    -15) return 0 ;;
    esac
    hx_r_left=$((hx_r_left - 1))
    sleep 1
  done
}

# What the transaction started carries its folder in the environment; a fork of its shell, in the command line.
hx_recover_found() {
  {
    # In this order: a fork that becomes another program in between is seen by one of them.
    grep -lF "$HX_MARK" /proc/[0-9]*/cmdline
    grep -lF "HX_MARK=$HX_MARK" /proc/[0-9]*/environ
  } 2>/dev/null | while IFS=/ read -r hx_r_no hx_r_no hx_r_pid hx_r_file; do
    hx_r_line=$(tr '\0' '\n' 2>/dev/null <"/proc/$hx_r_pid/$hx_r_file") || continue
    case "$HX_NL$hx_r_line$HX_NL" in
    *"${HX_NL}HX_MARK=$HX_MARK$HX_NL"*) ;;
    *"${HX_NL}tx$HX_NL$HX_MARK$HX_NL"*) ;;
    *) continue ;;
    esac
    if hx_process "$hx_r_pid"; then hx_say "$hx_r_pid"; fi
  done | sort -u
}

# True for this process and those it comes from or started.
hx_recover_ours() {
  hx_r_up=$1
  hx_r_depth=0
  while [ "$hx_r_up" -gt 1 ] && [ $hx_r_depth -lt 30 ]; do
    [ "$hx_r_up" != $$ ] || return 0
    hx_r_up=$(sed -n 's/^PPid:[	 ]*//p' "/proc/$hx_r_up/status" 2>/dev/null)
    hx_r_up=${hx_r_up:-1}
    hx_r_depth=$((hx_r_depth + 1))
  done
  hx_r_up=$$
  while [ "$hx_r_up" -gt 1 ]; do
    [ "$hx_r_up" != "$1" ] || return 0
    hx_r_up=$(sed -n 's/^PPid:[	 ]*//p' "/proc/$hx_r_up/status" 2>/dev/null)
    hx_r_up=${hx_r_up:-1}
  done
  return 1
}
