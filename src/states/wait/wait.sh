# shellcheck disable=SC2154 # variables of the other parts
# Kind `wait`: looks once a second until something is so, or its time is over. Changes nothing, so that there is nothing to
# take back, and an undo waits for nothing.
#
# Arguments: one of port (with host), file, http (with status) and unit; timeout (seconds).

hx_observe_wait() {
  while IFS= read -r hx_w_id; do hx_say "$hx_w_id${HX_TAB}done=yes"; done
}

hx_apply_wait() {
  # shellcheck disable=SC2034 # the verb is always WAIT
  while IFS=$HX_TAB read -r hx_w_n hx_w_verb hx_w_id hx_w_before hx_w_args <&8; do
    [ "$HX_UNDO" = yes ] || hx_wait_one || {
      hx_failed "$hx_w_n"
      return 1
    }
    hx_done "$hx_w_n"
  done 8<"$1"
}

hx_wait_one() {
  hx_args "$hx_w_args"
  hx_arg timeout 60 || :
  hx_w_time=$HX_REPLY
  case $hx_w_time in '' | *[!0-9]*) hx_fail "$hx_w_time is no time limit" || return 1 ;; esac
  for hx_w_what in port file http unit ''; do
    [ -z "$hx_w_what" ] || ! hx_arg "$hx_w_what" || break
  done
  [ -n "$hx_w_what" ] || hx_fail 'WAIT names nothing to wait for' || return 1
  hx_w_for=$HX_REPLY
  hx_w_end=$(($(date +%s) + hx_w_time))
  until "hx_wait_$hx_w_what"; do
    [ "$hx_w_seen" != '!' ] || return 1
    if [ "$(date +%s)" -ge "$hx_w_end" ]; then
      hx_fail "waited $hx_w_time s for $hx_w_what $hx_w_for, and in the end $hx_w_seen"
      return 1
    fi
    sleep 1
  done
}

# Each succeeds where it is so; else hx_w_seen says what was seen, `!` where nothing can be seen at all.

hx_wait_file() {
  hx_w_seen='it was not there'
  [ -e "$HX_ROOT$hx_w_for" ]
}

hx_wait_unit() {
  hx_encode "$hx_w_for"
  hx_w_line=$(hx_say "$HX_REPLY" | hx_observe_unit)
  case " ${hx_w_line#*"$HX_TAB"} " in *' active=yes '*) return 0 ;; esac
  hx_w_seen="it was not active"
  if [ -d "$HX_ROOT/run/systemd/system" ]; then hx_w_seen="it was $(systemctl is-active -- "$hx_w_for" 2>/dev/null)"; fi
  return 1
}

# Of this host the kernel knows what listens; another one is asked.
hx_wait_port() {
  hx_w_seen='nothing listened there'
  if hx_arg host; then
    hx_wait_reach "$HX_REPLY"
    return
  fi
  hx_w_hex=$(printf '%04X' "$hx_w_for")
  cat "$HX_ROOT/proc/net/tcp" "$HX_ROOT/proc/net/tcp6" 2>/dev/null |
    awk -v port="$hx_w_hex" '$4 == "0A" { n = split($2, at, ":"); if (at[n] == port) found = 1 } END { exit !found }'
}

hx_wait_reach() {
  hx_w_seen="$1 did not answer there"
  if command -v nc >/dev/null 2>&1; then
    nc -z -w 3 "$1" "$hx_w_for" </dev/null >/dev/null 2>&1
  elif command -v bash >/dev/null 2>&1 && command -v timeout >/dev/null 2>&1; then
    # shellcheck disable=SC2016 # bash fills them in
    timeout 3 bash -c ': 2>/dev/null <"/dev/tcp/$1/$2"' bash "$1" "$hx_w_for" </dev/null >/dev/null 2>&1
  else
    hx_w_seen='!'
    hx_fail 'this host has neither nc nor bash to ask another one for a port'
  fi
}

hx_wait_http() {
  if command -v curl >/dev/null 2>&1; then
    hx_w_code=$(curl -s -o /dev/null -m 5 -w '%{http_code}' -- "$hx_w_for" </dev/null 2>/dev/null)
  elif command -v wget >/dev/null 2>&1; then
    hx_w_code=$(wget -S -T 5 -O /dev/null "$hx_w_for" </dev/null 2>&1 |
      sed -n 's|.*HTTP/[0-9.]* \([0-9][0-9][0-9]\).*|\1|p' | tail -n 1)
  else
    hx_w_seen='!'
    hx_fail 'this host has neither curl nor wget to ask for a page' || return 1
  fi
  case $hx_w_code in
  '' | 000)
    hx_w_seen='nobody answered'
    return 1
    ;;
  esac
  hx_w_seen="the answer was $hx_w_code"
  if hx_arg status; then [ "$hx_w_code" = "$HX_REPLY" ]; else
    case $hx_w_code in [23]??) ;; *) return 1 ;; esac
  fi
}
