# shellcheck disable=SC2154,SC2034,SC2015,SC3013 # variables of the other parts; every A && B || C is meant; -ef is everywhere
# Kind `path`: files, directories, links. This file carries the lines of one batch out in their order.

# hx_apply_path FILE: lines `NUMBER VERB IDENTITY BEFORE ARGS`. Files are made as temporaries, synced together and
# renamed one by one; everything else is done on the spot. HX_UNDO=yes on the way back.
hx_apply_path() {
  hx_p_unguarded=
  hx_p_guarded=
  hx_p_queue=
  hx_p_dirty=
  hx_p_file=$1
  set --
  while IFS=$HX_TAB read -r hx_p_n hx_p_verb hx_p_id hx_p_before hx_p_args <&8; do
    hx_p_temp=
    if ! hx_path_start; then
      # Earlier files of the batch come first, so that what is done is what the list says.
      hx_failed "$hx_p_n"
      hx_path_put_all "$@"
      return 1
    fi
    if [ -n "$hx_p_queued" ]; then continue; fi
    if [ -n "$hx_p_temp" ]; then
      set -- "$@" "$hx_p_n" "$hx_p_temp" "$hx_p_path"
      continue
    fi
    case $hx_p_verb in
    COPY | DIR) ;;
    *)
      hx_path_put_all "$@" || return 1
      set --
      ;;
    esac
    hx_path_now || {
      hx_failed "$hx_p_n"
      hx_path_put_all "$@"
      return 1
    }
    hx_done "$hx_p_n"
    hx_p_dirty=yes
    # A directory may have other rights now.
    hx_p_unguarded=
  done 8<"$hx_p_file"
  hx_path_put_all "$@" || return 1
  [ -z "$hx_p_dirty" ] || sync
}

# The temporaries that were made take their places, then those that wait for a directory of their own.
hx_path_put_all() {
  if [ $# -gt 0 ]; then hx_path_put "$@" || return 1; fi
  hx_path_guarded_put
}

# Reads one line into variables; for a file that gets new content, prepares the temporary (hx_p_temp).
hx_path_start() {
  hx_decode "$hx_p_id" || hx_fail "$hx_p_id: a name holds no NUL" || return 1
  hx_path_parent "$HX_REPLY" || hx_fail "$hx_p_error" || return 1
  hx_args "$hx_p_args"
  # systemd has to read its unit files again.
  case $hx_p_id in */systemd/system/* | */containers/systemd/*) true 2>/dev/null >"$HX_DIR/units" || true ;; esac
  hx_path_type "$hx_p_path"
  hx_arg parents && [ "$HX_REPLY" = yes ] && [ ! -d "$hx_p_dir" ] && {
    (umask 022 && mkdir -p -- "$hx_p_dir") || return 1
    hx_p_dirty=yes
  }
  case $hx_p_verb in
  COPY | DIR | LINK)
    if [ ! -d "$hx_p_dir" ]; then
      if [ -e "$hx_p_dir" ]; then hx_fail "its parent $hx_p_dir is no directory"; else
        hx_fail "its parent $hx_p_dir is not there"
      fi
      return 1
    fi
    ;;
  esac
  hx_p_queued=
  [ "$hx_p_verb" = COPY ] || return 0
  if hx_arg inode && [ -e "$HX_STATE/blobs/inodes/$HX_REPLY" ]; then return 0; fi
  hx_arg blob || hx_arg content || return 0
  hx_p_blob=$HX_REPLY
  hx_encode "$hx_p_blob"
  case " $hx_p_before " in *" content=$HX_REPLY "*) [ "$hx_p_type" != file ] || return 0 ;; esac
  hx_blob "$hx_p_blob"
  hx_p_source=$HX_REPLY
  [ -f "$hx_p_source" ] || hx_fail "content $hx_p_blob is not on this host" || return 1
  if hx_path_guarded; then
    hx_p_queue="$hx_p_queue${hx_p_id%/*}/$HX_TAB$hx_p_n$HX_TAB$hx_p_verb$HX_TAB$hx_p_id$HX_TAB$hx_p_before$HX_TAB$hx_p_args$HX_NL"
    hx_p_queued=yes
    return 0
  fi
  hx_path_name "$hx_p_dir"
  hx_p_temp=$HX_REPLY
  hx_path_candidate "$hx_p_temp" || {
    rm -f -- "$hx_p_temp"
    return 1
  }
}

# One queued line again, as hx_path_start left it; hx_p_dir is known.
hx_path_content_start() {
  hx_decode "$hx_p_id" || return 1
  hx_p_base=${HX_REPLY##*/}
  hx_p_path=${hx_p_dir%/}/$hx_p_base
  hx_args "$hx_p_args"
  hx_path_type "$hx_p_path"
  hx_arg blob || hx_arg content || return 1
  hx_blob "$HX_REPLY"
  hx_p_source=$HX_REPLY
}

# hx_path_name DIR → HX_REPLY: the name of op hx_p_n's temporary; recovery finds it again by transaction and number.
hx_path_name() { HX_REPLY=${1%/}/.hexis-${HX_TX:-$$}-$hx_p_n; }

hx_path_type() {
  if [ -L "$1" ]; then
    hx_p_type='link'
  elif [ -f "$1" ]; then
    hx_p_type='file'
  elif [ -d "$1" ]; then
    hx_p_type=dir
  elif [ -e "$1" ]; then
    hx_p_type=other
  else hx_p_type=absent; fi
}

# hx_path_leftovers: standard input holds `NUMBER<TAB>IDENTITY`; removes the temporaries that a killed run left.
hx_path_leftovers() {
  while IFS=$HX_TAB read -r hx_p_n hx_p_id; do
    hx_decode "$hx_p_id" && hx_path_parent "$HX_REPLY" && [ -d "$hx_p_dir" ] || continue
    hx_path_name "$hx_p_dir"
    if [ -L "$HX_REPLY" ] || [ -f "$HX_REPLY" ]; then rm -f -- "$HX_REPLY"; else hx_path_drop_guarded "$HX_REPLY"; fi
  done
}
