# shellcheck disable=SC2154,SC2034,SC2015 # variables of the other parts; every A && B || C is meant
# Hexis runtime, trial: changes that stay only when a new connection says so in time. Whatever happens without that
# word (time runs out, the process is killed, the host starts anew) takes the transaction back.
#
# The file `verdict` decides, made once by noclobber: `keep`, `revert` or `expired`. What is no `keep` is none.

# hx_try_on: this transaction has to be confirmed. HX_TRY is its header's `try`, in seconds.
hx_try_on() { [ "${HX_TRY:-0}" != 0 ]; }

# hx_try_verdict WORD: this one decides, if none did before.
hx_try_verdict() {
  (set -C && hx_say "$1" >"$HX_DIR/verdict") 2>/dev/null || return 1
  hx_sync "$HX_DIR/verdict" "$HX_DIR"
}

# hx_try_kept: the verdict was to keep it.
hx_try_kept() {
  hx_y_word=
  { IFS= read -r hx_y_word <"$HX_DIR/verdict"; } 2>/dev/null || :
  [ "$hx_y_word" = keep ]
}

# Before anything changes: who takes it back when this process or this host does not live to do so.
hx_try_begin() {
  hx_try_on || return 0
  hx_try_hook
  # Neither the lock nor the mark that recovery looks for goes to the guard.
  if [ -z "$HX_ROOT" ] && [ -d /run/systemd/system ] && [ "$(id -u)" = 0 ] && command -v systemd-run >/dev/null 2>&1; then
    systemd-run --quiet --collect --no-ask-password --unit="hexis-guard-$HX_TX" -p KillMode=process \
      --description="Hexis guard of a trial" --setenv=HX_OWNERS="$HX_OWNERS" --setenv=HX_PATH="$PATH" \
      "${HX_SHELL:-/bin/sh}" "$0" guard "$HX_DIR" </dev/null >/dev/null 2>&1 9>&- && return 0
  fi
  (
    unset HX_MARK
    HX_PATH=$PATH
    export HX_ROOT HX_OWNERS HX_PATH
    exec </dev/null >/dev/null 2>&1 9>&-
    if command -v setsid >/dev/null 2>&1; then
      setsid "${HX_SHELL:-/bin/sh}" "$0" guard "$HX_DIR" &
    else
      "${HX_SHELL:-/bin/sh}" "$0" guard "$HX_DIR" &
    fi
  )
}

# hx_try_guard DIR: another process; where the transaction's is gone without an end, it recovers.
hx_try_guard() {
  trap '' PIPE HUP INT TERM
  while [ -d "$1" ] && [ ! -s "$1/end" ]; do
    if ! hx_alive "$1"; then
      hx_recover >/dev/null 2>&1 && return 0
    fi
    sleep 1
  done
}

# What runs at the next start: a unit of systemd, else a line for cron, else nothing, and a note that says so.
hx_try_hook() {
  [ -z "$HX_ROOT" ] && [ "${HX_CONNECTION-}" != chroot ] && [ "$(id -u)" = 0 ] || return 0
  hx_y_line="${HX_SHELL:-/bin/sh} $0 recover"
  if [ -d /run/systemd/system ]; then
    hx_y_unit=/etc/systemd/system/hexis-trial-$HX_TX.service
    {
      hx_say '# Takes an unconfirmed trial of Hexis back at the next start; removes itself.' &&
        hx_say '[Unit]' && hx_say 'Description=Take back an unconfirmed trial of Hexis' &&
        hx_say "RequiresMountsFor=$HX_STATE" && hx_say 'After=local-fs.target' &&
        hx_say '[Service]' && hx_say 'Type=oneshot' && hx_say 'KillMode=process' && hx_say 'TimeoutStartSec=infinity' &&
        hx_say "Environment=HX_OWNERS=$HX_OWNERS" && hx_say "ExecStart=$hx_y_line"
    } 2>/dev/null >"$hx_y_unit" && chmod 0644 "$hx_y_unit" &&
      { [ -d /etc/systemd/system/multi-user.target.wants ] || {
        mkdir -m 0755 /etc/systemd/system/multi-user.target.wants && : >"$HX_DIR/wants.made"
      }; } 2>/dev/null &&
      ln -s "../hexis-trial-$HX_TX.service" "/etc/systemd/system/multi-user.target.wants/" 2>/dev/null &&
      hx_sync "$hx_y_unit" /etc/systemd/system /etc/systemd/system/multi-user.target.wants && return 0
    hx_try_unhook
  elif [ -d /etc/cron.d ] && { [ -e /run/crond.pid ] || [ -e /run/crond.reboot ] || [ -e /var/run/crond.pid ]; }; then
    hx_say "@reboot root $hx_y_line" 2>/dev/null >"/etc/cron.d/hexis-trial-$HX_TX" &&
      chmod 0644 "/etc/cron.d/hexis-trial-$HX_TX" && hx_sync "/etc/cron.d/hexis-trial-$HX_TX" /etc/cron.d && return 0
    hx_try_unhook
  fi
  hx_encode 'if this host starts anew during the trial, nothing takes the changes back before the next contact'
  hx_event "note $HX_REPLY"
}

