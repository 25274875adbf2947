# shellcheck disable=SC2154 # variables of the other parts
# Services by OpenRC. A script of its own kind keeps its state below /run/openrc; of any other one, as Debian has them,
# OpenRC knows only what the script says itself.

hx_openrc_running() { [ -e /run/openrc/softlevel ]; }

hx_openrc_links() { for hx_m_file in /etc/runlevels/*/*; do hx_scripts_link "${hx_m_file##*/}" "$hx_m_file"; done; }

hx_openrc_enable() { hx_scripts_call rc-update add "$1" default; }

# The runlevels in which one is enabled; where the host goes down, it may stay.
hx_openrc_disable() {
  for hx_m_link in /etc/runlevels/*/"$1"; do
    [ -L "$hx_m_link" ] || continue
    hx_m_link=${hx_m_link#/etc/runlevels/}
    case ${hx_m_link%%/*} in shutdown | off | reboot | recovery | single | nonetwork) continue ;; esac
    hx_scripts_call rc-update del "$1" "${hx_m_link%%/*}" || return 1
  done
}

# One that ended by itself counts as started until it is stopped, and stopping fails on what is gone: it is forgotten first.
hx_openrc_ask() {
  if [ "$(hx_scripts_states "$1")" = "$1 failed" ] && hx_scripts_call rc-service "$1" zap; then
    case $2 in stop) return 0 ;; *) set -- "$1" start ;; esac
  fi
  hx_scripts_call rc-service "$1" "$2"
}

# hx_openrc_gone NAME: has the process ended that OpenRC believes in? It looks itself only at what its own
# start-stop-daemon started, which is not what Debian has.
hx_openrc_gone() {
  hx_m_file=
  { read -r hx_m_file || :; } 2>/dev/null <"/run/openrc/options/$1/pidfile"
  [ -r "${hx_m_file:-/nowhere}" ] || return 1
  hx_m_pid=
  read -r hx_m_pid <"$hx_m_file" || :
  case $hx_m_pid in '' | *[!0-9]*) return 1 ;; esac
  [ ! -d "/proc/$hx_m_pid" ]
}

# After links were put back: what depends on what is read again at the next start.
hx_openrc_linked() { :; }
