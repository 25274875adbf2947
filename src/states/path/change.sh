# shellcheck disable=SC2154,SC2034,SC2015,SC3013 # variables of the other parts; every A && B || C is meant; -ef is everywhere
# Kind `path`, change: everything but new content: directories, links, rights, removals, kept inodes that come back.

# hx_mv FROM TO: rename over whatever TO is, a link to a directory too.
hx_mv() {
  if [ -z "${HX_MV-}" ]; then
    case $(mv --help 2>&1) in *-T* | *-*T[\],]*) HX_MV=T ;; *) HX_MV=plain ;; esac
  fi
  if [ "$HX_MV" = T ]; then
    # busybox looks through a link to a directory all the same.
    if [ -L "$2" ] && [ -d "$2" ]; then
      mv -f -T -- "$1" "$2" 2>/dev/null && return 0
      rm -f -- "$2" || return 1
    fi
    mv -f -T -- "$1" "$2"
  else
    [ ! -L "$2" ] || rm -f -- "$2" || return 1
    mv -f -- "$1" "$2"
  fi
}

# hx_path_clear NUMBER PATH: a directory makes room for something else, if it is empty.
hx_path_clear() {
  [ -d "$2" ] && [ ! -L "$2" ] || return 0
  hx_path_rmdir "$1" "$2"
}

# An empty directory is moved to the kept inodes, so that it can come back as it was; on the way back it is removed.
hx_path_rmdir() {
  for hx_p_child in "$2"/* "$2"/.[!.]* "$2"/..?*; do
    [ -e "$hx_p_child" ] || [ -L "$hx_p_child" ] || continue
    hx_fail "directory $2 is not empty: it holds ${hx_p_child##*/}"
    return 1
  done
  if [ "$HX_UNDO" = yes ] || [ -z "$HX_TX" ] || [ -e "$HX_STATE/blobs/inodes/$HX_TX.$1" ]; then
    rmdir -- "$2"
  else
    hx_mv "$2" "$HX_STATE/blobs/inodes/$HX_TX.$1"
  fi
}

# Everything but new content.
hx_path_now() {
  case $hx_p_verb in
  COPY)
    if hx_arg inode && [ -e "$HX_STATE/blobs/inodes/$HX_REPLY" ]; then
      hx_path_restore "$HX_STATE/blobs/inodes/$HX_REPLY"
    elif [ "$hx_p_type" = file ]; then
      hx_path_attributes
    else
      hx_fail "no content is known for $hx_p_path"
    fi
    ;;
  DIR) hx_path_dir ;;
  LINK) hx_path_link ;;
  CHMOD | CHOWN)
    [ "$hx_p_type" != absent ] || hx_fail "$hx_p_path is not there" || return 1
    hx_path_attributes
    ;;
  RM)
    case $hx_p_type in
    absent) ;;
    dir) hx_path_rmdir "$hx_p_n" "$hx_p_path" ;;
    *) rm -f -- "$hx_p_path" ;;
    esac
    ;;
  *) hx_fail "unknown verb $hx_p_verb" ;;
  esac
}

# hx_path_restore KEPT: the earlier inode itself where it lies on the same file system, else a whole copy of it.
hx_path_restore() {
  if [ ! -L "$hx_p_path" ] && [ "$hx_p_path" -ef "$1" ]; then
    hx_path_attributes
    return
  fi
  # Kept as a copy and never replaced (an immutable file has no second name): nothing is to be put back.
  if [ "$hx_p_type" = file ] && [ "$(stat -c '%f %u %g %Y' "$1")" = "$(stat -c '%f %u %g %Y' "$hx_p_path")" ] &&
    cmp -s "$1" "$hx_p_path"; then return 0; fi
  hx_path_name "$hx_p_dir"
  rm -f -- "$HX_REPLY"
  ln -- "$1" "$HX_REPLY" 2>/dev/null || cp -a -- "$1" "$HX_REPLY" || return 1
  hx_path_clear "$hx_p_n" "$hx_p_path" && hx_mv "$HX_REPLY" "$hx_p_path" || {
    rm -f -- "$HX_REPLY"
    return 1
  }
  hx_p_type='file'
  hx_p_before=$(stat -c 'mode=%a owner=%U group=%G' "$hx_p_path")
  case $hx_p_before in mode=????*) ;; *) hx_p_before=mode=0${hx_p_before#mode=} ;; esac
  hx_path_attributes
}

