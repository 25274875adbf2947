# shellcheck disable=SC2154 # variables of the other parts
# Kind `alternative`: which of several programs a name means, by update-alternatives. Only its own file says whether that
# was chosen by somebody or is automatic.

hx_observe_alternative() {
  while IFS= read -r hx_b_id; do
    if hx_alternative_now "$hx_b_id"; then
      hx_encode "$HX_REPLY"
      HX_REPLY="path=$HX_REPLY type=present"
    else HX_REPLY=type=absent; fi
    hx_say "$hx_b_id$HX_TAB$HX_REPLY"
  done
}

# hx_alternative_now NAME → HX_REPLY: auto, or the path that was chosen; 1 where there is no such name.
hx_alternative_now() {
  case $1 in '' | [!A-Za-z0-9_]* | *[!A-Za-z0-9_.+-]*) return 1 ;; esac
  for hx_b_dir in /var/lib/dpkg/alternatives /var/lib/alternatives /var/lib/rpm/alternatives; do
    [ -r "$hx_b_dir/$1" ] || continue
    IFS= read -r HX_REPLY <"$hx_b_dir/$1" || return 1
    [ "$HX_REPLY" = auto ] || HX_REPLY=$(readlink "/etc/alternatives/$1")
    return
  done
  return 1
}

hx_apply_alternative() {
  # shellcheck disable=SC2034 # the verb is always ALTERNATIVE
  while IFS=$HX_TAB read -r hx_b_n hx_b_verb hx_b_id hx_b_before hx_b_args <&8; do
    hx_args "$hx_b_args"
    # A way back to where there was no such name has nothing to do.
    if ! hx_arg type || [ "$HX_REPLY" != absent ]; then
      hx_arg path || hx_fail "ALTERNATIVE $hx_b_id says nothing" || return 1
      hx_alternative_set "$hx_b_id" "$HX_REPLY" || {
        hx_failed "$hx_b_n"
        return 1
      }
    fi
    hx_done "$hx_b_n"
  done 8<"$1"
}

# hx_alternative_set NAME WANTED
hx_alternative_set() {
  hx_alternative_now "$1" || hx_fail "this host has no alternatives for $1" || return 1
  [ "$HX_REPLY" != "$2" ] || return 0
  command -v update-alternatives >/dev/null 2>&1 || hx_fail 'this host has no update-alternatives' || return 1
  case $2 in
  auto) update-alternatives --auto "$1" ;;
  /*) update-alternatives --set "$1" "$2" ;;
  *) hx_fail "$2 is no path for $1" ;;
  esac
}
