# shellcheck disable=SC2154,SC2030,SC2031 # variables of the other parts
# Kind `debconf`: answers in the database of debconf. Read from its file, since its tools write even when they only look.

hx_observe_debconf() {
  hx_q_ids=$(cat)
  [ -n "$hx_q_ids" ] || return 0
  {
    hx_say "$hx_q_ids"
    hx_say "$HX_TAB"
    cat /var/cache/debconf/config.dat 2>/dev/null
    hx_say ''
  } | awk '
    /^\t/ && !data { data = 1; next }
    !data { ids[++n] = $0; next }
    /^Name: / { name = substr($0, 7); value = ""; seen = "no"; owners = "" }
    /^Value: / { value = substr($0, 8) }
    /^Owners: / { owners = substr($0, 9) }
    /^Flags: / { if ($0 ~ /[ ,]seen(,|$)/) seen = "yes" }
    /^$/ && name != "" { if (owners != "") found[name] = seen "\t" value; name = "" }
    END { for (i = 1; i <= n; i++) print ids[i] "\t" ((ids[i] in found) ? found[ids[i]] : "") }
  ' | while IFS=$HX_TAB read -r hx_q_id hx_q_seen hx_q_value; do
    hx_encode "$hx_q_value"
    if [ -z "$hx_q_seen" ]; then HX_REPLY=type=absent; else HX_REPLY="seen=$hx_q_seen type=present value=$HX_REPLY"; fi
    hx_say "$hx_q_id$HX_TAB$HX_REPLY"
  done
}

hx_apply_debconf() {
  command -v debconf-set-selections >/dev/null 2>&1 || hx_fail 'this host has no debconf-set-selections' || return 1
  # shellcheck disable=SC2034 # the verb is always DEBCONF
  while IFS=$HX_TAB read -r hx_q_n hx_q_verb hx_q_id hx_q_before hx_q_args <&8; do
    hx_args "$hx_q_args"
    hx_debconf_set "$hx_q_id" || {
      hx_failed "$hx_q_n"
      return 1
    }
    hx_done "$hx_q_n"
  done 8<"$1"
}

# hx_debconf_set QUESTION
hx_debconf_set() {
  case $1 in
  '' | *[!A-Za-z0-9/_.+:-]*) hx_fail "$1 is no name of a question" || return 1 ;;
  esac
  if hx_arg type && [ "$HX_REPLY" = absent ]; then
    hx_debconf_forget "$1"
    return
  fi
  hx_q_seen=yes
  ! hx_arg seen || hx_q_seen=$HX_REPLY
  hx_q_as=string
  ! hx_arg as || hx_q_as=$HX_REPLY
  hx_arg package || HX_REPLY=$(hx_debconf_owner "$1")
  hx_q_owner=${HX_REPLY:-${1%%/*}}
  if hx_arg value; then
    case $HX_REPLY in *"$HX_NL"*) hx_fail "the answer to $1 is more than one line" || return 1 ;; esac
    printf '%s %s %s %s\n' "$hx_q_owner" "$1" "$hx_q_as" "$HX_REPLY" | DEBIAN_FRONTEND=noninteractive debconf-set-selections || return 1
  fi
  case $hx_q_seen in
  yes) hx_debconf_say "FSET $1 seen true" ;;
  *) hx_debconf_say "FSET $1 seen false" ;;
  esac
}

# hx_debconf_owner QUESTION: the first package that asks it.
hx_debconf_owner() {
  awk -v name="Name: $1" '
    /^Name: / { mine = $0 == name }
    mine && /^Owners: / { sub(/^Owners: /, ""); sub(/,.*/, ""); print; exit }' /var/cache/debconf/config.dat 2>/dev/null
}

hx_debconf_forget() {
  hx_q_owner=$(hx_debconf_owner "$1")
  while [ -n "$hx_q_owner" ]; do
    hx_q_last=$hx_q_owner
    hx_debconf_say "UNREGISTER $1" || return 1
    hx_q_owner=$(hx_debconf_owner "$1")
    [ "$hx_q_owner" != "$hx_q_last" ] || hx_fail "the question $1 stays with $hx_q_last" || return 1
  done
}

# hx_debconf_say COMMAND: to debconf, in the name of hx_q_owner; an answer begins with 0 where it was understood.
hx_debconf_say() {
  hx_q_said=$(hx_say "$1" | DEBIAN_FRONTEND=noninteractive debconf-communicate "$hx_q_owner" 2>&1) || :
  case $hx_q_said in 0 | '0 '*) ;; *) hx_fail "debconf does not take '$1': $hx_q_said" ;; esac
}
