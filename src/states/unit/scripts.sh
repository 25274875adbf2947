# shellcheck disable=SC2154 # variables of the other parts
# Kind `unit` where services are scripts in /etc/init.d. `APP.service` is /etc/init.d/APP; nothing can be masked. Enablement
# links are read from the disk, `LINK:TARGET` below HX_UNIT_DIR, so that exactly that set comes back.
#
# A manager M (openrc, sysvinit) is a file of its own with hx_M_OPERATION:
#   running          does it run here, or is this a folder that was entered (then services are enabled, and not started)
#   links            by hx_scripts_link, every enablement link
#   enable NAME      disable NAME
#   ask NAME ACTION  start, stop, restart, reload
#   gone NAME        it says that it runs, and this is not so
#   linked           after links were put back

hx_scripts() {
  hx_m_operation=hx_${HX_UNITS}_$1
  shift
  "$hx_m_operation" "$@"
}

# hx_scripts_link NAME LINK: prints a link of one that is asked for, `PATH -> TARGET`. stat would quote it, with busybox.
hx_scripts_link() {
  case "$HX_NL$hx_m_names$HX_NL" in
  *"$HX_NL$1$HX_NL"*) [ ! -L "$2" ] || hx_say "$2 -> $(readlink -- "$2")" ;;
  esac
}

# These are no services: they run all others.
hx_scripts_there() {
  case $1 in rc | rcS | rcK | '' | *[!A-Za-z0-9_.:@+-]* | -*) return 1 ;; esac
  [ -f "/etc/init.d/$1" ] && [ -x "/etc/init.d/$1" ]
}

hx_observe_script_names() {
  for hx_m_id in $hx_m_ids; do
    hx_m_name=${hx_m_id%.service}
    [ "$hx_m_name" = "$hx_m_id" ] || ! hx_scripts_there "$hx_m_name" || hx_say "$hx_m_name"
  done
}

hx_scripts_observe() {
  hx_m_ids=$(cat)
  [ -n "$hx_m_ids" ] || return 0
  set -f
  hx_m_names=$(hx_observe_script_names)
  set +f
  {
    hx_say "$hx_m_ids"
    hx_say "${HX_TAB}links"
    hx_scripts links
    hx_say "${HX_TAB}there"
    hx_say "$hx_m_names"
    hx_say "${HX_TAB}active"
    ! hx_scripts running || hx_scripts_states "$hx_m_names"
  } | HX_A_DIR=$HX_UNIT_DIR/ HX_A_MANAGER=$HX_UNITS awk '
    BEGIN { dir = ENVIRON["HX_A_DIR"]; manager = ENVIRON["HX_A_MANAGER"] }
    function sorted(text,  name, n, i, j, held) {
      n = split(text, name, "\n")
      for (i = 2; i <= n; i++) {
        held = name[i]
        for (j = i - 1; j > 0 && name[j] > held; j--) name[j + 1] = name[j]
        name[j + 1] = held
      }
      text = ""
      for (i = 1; i <= n; i++) if (name[i] != "") text = text (text == "" ? "" : ",") name[i]
      return text == "" ? "\"\"" : text
    }
    /^\t/ { part = substr($0, 2); next }
    part == "" { ids[++n] = $0; next }
    part == "links" {
      at = index($0, " -> "); link = substr($0, length(dir) + 1, at - 1 - length(dir)); target = substr($0, at + 4)
      name = link; sub(/.*\//, "", name)
      if (manager == "sysvinit") { on = link ~ /^rc[2-5S]\.d\/S/; name = substr(name, 4) }
      else on = link !~ /^(shutdown|off|reboot|recovery|single|nonetwork)\//
      if (on) enabled[name] = 1
      text = link ":" target; gsub(/%/, "%25", text); gsub(/,/, "%2C", text); gsub(/ /, "%20", text); gsub(/=/, "%3D", text)
      links[name] = links[name] "\n" text
      next
    }
    part == "there" { there[$1] = 1; next }
    { active[$1] = $2 == "yes" ? "yes" : "no" }
    END {
      for (i = 1; i <= n; i++) {
        name = ids[i]
        if (!sub(/\.service$/, "", name) || !(name in there)) { print ids[i] "\ttype=absent"; continue }
        print ids[i] "\tactive=" ((name in active) ? active[name] : "?") " enabled=" ((name in enabled) ? "yes" : "no") \
          " links=" sorted(links[name]) " masked=no type=present"
      }
    }'
}

hx_scripts_apply() {
  hx_unit_read "$1" service || return 1
  if [ -n "$hx_m_mask" ]; then
    hx_fail "$HX_UNITS_NAME cannot mask a service:$hx_m_mask; one that is neither enabled nor running is as far as it goes"
    return 1
  fi
  for hx_m_id in $hx_m_enable $hx_m_disable $hx_m_stop $hx_m_start; do hx_scripts_named "$hx_m_id" || return 1; done
  hx_scripts_links_back "$1" || return 1
  for hx_m_id in $hx_m_enable; do hx_scripts_ctl enable "$hx_m_id" || return 1; done
  for hx_m_id in $hx_m_disable; do hx_scripts_ctl disable "$hx_m_id" || return 1; done
  if hx_scripts running; then
    for hx_m_id in $hx_m_stop; do hx_scripts_stop "${hx_m_id%.service}" || return 1; done
    for hx_m_id in $hx_m_start; do hx_scripts_ctl ask "$hx_m_id" start || return 1; done
    [ -z "$hx_m_start" ] || hx_scripts_settle "$hx_m_start" || return 1
  fi
  for hx_m_n in $hx_m_numbers; do hx_done "$hx_m_n"; done
}

# hx_scripts_named UNIT: has this host such a script?
hx_scripts_named() {
  case $1 in
  *.service) hx_scripts_there "${1%.service}" || hx_fail "there is no service ${1%.service} on this host: it has no /etc/init.d/${1%.service}" ;;
  *) hx_fail "$1 is a unit of systemd, and this host has $HX_UNITS_NAME" ;;
  esac
}

