# shellcheck disable=SC2154,SC2034 # variables of the other parts
# Kind `package`: one transaction of the manager, planned, recorded and carried out, whatever the manager is.

# hx_package_run COMMAND…: without questions, descriptors of the runtime closed (a service that a package starts would
# hold them), what it says in one stream.
hx_package_run() (
  umask 022
  exec 6<&- 7<&- 8<&- 9<&-
  exec "$@" </dev/null 2>&1
)

# hx_package_changing COMMAND… → hx_k_out: what a package script leaves running keeps its output open. A file, not a
# pipe: the transaction would wait for it for ever.
hx_package_changing() {
  hx_k_outfile=${HX_DIR:-$HX_STATE}/packages.out
  "$@" >"$hx_k_outfile" 2>&1
  hx_k_status=$?
  hx_k_out=$(cat "$hx_k_outfile")
  rm -f "$hx_k_outfile"
  return $hx_k_status
}

# hx_package_failed MSG: what the manager says went wrong, the holder of a lock among it; of several packages the one
# that it names is the one that failed.
hx_package_failed() {
  # shellcheck disable=SC2086 # lists of plain words
  set -- "$1" $hx_k_names
  hx_k_first=$1
  shift
  for hx_k_word in $hx_k_numbers; do
    if hx_package blames "$1"; then
      hx_failed "$hx_k_word"
      break
    fi
    shift
  done
  hx_package noise
  hx_say "$hx_k_out" | grep -vE "^($HX_REPLY|\$)" | tail -n 14 >&2
  case $hx_k_out in *[Ll]'ock'*) hx_package holders >&2 ;; esac
  hx_fail "$hx_k_first"
}

# hx_package_locks FILE…: the kernel knows who has a lock on a file.
hx_package_locks() {
  for hx_k_file in "$@"; do
    hx_k_word=$(stat -c %i "$hx_k_file" 2>/dev/null) || continue
    hx_k_word=$(awk -v inode=":$hx_k_word\$" '($2 == "POSIX" || $2 == "FLOCK") && $6 ~ inode && $5 > 0 { print $5; exit }' /proc/locks 2>/dev/null)
    [ -z "$hx_k_word" ] || hx_package_held "$hx_k_file" "$hx_k_word"
  done
}

# hx_package_held FILE PID
hx_package_held() {
  hx_k_name=
  { IFS= read -r hx_k_name <"/proc/$2/comm"; } 2>/dev/null || :
  hx_say "$1 is held by process $2${hx_k_name:+ ($hx_k_name)}"
}

# Others are waited for, so long; the person is told for whom.
hx_package_wait() {
  hx_k_list=$(hx_package holders)
  [ -n "$hx_k_list" ] || return 0
  hx_k_wait=${HX_LOCK_S:-120}
  hx_k_first=$hx_k_list
  while [ "$hx_k_wait" -gt 0 ]; do
    sleep 1
    hx_k_wait=$((hx_k_wait - 1))
    hx_k_list=$(hx_package holders)
    [ -n "$hx_k_list" ] && continue
    hx_note "waited for another program: $hx_k_first"
    return 0
  done
  hx_fail "another program did not end its work on packages in ${HX_LOCK_S:-120} s: $hx_k_list"
}

# The lists of what can be had, once a run.
hx_package_update() {
  [ -z "$hx_k_updated" ] || return 1
  hx_k_updated=yes
  hx_package update
}

hx_package_add() {
  # shellcheck disable=SC2086 # lists of plain words
  hx_k_specs=$(printf ' %s\n' $hx_k_specs | awk '$1 != "" && !seen[$1]++' | tr -d '\n')
  if [ -n "$hx_k_specs$hx_k_shed" ]; then
    hx_package_wait || return 1
    hx_package mend
  fi
  if [ -n "$hx_k_specs" ]; then
    # shellcheck disable=SC2086
    hx_package_simulate add $hx_k_specs || hx_package_unversioned || {
      hx_package_failed "packages could not be installed:$hx_k_specs"
      return 1
    }
    hx_package_record || return 1
    # shellcheck disable=SC2086
    hx_package add $hx_k_specs || {
      hx_package_failed "packages could not be installed:$hx_k_specs"
      return 1
    }
    hx_package_added && hx_package_shed || return 1
  elif [ -n "$hx_k_shed" ]; then hx_package_shed || return 1; fi
  hx_package_mark hold "$hx_k_hold" && hx_package_mark unhold "$hx_k_unhold" &&
    hx_package_mark auto "$hx_k_auto" && hx_package_mark manual "$hx_k_manual"
}

