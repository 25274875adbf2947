# shellcheck disable=SC2154,SC2034,SC2015,SC3013 # variables of the other parts; every A && B || C is meant; -ef is everywhere
# Kind `path`, content: a candidate with its final rights, validated, synced, renamed into place.

# True where somebody else can write into hx_p_dir: there the temporary lies in a directory of its own.
hx_path_guarded() {
  [ "$HX_OWNERS" = yes ] || return 1
  case $hx_p_unguarded in *"$HX_NL$hx_p_dir$HX_NL"*) return 1 ;; esac
  case $hx_p_guarded in *"$HX_NL$hx_p_dir$HX_NL"*) return 0 ;; esac
  hx_p_guard=no
  # shellcheck disable=SC2046 # a number and three to four digits
  set -- $(stat -L -c '%u %a' "$hx_p_dir" 2>/dev/null)
  [ "${1-0}" = 0 ] || hx_p_guard=yes
  case ${2-} in *[2367]? | *[2367]) hx_p_guard=yes ;; esac
  # A list that grows for ever would cost more than it spares.
  [ ${#hx_p_unguarded} -lt 4096 ] || hx_p_unguarded=
  [ ${#hx_p_guarded} -lt 4096 ] || hx_p_guarded=
  if [ $hx_p_guard = yes ]; then hx_p_guarded=$hx_p_guarded$HX_NL$hx_p_dir$HX_NL; else
    hx_p_unguarded=$hx_p_unguarded$HX_NL$hx_p_dir$HX_NL
    return 1
  fi
}

# The lines of hx_p_queue, `PARENT<TAB>NUMBER…`: the candidates of one parent in a fresh 0700 directory there, entered
# by cd, so that no name on the way can be swapped; synced together, renamed at once.
hx_path_guarded_put() {
  [ -n "$hx_p_queue" ] || return 0
  hx_p_lines=$(hx_put "$hx_p_queue" | sort -t "$HX_TAB" -k 1,1 -k 2,2n)
  hx_p_queue=
  hx_say "$hx_p_lines" | (
    exec 8<&0 </dev/null
    hx_p_parent=-
    hx_p_guard_made=
    set --
    while IFS=$HX_TAB read -r hx_p_group hx_p_n hx_p_verb hx_p_id hx_p_before hx_p_args <&8; do
      if [ "$hx_p_group" != "$hx_p_parent" ]; then
        hx_p_next=$hx_p_n
        hx_path_guard_close "$@" || exit 1
        set --
        hx_p_n=$hx_p_next
        hx_p_parent=$hx_p_group
        hx_decode "$hx_p_id" && hx_path_parent "$HX_REPLY" || hx_fail "${hx_p_error-}" || hx_path_guard_failed
        hx_path_guard_open || hx_path_guard_failed
      fi
      hx_path_content_start || hx_path_guard_failed
      hx_path_candidate "./$hx_p_base" && hx_path_clear "$hx_p_n" "../$hx_p_base" || hx_path_guard_failed
      set -- "$@" "$hx_p_n" "$hx_p_base"
    done
    hx_path_guard_close "$@"
  )
}

hx_path_guard_open() {
  hx_path_name "$hx_p_dir"
  hx_path_drop_guarded "$HX_REPLY"
  mkdir -m 0700 -- "$HX_REPLY" || return 1
  hx_p_guard_made=$HX_REPLY
  cd -P "$HX_REPLY" || return 1
  [ "$(stat -c '%u %a' .)" = "$(id -u) 700" ] || hx_fail "$HX_REPLY was exchanged while it was made"
}

# hx_path_guard_close (NUMBER NAME)…: all candidates are there: on the disk, then in their places.
hx_path_guard_close() {
  [ $# -gt 0 ] || return 0
  hx_p_left=$(($# / 2))
  hx_p_numbers=
  while [ $hx_p_left -gt 0 ]; do
    hx_p_numbers="$hx_p_numbers $1"
    set -- "$@" "./$2"
    shift 2
    hx_p_left=$((hx_p_left - 1))
  done
  hx_p_n=${hx_p_numbers##* }
  hx_sync "$@" && mv -f -- "$@" .. || hx_path_guard_failed
  for hx_p_left in $hx_p_numbers; do hx_done "$hx_p_left"; done
  cd .. && rmdir -- "./${hx_p_guard_made##*/}" && hx_sync . || return 1
  hx_p_guard_made=
}

# Ends the subshell, with nothing left of what was not renamed.
hx_path_guard_failed() {
  hx_failed "$hx_p_n"
  cd /
  hx_path_drop_guarded "$hx_p_guard_made"
  exit 1
}

# hx_path_drop_guarded DIRECTORY: one that was made for candidates, which its name says, with what is in it.
hx_path_drop_guarded() {
  case $1 in
  /*/.hexis-* | /.hexis-*) ;;
  *) return 0 ;;
  esac
  [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ] || return 0
  rm -rf -- "$1"
}

# hx_path_candidate FILE: new content with the final owner, group and mode; what is not told stays as the earlier
# file had it, ACL and extended attributes included where cp can keep them.
hx_path_candidate() {
  if [ "$hx_p_type" = file ] && cp --attributes-only --preserve=all -- "$hx_p_path" "$1" 2>/dev/null; then
    cat <"$hx_p_source" >"$1" || return 1
    hx_p_target=$hx_p_path
    hx_p_path=$1
    hx_path_attributes || return 1
    hx_p_path=$hx_p_target
  else
    hx_path_candidate_plain "$1" || return 1
  fi
  if [ -z "$HX_ROOT" ] && hx_arg validate && [ "$HX_UNDO" != yes ]; then hx_path_validate "$HX_REPLY" "$1"; fi
}

hx_path_candidate_plain() {
  hx_arg mode && hx_p_mode=$HX_REPLY || hx_p_mode=
  hx_arg owner && hx_p_owner=$HX_REPLY || hx_p_owner=
  hx_arg group && hx_p_group=$HX_REPLY || hx_p_group=
  [ "$HX_OWNERS" = yes ] || hx_p_owner='' hx_p_group=''
  if [ "$hx_p_type" = file ]; then
    # shellcheck disable=SC2046 # digits
    set -- "$1" $(stat -c '%a %u %g' "$hx_p_path")
    hx_p_mode=${hx_p_mode:-$2}
    [ "$HX_OWNERS" != yes ] || hx_p_owner=${hx_p_owner:-$3} hx_p_group=${hx_p_group:-$4}
    rm -f -- "$1"
  fi
  hx_p_mode=${hx_p_mode:-0644}
  case $hx_p_mode in
  0??? | ???) hx_p_late= ;;
  *) hx_p_late=$hx_p_mode hx_p_mode=0600 ;;
  esac
  # One process instead of three, where there is install (a small busybox has none).
  if ! command -v install >/dev/null 2>&1; then
    cat <"$hx_p_source" >"$1" && hx_path_chown "$1" && chmod -- "0${hx_p_late:-$hx_p_mode}" "$1"
    return
  fi
  install -m "$hx_p_mode" ${hx_p_owner:+-o "$hx_p_owner"} ${hx_p_group:+-g "$hx_p_group"} -- "$hx_p_source" "$1" ||
    return 1
  # Set-user-id comes last: a change of owner would clear it.
  [ -z "$hx_p_late" ] || chmod -- "0$hx_p_late" "$1"
}

# hx_path_chown FILE, to hx_p_owner and hx_p_group; never through a link.
hx_path_chown() {
  [ -n "$hx_p_owner$hx_p_group" ] || return 0
  chown -h -- "$hx_p_owner${hx_p_group:+:$hx_p_group}" "$1"
}

# hx_path_validate COMMAND FILE: `%s` in COMMAND is the candidate. systemd must see it under its own name.
hx_path_validate() {
  if [ "$1" = 'systemd-analyze verify %s' ]; then
    hx_unit_verify "$2" "$hx_p_path"
    return
  fi
  hx_p_rest=$2
  hx_p_quoted=
  while :; do
    case $hx_p_rest in *\'*) ;; *) break ;; esac
    hx_p_quoted="$hx_p_quoted${hx_p_rest%%\'*}'\\''"
    hx_p_rest=${hx_p_rest#*\'}
  done
  hx_p_quoted="'$hx_p_quoted$hx_p_rest'"
  hx_p_rest=$1
  hx_p_command=
  while :; do
    case $hx_p_rest in *%s*) ;; *) break ;; esac
    hx_p_command=$hx_p_command${hx_p_rest%%%s*}$hx_p_quoted
    hx_p_rest=${hx_p_rest#*%s}
  done
  hx_p_output=$(sh -c "$hx_p_command$hx_p_rest" 2>&1 </dev/null 8<&-) && return 0
  hx_fail "validation failed: $1$HX_NL$hx_p_output"
}

# hx_path_put (NUMBER TEMPORARY TARGET)…: syncs all temporaries, renames, syncs the directories.
hx_path_put() {
  hx_path_sync "$@"
  hx_p_first=
  while [ $# -gt 0 ]; do
    if ! { hx_path_clear "$1" "$3" && hx_mv "$2" "$3"; }; then
      hx_failed "$1"
      case $(lsattr -d -- "$3" 2>/dev/null) in
      *i*' '"$3") hx_fail "$3 is immutable: chattr -i takes that away" ;;
      esac
      while [ $# -gt 0 ]; do
        rm -f -- "$2"
        shift 3
      done
      return 1
    fi
    hx_done "$1"
    case $hx_p_first in
    '') hx_p_first=${3%/*}/ ;;
    "${3%/*}/") ;;
    *) hx_p_dirty=yes ;;
    esac
    shift 3
  done
  [ -n "$hx_p_dirty" ] || hx_sync "$hx_p_first"
}

hx_path_sync() {
  hx_p_left=$(($# / 3))
  while [ "$hx_p_left" -gt 0 ]; do
    set -- "$@" "$2"
    shift 3
    hx_p_left=$((hx_p_left - 1))
  done
  hx_sync "$@"
}
