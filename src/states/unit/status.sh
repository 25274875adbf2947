# shellcheck disable=SC2154 # variables of the other parts
# Does a service run that is a script in /etc/init.d? The script itself is asked where it knows `status`. It is a program like
# any other, and to look must change nothing: it runs where everything is read-only. Where a host permits no such place,
# and of scripts that know no `status`, processes tell.

HX_SCRIPTS_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# hx_scripts_knows ACTION SCRIPT: is it one of its own? Some start everything when they are asked what they do not know.
hx_scripts_knows() {
  HX_A_ACTION=$1 awk '
    BEGIN { word = ENVIRON["HX_A_ACTION"] }
    NR == 1 && /^#!.*(openrc-run|runscript|init-d-script)/ { sort = /init-d/ ? "library" : "openrc" }
    /^[ \t]*(\.|source)[ \t].*init-d-script|^[ \t]*set .*\. [^ ]*init-d-script/ { sort = "library" }
    /^[ \t]*#/ { next }
    $0 ~ "(^|;;|[ \t]in)[ \t]*[(]?[ \t]*([^ \t()|]+[ \t]*[|][ \t]*)*[\"]?" word "[\"]?[ \t]*[)|]" { found = 1 }
    $0 ~ "^[ \t]*(do_)?" word "(_cmd)?[ \t]*[(]" { found = 1 }
    $0 ~ "extra_(started_)?commands=.*[ \t\"]" word { found = 1 }
    END { exit !(found || (word == "status" && sort != "")) }' "$2"
}

# shellcheck disable=SC2016 # the shell within fills them in
HX_SCRIPTS_STILL='
  mount -n --make-rprivate / || exit 1
  while read -r device at sort options rest; do
    case ,$options, in *,ro,*) continue ;; esac
    case $at in *\\*) at=$(printf %b. "$(printf %s "$at" | sed "s/\\\\/\\\\0/g")") && at=${at%.} ;; esac
    # What lies below another mount is not reached by anybody.
    [ ! -e "$at" ] || mount -n -o remount,bind,ro "$at" || exit 1
  done </proc/self/mounts
  mount -n -t tmpfs -o mode=1777 tmpfs /tmp || exit 1
  limit=
  ! command -v timeout >/dev/null || limit="timeout 10"
  for name; do
    env -i PATH="$HX_SCRIPTS_PATH" HOME=/ LC_ALL=C TERM=dumb $limit "/etc/init.d/$name" status </dev/null >/dev/null
    echo "$name $?"
  done'

# hx_scripts_states NAMES: `NAME yes|no|failed`, one a line.
hx_scripts_states() {
  [ -n "$1" ] || return 0
  hx_m_asked=
  for hx_m_name in $1; do
    if hx_scripts_knows status "/etc/init.d/$hx_m_name"; then hx_m_asked="$hx_m_asked $hx_m_name"; fi
  done
  hx_m_said=
  # shellcheck disable=SC2086 # names hold no blanks
  [ -z "$hx_m_asked" ] || hx_m_said=$(HX_SCRIPTS_PATH=$HX_SCRIPTS_PATH \
    unshare -m "${HX_SHELL:-/bin/sh}" -c "$HX_SCRIPTS_STILL" sh $hx_m_asked 2>/dev/null </dev/null) || hx_m_said=
  for hx_m_name in $1; do
    case "$HX_NL$hx_m_said$HX_NL" in
    # 8: OpenRC still starts it. 32: it crashed.
    *"$HX_NL$hx_m_name 0$HX_NL"* | *"$HX_NL$hx_m_name 8$HX_NL"*)
      if hx_scripts gone "$hx_m_name"; then hx_say "$hx_m_name failed"; else hx_say "$hx_m_name yes"; fi
      ;;
    *"$HX_NL$hx_m_name 32$HX_NL"*) hx_say "$hx_m_name failed" ;;
    *"$HX_NL$hx_m_name "*) hx_say "$hx_m_name no" ;;
    *) if hx_scripts_alive "$hx_m_name"; then hx_say "$hx_m_name yes"; else hx_say "$hx_m_name no"; fi ;;
    esac
  done
}

# hx_scripts_alive NAME: is there the process of its pid file, or one of its name?
hx_scripts_alive() {
  for hx_m_file in $(sed -n -e 's/^[ 	]*PIDFILE=["'\'']*\(\/[^"'\'' 	;]*\).*/\1/p' \
    -e 's/^[ 	]*pidfile=["'\'']*\(\/[^"'\'' 	;]*\).*/\1/p' "/etc/init.d/$1") "/run/$1.pid" "/run/$1/$1.pid"; do
    [ -r "$hx_m_file" ] || continue
    hx_m_pid=
    read -r hx_m_pid <"$hx_m_file" || :
    case $hx_m_pid in '' | *[!0-9]*) ;; *) [ ! -d "/proc/$hx_m_pid" ] || return 0 ;; esac
  done
  cat /proc/[0-9]*/comm 2>/dev/null | grep -qxF -- "$(printf '%.15s' "$1")"
}
