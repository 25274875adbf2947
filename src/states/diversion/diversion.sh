# shellcheck disable=SC2154 # variables of the other parts
# Kind `diversion`: what packages bring at one path lies at another one, by dpkg-divert. Only local ones are Hexis'; one of
# a package is told as `by`, and stays. kept: there is a file at the other path. dpkg's list is written first, and the file
# moved then; on the way back the file first: so each half that a kill leaves tells which half it is.

hx_observe_diversion() {
  while IFS= read -r hx_i_id; do
    hx_decode "$hx_i_id"
    hx_diversion_now "$HX_REPLY"
    hx_say "$hx_i_id$HX_TAB$HX_REPLY"
  done
}

# hx_diversion_now PATH → HX_REPLY: its state; hx_i_to: where to, if it is a local one. The list has three lines for each.
hx_diversion_now() {
  HX_REPLY=type=absent
  hx_i_to=
  [ -r /var/lib/dpkg/diversions ] || return 0
  while IFS= read -r hx_i_from && IFS= read -r hx_i_at && IFS= read -r hx_i_by; do
    [ "$hx_i_from" = "$1" ] || continue
    hx_encode "$hx_i_at"
    if [ "$hx_i_by" = : ]; then
      hx_i_to=$hx_i_at
      hx_i_kept=no
      ! hx_diversion_is "$hx_i_at" || hx_i_kept=yes
      HX_REPLY="kept=$hx_i_kept to=$HX_REPLY type=present"
    else HX_REPLY="by=$hx_i_by to=$HX_REPLY type=present"; fi
    return 0
  done </var/lib/dpkg/diversions
}

hx_apply_diversion() {
  # shellcheck disable=SC2034 # the verb is always DIVERT
  while IFS=$HX_TAB read -r hx_i_n hx_i_verb hx_i_id hx_i_before hx_i_args <&8; do
    hx_decode "$hx_i_id"
    hx_i_path=$HX_REPLY
    hx_args "$hx_i_args"
    hx_diversion_now "$hx_i_path"
    hx_i_type=present
    ! hx_arg type || hx_i_type=$HX_REPLY
    hx_diversion_set || {
      hx_failed "$hx_i_n"
      return 1
    }
    hx_done "$hx_i_n"
  done 8<"$1"
}

hx_diversion_set() {
  case $hx_i_path in /*) ;; *) hx_fail "$hx_i_path is no absolute path" || return 1 ;; esac
  command -v dpkg-divert >/dev/null 2>&1 || hx_fail 'this host has no dpkg-divert' || return 1
  if [ "$hx_i_type" = absent ]; then
    [ -n "$hx_i_to" ] || return 0
    hx_diversion_both "$hx_i_to" "$hx_i_path" --remove
    return
  fi
  hx_arg to || hx_fail "DIVERT $hx_i_path has no to" || return 1
  [ "$HX_REPLY" != "$hx_i_to" ] || return 0
  [ -z "$hx_i_to" ] || hx_fail "$hx_i_path is diverted to $hx_i_to already" || return 1
  hx_i_to=$HX_REPLY
  hx_i_from=$hx_i_path
  if [ "$HX_UNDO" = yes ]; then
    # What lies there is what was moved, and what was not there is not moved either.
    if hx_diversion_is "$hx_i_to" || ! hx_arg kept || [ "$HX_REPLY" = no ]; then hx_i_from=; fi
  fi
  hx_diversion_both "$hx_i_from" "$hx_i_to" --divert "$hx_i_to" --add
}

hx_diversion_is() { [ -e "$1" ] || [ -L "$1" ]; }

# hx_diversion_both FROM TO OPTION…: the list by these options, and the file from here to there.
hx_diversion_both() {
  hx_i_from=$1
  hx_i_at=$2
  shift 2
  if [ -n "$hx_i_from" ] && hx_diversion_is "$hx_i_from"; then
    ! hx_diversion_is "$hx_i_at" || hx_fail "$hx_i_from is not moved to $hx_i_at: something is there" || return 1
    [ ! -d "$hx_i_from" ] || hx_fail "$hx_i_from is a directory; dpkg diverts files" || return 1
  else hx_i_from=; fi
  if [ "$HX_UNDO" = yes ]; then hx_diversion_move || return 1; fi
  dpkg-divert --quiet --local --no-rename "$@" "$hx_i_path" || return 1
  if [ "$HX_UNDO" != yes ]; then hx_diversion_move; fi
}

hx_diversion_move() { [ -z "$hx_i_from" ] || mv -- "$hx_i_from" "$hx_i_at"; }