# hx_scripts_ctl OPERATION UNIT [ACTION]: fails with the last words.
hx_scripts_ctl() {
  hx_m_name=${2%.service}
  hx_scripts "$1" "$hx_m_name" ${3+"$3"} && return 0
  hx_scripts_words "$hx_m_name" >&2
  hx_fail "$HX_UNITS_NAME could not ${3:-$1} $hx_m_name"
}

# What it said itself, then what the logs have of it.
hx_scripts_words() {
  hx_say "$hx_m_out" | tail -n 10
  for hx_m_file in /var/log/rc.log /var/log/daemon.log /var/log/syslog /var/log/messages; do
    [ ! -r "$hx_m_file" ] || tail -n 200 "$hx_m_file" | grep -F -- "$1" | tail -n 5
  done
}

# A script may return before its service has ended.
hx_scripts_stop() {
  hx_scripts_ctl ask "$1" stop || return 1
  hx_m_left=${HX_STOP_S:-10}
  while [ "$(hx_scripts_states "$1")" = "$1 yes" ]; do
    if [ "$hx_m_left" -le 0 ]; then
      hx_fail "$1 still runs ${HX_STOP_S:-10} seconds after it was stopped"
      return 1
    fi
    hx_m_left=$((hx_m_left - 1))
    sleep 1
  done
}

# hx_scripts_settle UNITS: HX_SETTLE_S seconds later all of them run.
hx_scripts_settle() {
  sleep "${HX_SETTLE_S:-2}"
  hx_m_bad=
  for hx_m_id in $1; do
    hx_m_name=${hx_m_id%.service}
    [ "$(hx_scripts_states "$hx_m_name")" != "$hx_m_name yes" ] || continue
    hx_m_bad=yes
    hx_say "service $hx_m_name does not run ${HX_SETTLE_S:-2} seconds after it was started; its last words:" >&2
    hx_scripts_words "$hx_m_name" >&2
    hx_scripts ask "$hx_m_name" stop
  done
  [ -z "$hx_m_bad" ]
}

# The exact set of links of every line that names it; then what is computed from links, which may move them once more.
hx_scripts_links_back() {
  [ -n "$hx_m_linked" ] || return 0
  hx_unit_links_back "$1" && hx_scripts linked || return 1
  # shellcheck disable=SC2034 # the verb is always UNIT
  while IFS=$HX_TAB read -r hx_m_n hx_m_verb hx_m_id hx_m_before hx_m_args <&8; do
    hx_args "$hx_m_args"
    hx_unit_wants links || continue
    hx_m_want=,$HX_REPLY,
    hx_m_have=$(hx_say "$hx_m_id" | hx_scripts_observe)
    hx_args "${hx_m_have#*"$HX_TAB"}"
    hx_arg links || :
    hx_m_have=,$HX_REPLY,
    hx_unit_links_each "$hx_m_have" "$hx_m_want" drop && hx_unit_links_each "$hx_m_want" "$hx_m_have" make || return 1
  done 8<"$1"
}

# hx_scripts_act ACTION UNIT: what was stopped on purpose stays so. One that cannot reload is restarted.
hx_scripts_act() {
  hx_m_name=${2%.service}
  if ! hx_scripts running; then
    hx_note "$2 is not asked to $1: $HX_UNITS_NAME does not run here"
    return 0
  fi
  if ! hx_scripts_there "$hx_m_name" || [ "$hx_m_name" = "$2" ]; then
    # On the way back, and where it is no longer declared, its file may be gone already.
    [ "$HX_UNDO" = yes ] || { hx_arg missing && [ "$HX_REPLY" = ok ]; } || hx_scripts_named "$2"
    return
  fi
  case $(hx_scripts_states "$hx_m_name") in *' yes' | *' failed') ;; *) return 0 ;; esac
  # 3 says by the standard that it does not know how.
  if [ "$1" != reload ] || ! hx_scripts_knows reload "/etc/init.d/$hx_m_name"; then
    hx_scripts_ctl ask "$2" restart || return 1
  elif ! hx_scripts ask "$hx_m_name" reload && [ $hx_m_status -eq 3 ]; then
    hx_scripts_ctl ask "$2" restart || return 1
  elif [ $hx_m_status -ne 0 ]; then
    hx_scripts_words "$hx_m_name" >&2
    hx_fail "$HX_UNITS_NAME could not reload $hx_m_name"
    return 1
  fi
  hx_scripts_settle "$2"
}

# hx_scripts_call COMMAND…: as the boot would run it, and what it leaves running holds nothing of ours: no descriptor, no
# ignored signal, no mark by which recovery would end it. → hx_m_out
hx_scripts_call() {
  hx_m_file=${HX_DIR:-$HX_STATE}/service.out
  set -- env -i PATH="$HX_SCRIPTS_PATH" HOME=/ LC_ALL=C TERM=dumb EINFO_COLOR=NO "$@"
  if env --default-signal true 2>/dev/null; then
    shift
    set -- env --default-signal "$@"
  fi
  (
    trap - PIPE HUP INT TERM
    umask 022
    cd /
    "$@"
    # Not the last command, so that this shell stays, by which recovery sees that the script still runs.
    exit $?
  ) </dev/null >"$hx_m_file" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
  hx_m_status=$?
  hx_m_out=$(tail -c 4096 "$hx_m_file")
  rm -f -- "$hx_m_file"
  return $hx_m_status
}