# What came along with another version of a package and is of no use with this one goes, as on its removal.
hx_package_shed() {
  if [ "$HX_UNDO" != yes ]; then
    for hx_k_name in $hx_k_names; do
      case "$HX_NL$hx_k_plan" in *"${HX_NL}up $hx_k_name "*) ;; *) continue ;; esac
      [ ! -f "$HX_STATE/packages/$hx_k_name" ] || hx_k_shed="$hx_k_shed $(sed -n 's/^new //p' "$HX_STATE/packages/$hx_k_name" | tr '\n' ' ')"
    done
  fi
  hx_k_also=$hx_k_shed
  [ -z "$hx_k_also" ] || hx_package_stale
}

hx_package_stale() {
  # The packages themselves stay.
  # shellcheck disable=SC2086 # lists of plain words
  hx_k_also=$(printf '%s\n' $hx_k_also | HX_A_NAMED=" $hx_k_names " awk '!index(ENVIRON["HX_A_NAMED"], " " $1 " ") { printf " %s", $1 }')
  hx_k_specs=
  [ -z "$hx_k_also" ] || hx_package_spare
  [ -n "$hx_k_also" ] || return 0
  [ "$HX_UNDO" = yes ] || hx_package_journal "$({ hx_say "$hx_k_plan" | grep -e '^new ' -e '^up ' && hx_package_gone; })" || return 1
  # shellcheck disable=SC2086
  hx_package_simulate remove $hx_k_also && hx_package_refuse && hx_package_leaving && hx_package remove $hx_k_also || {
    hx_package_failed "packages that are of no use any more could not be removed:$hx_k_also"
    return 1
  }
  hx_package_along
  for hx_k_name in $hx_k_names; do
    grep -qx "new $hx_k_name" "$HX_STATE/packages/$hx_k_name" 2>/dev/null || rm -f "$HX_STATE/packages/$hx_k_name"
  done
  rmdir "$HX_STATE/packages" 2>/dev/null || :
}

# On the way back a version that nobody offers any more is better replaced by the one there is than by nothing.
hx_package_unversioned() {
  [ "$HX_UNDO" = yes ] || return 1
  hx_k_list=
  for hx_k_word in $hx_k_specs; do hx_k_list="$hx_k_list ${hx_k_word%%=*}"; done
  [ "$hx_k_list" != "$hx_k_specs" ] || return 1
  hx_k_said=$hx_k_out
  # shellcheck disable=SC2086
  hx_package_simulate add $hx_k_list || {
    hx_k_out=$hx_k_said
    return 1
  }
  hx_note "versions that are no longer obtainable were replaced by those there are:$hx_k_specs"
  hx_k_specs=$hx_k_list
}

# hx_package_journal LINES: into packages.NUMBER of every package of this transaction, before anything is done.
hx_package_journal() {
  hx_k_dir=${HX_DIR:-$HX_STATE/packages}
  mkdir -p "$hx_k_dir" "$HX_STATE/packages" || return 1
  hx_k_list=$1
  set --
  for hx_k_word in $hx_k_numbers; do
    hx_say "$hx_k_list" >"$hx_k_dir/packages.$hx_k_word" || return 1
    set -- "$@" "$hx_k_dir/packages.$hx_k_word"
  done
  hx_sync "$@"
}

hx_package_record() {
  [ "$HX_UNDO" = yes ] || hx_package_journal "$(hx_say "$hx_k_plan" | grep -e '^new ' -e '^up ')"
}

# hx_package_added: what came with the packages of this transaction is remembered for their removal.
hx_package_added() {
  [ "$HX_UNDO" != yes ] || return 0
  hx_package_along
  for hx_k_name in $hx_k_names; do
    case "$HX_NL$hx_k_plan$HX_NL" in
    *"${HX_NL}new $hx_k_name$HX_NL"*) hx_say "$hx_k_plan" | grep '^new ' >"$HX_STATE/packages/$hx_k_name" || return 1 ;;
    # Another version may need more.
    *"${HX_NL}up $hx_k_name "*)
      case "$HX_NL$hx_k_plan" in *"${HX_NL}new "*) hx_say "$hx_k_plan" | grep '^new ' >>"$HX_STATE/packages/$hx_k_name" || return 1 ;; esac
      ;;
    esac
  done
}

# hx_package_mark MARK NAMES
hx_package_mark() {
  [ -n "$2" ] || return 0
  # shellcheck disable=SC2086 # a list of plain words
  hx_k_out=$(umask 022 && hx_package mark "$1" $2 2>&1) || {
    hx_say "$hx_k_out" >&2
    hx_fail "packages could not be marked $1:$2"
  }
}