hx_try_unhook() {
  hx_try_on && [ -z "$HX_ROOT" ] || return 0
  rm -f "/etc/systemd/system/multi-user.target.wants/hexis-trial-$HX_TX.service" \
    "/etc/systemd/system/hexis-trial-$HX_TX.service" "/etc/cron.d/hexis-trial-$HX_TX" 2>/dev/null
  [ ! -f "$HX_DIR/wants.made" ] || rmdir /etc/systemd/system/multi-user.target.wants 2>/dev/null || :
}

# Everything is done: wait for the word. Returns 1 with hx_t_error when the transaction goes back.
hx_try_wait() {
  hx_try_on || return 0
  hx_log "trying $HX_TRY" && hx_sync "$HX_DIR/log" || {
    hx_t_error='disk full: the journal cannot be written'
    return 1
  }
  hx_event "try $HX_TRY"
  hx_try_uptime
  hx_y_until=$((HX_REPLY + HX_TRY))
  hx_y_nap=0.1
  sleep $hx_y_nap 2>/dev/null || hx_y_nap=1
  until [ -s "$HX_DIR/verdict" ]; do
    hx_try_uptime
    if [ "$HX_REPLY" -ge $hx_y_until ]; then
      # shellcheck disable=SC2015 # whoever was first decides
      hx_try_verdict expired || :
      break
    fi
    sleep $hx_y_nap
  done
  hx_try_kept && return 0
  case $hx_y_word in
  revert) hx_t_error='unconfirmed: it was told to take the changes back' ;;
  *) hx_t_error="unconfirmed: no new connection confirmed the changes within $HX_TRY s" ;;
  esac
  return 1
}

# → HX_REPLY: seconds of a clock that nobody sets.
hx_try_uptime() {
  if [ -r /proc/uptime ]; then
    IFS=' .' read -r HX_REPLY hx_y_word </proc/uptime
  else
    HX_REPLY=$(date +%s)
  fi
}

# hx_tx_conclude OUTCOME: what was carried out is committed, after its trial where there is one.
hx_tx_conclude() {
  if hx_try_wait; then
    hx_tx_commit "$1"
    return
  fi
  hx_encode "$hx_t_error"
  hx_log "failed 0 $HX_REPLY" || :
  hx_t_first_op=0
  hx_t_first_error=$hx_t_error
  hx_tx_undo
  return 1
}

# hx_try_decide SITE keep|revert: the verdict on the trial of that site, then how it ended: `end …`. Returns 1 with
# hx_y_code and hx_t_error where there is nothing to decide.
hx_try_decide() {
  hx_y_dir=
  for hx_y_try in $(hx_unfinished ''); do
    { IFS= read -r hx_y_line <"$hx_y_try/tx"; } 2>/dev/null || continue
    case "$hx_y_line " in *" site=$1 "*) ;; *) continue ;; esac
    case "$hx_y_line " in *' try=0 '*) ;; *' try='*) hx_y_dir=$hx_y_try ;; esac
  done
  hx_y_code=no-trial
  hx_t_error='nothing is on trial on this host'
  [ -n "$hx_y_dir" ] || return 1
  hx_t_error='the trial was cut off; the changes are being taken back'
  hx_alive "$hx_y_dir" || return 1
  if ! grep -q '^trying ' "$hx_y_dir/log"; then
    hx_y_code=trial-not-ready
    hx_t_error='the changes that go on trial are still being carried out'
    return 1
  fi
  HX_DIR=$hx_y_dir
  hx_t_error='it was decided before'
  hx_try_verdict "$2" || return 1
  hx_y_left=600
  while [ ! -s "$hx_y_dir/end" ] && [ $hx_y_left -gt 0 ] && hx_alive "$hx_y_dir"; do
    hx_y_left=$((hx_y_left - 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  hx_y_code=trial-open
  hx_t_error='the verdict is given, but the transaction has not ended yet'
  [ -s "$hx_y_dir/end" ] && cat "$hx_y_dir/end"
}