# Owner, group and mode of hx_p_path where they are told and differ from hx_p_before. Never through a link.
hx_path_attributes() {
  hx_p_owner=
  hx_p_group=
  if [ "$HX_OWNERS" = yes ]; then
    hx_arg owner && hx_path_differs owner && hx_p_owner=$HX_REPLY
    hx_arg group && hx_path_differs group && hx_p_group=$HX_REPLY
  fi
  hx_p_mode=
  hx_arg mode && hx_p_mode=$HX_REPLY
  if [ -n "$hx_p_owner$hx_p_group" ]; then
    # A change of owner clears set-user-id: what was there is set again.
    if [ -z "$hx_p_mode" ] && [ "$hx_p_type" != link ]; then hx_p_mode=$(stat -c %a "$hx_p_path"); fi
    hx_path_chown "$hx_p_path" || return 1
  elif [ -n "$hx_p_mode" ]; then
    HX_REPLY=$hx_p_mode
    hx_path_differs mode || return 0
  fi
  [ -n "$hx_p_mode" ] && [ "$hx_p_type" != link ] || return 0
  [ ! -L "$hx_p_path" ] || hx_fail "$hx_p_path is a link: it has no mode of its own" || return 1
  if [ "$hx_p_type" = dir ]; then (cd -P "$hx_p_path" && chmod "0$hx_p_mode" .); else
    chmod -- "0$hx_p_mode" "$hx_p_path"
  fi
}

hx_path_differs() {
  case " $hx_p_before " in *" $1=$HX_REPLY "*) return 1 ;; esac
}

hx_path_dir() {
  if hx_arg inode && [ -d "$HX_STATE/blobs/inodes/$HX_REPLY" ] && [ "$hx_p_type" != dir ]; then
    [ "$hx_p_type" = absent ] || rm -f -- "$hx_p_path" || return 1
    hx_mv "$HX_STATE/blobs/inodes/$HX_REPLY" "$hx_p_path" || return 1
    hx_p_before=
    hx_p_type=dir
  fi
  if [ "$hx_p_type" != dir ]; then
    [ "$hx_p_type" = absent ] || rm -f -- "$hx_p_path" || return 1
    hx_arg mode 0755 || :
    mkdir -m "$HX_REPLY" -- "$hx_p_path" || return 1
    hx_p_type=dir
    # What mkdir made is right unless the parent hands down its group.
    hx_p_before="mode=$HX_REPLY"
    [ ! -g "$hx_p_dir" ] || hx_p_before=
    [ "$(id -u)" != 0 ] || [ -g "$hx_p_dir" ] || hx_p_before="$hx_p_before owner=root group=root"
  fi
  hx_path_attributes
}

hx_path_link() {
  hx_arg target || hx_fail "LINK $hx_p_path has no target" || return 1
  hx_p_to=$HX_REPLY
  hx_path_name "$hx_p_dir"
  hx_p_temp=$HX_REPLY
  if hx_arg hard && [ "$HX_REPLY" = yes ]; then
    hx_p_keep=$hx_p_path
    hx_path_parent "$hx_p_to" || hx_fail "$hx_p_error" || return 1
    hx_p_to=$hx_p_path
    hx_p_path=$hx_p_keep
    [ ! "$hx_p_path" -ef "$hx_p_to" ] || [ -L "$hx_p_path" ] || return 0
    rm -f -- "$hx_p_temp"
    ln -- "$hx_p_to" "$hx_p_temp" || return 1
  else
    if [ "$hx_p_type" = link ] && hx_path_target "$hx_p_path"; then
      hx_decode "$HX_REPLY"
      if [ "$HX_REPLY" = "$hx_p_to" ]; then
        hx_path_attributes
        return
      fi
    fi
    rm -f -- "$hx_p_temp"
    ln -s -- "$hx_p_to" "$hx_p_temp" || return 1
    # A link cannot be pointed elsewhere, only made anew: it belongs to whom it belonged.
    if [ "$hx_p_type" = link ] && [ "$HX_OWNERS" = yes ]; then
      chown -h "$(stat -c %u:%g "$hx_p_path")" -- "$hx_p_temp" || return 1
    fi
    hx_p_type='link'
  fi
  hx_path_clear "$hx_p_n" "$hx_p_path" && hx_mv "$hx_p_temp" "$hx_p_path" || {
    rm -f -- "$hx_p_temp"
    return 1
  }
  hx_p_before=
  [ "$hx_p_type" != link ] || hx_path_attributes
}
