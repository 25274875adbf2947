# shellcheck disable=SC2154 # variables of the other parts
# What runs, by systemd: what keeps a unit from staying stopped, starts that hold, and the actions RELOAD and RESTART.

# What is to stop would be started again by a socket or path that came with it: one that is not enabled (any more) goes too.
hx_unit_listening() {
  [ -n "$hx_m_stop" ] || return 0
  set -f
  # shellcheck disable=SC2086 # unit names hold no blanks
  hx_m_out=$(hx_unit_show TriggeredBy $hx_m_stop)
  # shellcheck disable=SC2086
  set -- ${hx_m_out#TriggeredBy=}
  set +f
  for hx_m_unit in "$@"; do
    shift
    hx_m_unit=${hx_m_unit#TriggeredBy=}
    case $hx_m_unit in *.socket | *.path) set -- "$@" "$hx_m_unit" ;; esac
  done
  [ $# -gt 0 ] || return 0
  hx_m_stop="$hx_m_stop $(hx_unit_show Id,ActiveState,UnitFileState "$@" | awk -F = '
    function flush() { if (is["ActiveState"] == "active" && is["UnitFileState"] == "disabled") printf " %s", is["Id"]; split("", is) }
    $0 == "" { flush(); next }
    { is[$1] = substr($0, length($1) + 2) }
    END { flush() }')"
}

# Starts what is to run, and waits once for all: still there, and not restarted meanwhile.
hx_unit_start() {
  [ -n "$hx_m_start" ] || return 0
  hx_m_failed=
  hx_unit_ctl start "$hx_m_start" 2>/dev/null || hx_m_failed=$hx_m_out
  hx_unit_settle "$hx_m_start" && [ -z "$hx_m_failed" ] && return 0
  [ -z "$hx_m_failed" ] || hx_say "$hx_m_failed" | grep -v '^See "' | tail -n 3 >&2
  return 1
}

# hx_unit_settle UNITS: HX_SETTLE_S seconds later every one is active and has the same count of restarts.
hx_unit_settle() {
  set -f
  # shellcheck disable=SC2086
  hx_m_then=$(hx_unit_show Id,ActiveState,NRestarts $1)
  case $hx_m_then in *=failed* | *=inactive*) ;; *) sleep "${HX_SETTLE_S:-2}" ;; esac
  # shellcheck disable=SC2086
  hx_m_bad=$({
    hx_say "$hx_m_then"
    hx_say "$HX_TAB"
    hx_unit_show Id,Type,ActiveState,SubState,Result,NRestarts,ExecMainStatus $1
  } | awk '
    function flush() {
      if (!("Id" in is)) return
      id = is["Id"]
      if (!later) then[id] = is["NRestarts"]
      else if (is["ActiveState"] !~ /^(active|reloading)$/) {
        if (is["Type"] == "oneshot" && is["Result"] == "success") print id " ended: a oneshot service runs once and does not stay active"
        else print id " is " is["ActiveState"] " (" is["SubState"] "), result " is["Result"] ", exit status " is["ExecMainStatus"]
      } else if (is["NRestarts"] != then[id]) print id " was restarted " (is["NRestarts"] - then[id]) " times meanwhile"
      split("", is)
    }
    $0 == "\t" { flush(); later = 1; next }
    $0 == "" { flush(); next }
    { at = index($0, "="); is[substr($0, 1, at - 1)] = substr($0, at + 1) }
    END { flush() }')
  set +f
  [ -n "$hx_m_bad" ] || return 0
  hx_say "$hx_m_bad" | while IFS= read -r hx_m_line; do
    hx_say "unit $hx_m_line; its last words:"
    journalctl -u "${hx_m_line%% *}" -n 10 --no-pager -q -o cat 2>/dev/null </dev/null || :
  done >&2
  return 1
}

# hx_unit_act COMMAND UNIT: a unit that was stopped on purpose stays so; one that failed gets its chance.
hx_unit_act() {
  if ! hx_unit_running; then
    hx_note "$2 is not asked to $1: systemd does not run here"
    return 0
  fi
  hx_m_all=$2
  hx_unit_reload_files
  hx_m_out=$(hx_unit_show LoadState,ActiveState "$2")
  case $hx_m_out in
  *LoadState=not-found*)
    # On the way back, and where it is no longer declared, its file may be gone already.
    [ "$HX_UNDO" = yes ] || { hx_arg missing && [ "$HX_REPLY" = ok ]; } || hx_fail "there is no unit $2"
    return
    ;;
  *ActiveState=inactive*) return 0 ;;
  esac
  hx_m_failed=
  hx_unit_ctl "$1" " $2" 2>/dev/null || hx_m_failed=$hx_m_out
  hx_unit_settle "$2" && [ -z "$hx_m_failed" ] && return 0
  [ -z "$hx_m_failed" ] || hx_say "$hx_m_failed" | grep -v '^See "' | tail -n 3 >&2
  hx_fail "systemctl $1 $2 failed"
}