hx_package_remove() {
  hx_package_wait || return 1
  hx_package mend
  # On the way back another package of this transaction may have taken it along.
  # shellcheck disable=SC2086 # a list of plain words
  [ "$HX_UNDO" != yes ] || [ -z "$hx_k_specs" ] || hx_k_specs=$(printf '%s\n' $hx_k_specs | hx_observe_package |
    awk -F '\t' '$2 != "type=absent" { printf " %s", $1 }')
  [ -z "$hx_k_also" ] || hx_package_spare
  if [ -n "$hx_k_specs$hx_k_also" ]; then
    # shellcheck disable=SC2086 # lists of plain words
    hx_package_simulate remove $hx_k_specs $hx_k_also || {
      hx_package_failed "packages could not be removed:$hx_k_specs"
      return 1
    }
    hx_package_refuse && hx_package_record_gone && hx_package_mark unhold "$hx_k_unhold" || return 1
    hx_package_leaving
    # shellcheck disable=SC2086
    [ -z "$hx_k_purge" ] || hx_package noted $hx_k_purge $hx_k_also
    # shellcheck disable=SC2086
    hx_package remove $hx_k_specs $hx_k_also || {
      hx_package_failed "packages could not be removed:$hx_k_specs"
      return 1
    }
    hx_package_along
  fi
  if [ -n "$hx_k_purge" ]; then
    # shellcheck disable=SC2086
    hx_package purge $hx_k_purge $hx_k_also || {
      hx_package_failed "packages could not be purged:$hx_k_purge"
      return 1
    }
  fi
  hx_package_forget
  hx_package_downgrade
}

# What came with a package is no longer of interest, but to the way back of this transaction.
hx_package_forget() {
  # shellcheck disable=SC2086 # lists of plain words
  set -- $hx_k_names
  for hx_k_word in $hx_k_numbers; do
    if [ "$HX_UNDO" = yes ] || [ -z "${HX_DIR-}" ]; then rm -f "$HX_STATE/packages/$1"; elif [ -f "$HX_STATE/packages/$1" ]; then
      mv -f "$HX_STATE/packages/$1" "$HX_DIR/packages.$hx_k_word.came"
    fi
    shift
  done
  rmdir "$HX_STATE/packages" 2>/dev/null || :
}

# hx_k_also, less what is not there, what somebody marked as wanted, and what a package that stays has use for. What a
# transaction has just brought may not be marked yet.
hx_package_spare() {
  # shellcheck disable=SC2086 # a list of plain words
  hx_k_also=$(printf '%s\n' $hx_k_also | hx_observe_package | HX_A_NAMED=" $hx_k_specs " awk -F '\t' -v undo="$HX_UNDO" '
    index(ENVIRON["HX_A_NAMED"], " " $1 " ") || $2 == "type=absent" || seen[$1]++ { next }
    undo == "yes" || $2 ~ /auto=yes/ { printf " %s", $1 }')
  [ -z "$hx_k_also" ] || hx_package spare
}

# Nothing else may go, and nothing may come instead.
hx_package_refuse() {
  hx_k_list=$(hx_say "$hx_k_plan" | HX_A_OURS=" $hx_k_specs $hx_k_also " awk '
    $1 == "gone" && index(ENVIRON["HX_A_OURS"], " " $2 " ") == 0 { gone = gone " " $2 }
    $1 == "new" || $1 == "up" { come = come " " $2 }
    END { if (gone != "") print "depend on it and are not managed here:" gone; else if (come != "") print "would be installed instead:" come }')
  [ -z "$hx_k_list" ] || hx_fail "packages are not removed:$hx_k_specs; other packages $hx_k_list"
}

# What goes besides, as lines of the journal.
hx_package_gone() {
  # shellcheck disable=SC2086 # a list of plain words
  [ -z "$hx_k_also" ] || printf '%s\n' $hx_k_also | hx_observe_package | awk -F '\t' '{
    version = $2; sub(/.*version=/, "", version); print "gone " $1 " " version " " ($2 ~ /auto=yes/ ? "yes" : "no")
  }'
}

hx_package_record_gone() { [ "$HX_UNDO" = yes ] || hx_package_journal "$(hx_package_gone)"; }

# What was upgraded along goes back to its earlier version where that is still to be had.
hx_package_downgrade() {
  [ -n "$hx_k_back" ] || return 0
  hx_k_exact=yes
  # shellcheck disable=SC2086
  if hx_package_simulate add $hx_k_back && hx_package add $hx_k_back; then return 0; fi
  hx_note "packages that were upgraded along stay so, the earlier versions are not obtainable:$hx_k_back"
}
