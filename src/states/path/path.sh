# shellcheck disable=SC3013 # every shell that Hexis meets has -ef; there is no other way without a process
# Kind `path`: files, directories, links. Observed in bulk and read-only; changed by temporary, sync, rename.

# Reads encoded identities (`IDENTITY` or `IDENTITY<TAB>entries`); prints `IDENTITY<TAB>STATE`. One stat and one
# sha256sum for all of them, no temporary files. Names with a newline or a backslash take a slower way, since stat
# and sha256sum print them in a form of their own.
hx_observe_path() {
  hx_o_in=$(cat)
  [ -n "$hx_o_in" ] || return 0
  hx_o_bad=
  [ -z "$HX_ROOT" ] || hx_o_bad=$(hx_path_outside "$hx_o_in")
  hx_o_plan=$({
    [ -z "$hx_o_bad" ] || hx_say "$hx_o_bad"
    hx_say "$hx_o_in"
  } | HX_A_ROOT=$HX_ROOT awk -F "$HX_TAB" "$hx_path_awk"'
    $2 ~ /^error=/ { bad[$1] = 1; next }
    { path = dec($1) }
    $1 in bad { next }
    path ~ /[\n\\]/ { print "%" $1; next }
    { print root path }')
  hx_o_paths=$(hx_say "$hx_o_plan" | sed '/^%/d')
  hx_o_stat=
  hx_o_sum=
  if [ -n "$hx_o_paths" ]; then
    hx_o_stat=$(hx_say "$hx_o_paths" | tr '\n' '\0' | xargs -0 stat -c 'S%f %U %G %u %g %h %n' 2>&1)
    case $HX_NL$hx_o_stat in
    *"${HX_NL}S8"*)
      # find looks again at the moment of reading: a pipe or device is never opened.
      hx_o_sum=$(hx_say "$hx_o_paths" | tr '\n' '\0' |
        xargs -0 sh -c 'find "$@" -prune -type f -exec sha256sum {} +' sh 2>/dev/null)
      ;;
    esac
  fi
  {
    [ -z "$hx_o_bad" ] || hx_say "$hx_o_bad"
    hx_say "$hx_o_in"
    [ -z "$hx_o_stat" ] || hx_say "$hx_o_stat"
    [ -z "$hx_o_sum" ] || hx_say "$hx_o_sum"
    case $HX_NL$hx_o_stat in *"${HX_NL}Sa"*)
      hx_say "$hx_o_stat" | grep '^Sa' | while IFS= read -r hx_o_line; do
        hx_path_target "/${hx_o_line#*/}" && hx_say "L$HX_REPLY /${hx_o_line#*/}"
      done
      ;;
    esac
    case $hx_o_plan in *%*)
      hx_say "$hx_o_plan" | grep '^%' | while IFS= read -r hx_o_line; do hx_path_odd "${hx_o_line#%}"; done
      ;;
    esac
    case $hx_o_in in *"${HX_TAB}entries"*)
      hx_say "$hx_o_in" | grep "${HX_TAB}entries" | while IFS= read -r hx_o_line; do
        hx_path_entries "${hx_o_line%%"$HX_TAB"*}"
      done
      ;;
    esac
  } | HX_A_ROOT=$HX_ROOT HX_A_OWNERS=$HX_OWNERS awk "$hx_path_awk$hx_path_join"
}

# Decoding, shared by the awk programs. Joined lines: identities (from /), S stat, L link target, E entries, digests.
hx_path_awk='
  BEGIN {
    root = ENVIRON["HX_A_ROOT"]
    for (i = 1; i < 256; i++) {
      h = sprintf("%02X", i); chr[h] = sprintf("%c", i); chr[tolower(h)] = chr[h]
      chr[tolower(substr(h, 1, 1)) substr(h, 2)] = chr[h]; chr[substr(h, 1, 1) tolower(substr(h, 2))] = chr[h]
    }
  }
  function dec(s,  out, i, h) {
    if (s !~ /%/) return s
    out = ""
    while ((i = index(s, "%")) > 0) {
      h = substr(s, i + 1, 2)
      if (h in chr) { out = out substr(s, 1, i - 1) chr[h]; s = substr(s, i + 3) }
      else { out = out substr(s, 1, i); s = substr(s, i + 1) }
    }
    return out s
  }
'
hx_path_join='
  function rest(n,  s, i) { s = $0; for (; n > 0; n--) s = substr(s, index(s, " ") + 1); return s }
  function octal(h,  n, i) {
    n = 0
    for (i = 1; i <= length(h); i++) n = n * 16 + index("0123456789abcdef", substr(h, i, 1)) - 1
    return int(n / 512) % 8 "" int(n / 64) % 8 "" int(n / 8) % 8 "" n % 8
  }
  /^\// {
    i = index($0, "\t"); id = i ? substr($0, 1, i - 1) : $0
    if (i && substr($0, i + 1) ~ /^error=/) { error[id] = substr($0, i + 1); next }
    order[++count] = id; next
  }
  /^S/ { stat[rest(6)] = $0; next }
  /^L/ { target[rest(1)] = substr($1, 2); next }
  /^E/ { entries[rest(1)] = substr($1, 2); next }
  /^[0-9a-f][0-9a-f]* / { if (index($0, " ") == 65) sum[substr($0, 67)] = substr($0, 1, 64); next }
  /: Permission denied$/ { i = index($0, "/"); if (i) { denied[substr($0, i, length($0) - i - 19)] = 1 } }
  END {
    for (n = 1; n <= count; n++) {
      id = order[n]
      if (id in error) { print id "\t" error[id]; continue }
      path = dec(id)
      key = path ~ /[\n\\]/ ? "%" id : root path
      if (!(key in stat)) {
        print id "\t" (key in denied ? "error=permission%20denied" : "type=absent")
        continue
      }
      split(stat[key], f, " ")
      raw = substr(f[1], 2); kind = length(raw) > 3 ? substr(raw, 1, length(raw) - 3) : ""
      mode = octal(substr(raw, length(raw) - 2))
      owner = f[2] == "UNKNOWN" ? f[4] : f[2]; group = f[3] == "UNKNOWN" ? f[5] : f[3]
      type = kind == "8" ? "file" : kind == "4" ? "dir" : kind == "a" ? "link" : "other"
      s = ""
      if (type == "file") s = s " content=" (key in sum ? sum[key] : "?")
      if (type == "dir" && id in entries) s = s " entries=" entries[id]
      if (ENVIRON["HX_A_OWNERS"] == "yes") s = s " group=" group
      if (type != "link") s = s " mode=" mode
      if (type == "file") s = s " nlink=" f[6]
      if (ENVIRON["HX_A_OWNERS"] == "yes") s = s " owner=" owner
      if (type == "link") s = s " target=" (key in target ? target[key] : "?")
      print id "\t" substr(s " type=" type, 2)
    }
  }
'

# The same lines for one name that holds a newline or a backslash.
hx_path_odd() {
  hx_decode "$1" || return 0
  hx_o_path=$HX_ROOT$HX_REPLY
  hx_o_line=$(stat -c 'S%f %U %G %u %g %h' "$hx_o_path" 2>/dev/null) || return 0
  hx_say "$hx_o_line %$1"
  case $hx_o_line in
  S8*)
    hx_o_line=$(find "$hx_o_path" -prune -type f -exec sha256sum {} \; 2>/dev/null) || return 0
    hx_o_line=${hx_o_line#\\}
    [ -z "$hx_o_line" ] || hx_say "${hx_o_line%% *}  %$1"
    ;;
  Sa*) hx_path_target "$hx_o_path" && hx_say "L$HX_REPLY %$1" ;;
  esac
}

# hx_path_target PATH → HX_REPLY: where the link points, encoded.
hx_path_target() {
  HX_REPLY=$(readlink "$1" && echo X) || return 1
  hx_encode "${HX_REPLY%"${HX_NL}X"}"
}

# The children of a directory: names encoded, commas in them too, parted by commas; the whole is an argument, so
# it is encoded again.
hx_path_entries() (
  hx_decode "$1" || return 0
  [ ! -L "$HX_ROOT$HX_REPLY" ] && cd "$HX_ROOT$HX_REPLY" 2>/dev/null || return 0
  hx_o_list=$(for hx_o_name in * .[!.]* ..?*; do
    [ -e "./$hx_o_name" ] || [ -L "./$hx_o_name" ] || continue
    hx_encode "$hx_o_name"
    while :; do case $HX_REPLY in *,*) HX_REPLY=${HX_REPLY%%,*}%2C${HX_REPLY#*,} ;; *) break ;; esac; done
    hx_say "$HX_REPLY"
  done | sort | tr '\n' ',')
  hx_encode "${hx_o_list%,}"
  hx_say "E$HX_REPLY $1"
)

# Identities whose parent leaves HX_ROOT, as `IDENTITY<TAB>error=…`.
hx_path_outside() (
  hx_o_last=
  hx_say "$1" | while IFS= read -r hx_o_line; do
    hx_o_line=${hx_o_line%%"$HX_TAB"*}
    [ "${hx_o_line%/*}" != "$hx_o_last" ] || [ -z "$hx_o_last" ] || continue
    hx_decode "$hx_o_line" && hx_path_parent "$HX_REPLY" && {
      hx_o_last=${hx_o_line%/*}
      continue
    }
    hx_encode "$hx_p_error"
    hx_say "$hx_o_line${HX_TAB}error=$HX_REPLY"
  done
)

# hx_path_parent PATH: resolves the parent of PATH physically, so far as it is there, and checks that it lies below
# HX_ROOT. Sets hx_p_dir (physical parent, or where it would be) and hx_p_path. Changes the working directory.
# Returns 1 with hx_p_error.
hx_path_parent() {
  hx_p_error=
  hx_p_base=${1##*/}
  hx_p_dir=${1%/*}
  if [ -z "$HX_ROOT" ]; then
    hx_p_path=$1
    hx_p_dir=${hx_p_dir:-/}
    return 0
  fi
  cd -P "$HX_ROOT" 2>/dev/null || {
    hx_p_error="root $HX_ROOT cannot be entered"
    return 1
  }
  hx_p_root=$PWD
  hx_p_up=$HX_ROOT$hx_p_dir
  hx_p_tail=
  until cd -P "$hx_p_up" 2>/dev/null; do
    if [ -L "$hx_p_up" ]; then
      hx_p_error="$hx_p_up is a link that leads nowhere or out of $HX_ROOT"
      return 1
    fi
    if [ -d "$hx_p_up" ]; then
      hx_p_error="$hx_p_up: permission denied"
      return 1
    fi
    hx_p_tail=/${hx_p_up##*/}$hx_p_tail
    hx_p_up=${hx_p_up%/*}
  done
  case $PWD/ in
  "$hx_p_root"/*) ;;
  *)
    hx_p_error="$hx_p_up leads out of $HX_ROOT"
    return 1
    ;;
  esac
  hx_p_dir=$PWD$hx_p_tail
  hx_p_path=$hx_p_dir/$hx_p_base
}

# hx_apply_path FILE: lines `NUMBER VERB IDENTITY BEFORE ARGS`. Files are made as temporaries, synced together and
# renamed one by one; everything else is done on the spot. HX_UNDO=yes on the way back.
hx_apply_path() {
  hx_p_unguarded=
  hx_p_dirty=
  hx_p_file=$1
  set --
  while IFS=$HX_TAB read -r hx_p_n hx_p_verb hx_p_id hx_p_before hx_p_args <&8; do
    hx_p_temp=
    if ! hx_path_start; then
      # Earlier files of the batch come first, so that what is done is what the list says.
      [ $# -eq 0 ] || hx_path_put "$@"
      return 1
    fi
    if [ -n "$hx_p_temp" ]; then
      set -- "$@" "$hx_p_n" "$hx_p_temp" "$hx_p_path"
      continue
    fi
    case $hx_p_verb in
    COPY | DIR) ;;
    *)
      if [ $# -gt 0 ]; then
        hx_path_put "$@" || return 1
        set --
      fi
      ;;
    esac
    hx_path_now || {
      [ $# -eq 0 ] || hx_path_put "$@"
      return 1
    }
    hx_done "$hx_p_n"
    hx_p_dirty=yes
    # A directory may have other rights now.
    hx_p_unguarded=
    hx_p_guard_dir=
  done 8<"$hx_p_file"
  if [ $# -gt 0 ]; then hx_path_put "$@" || return 1; fi
  [ -z "$hx_p_dirty" ] || sync
}

# Reads one line into variables; for a file that gets new content, prepares the temporary (hx_p_temp).
hx_path_start() {
  hx_decode "$hx_p_id" || hx_fail "$hx_p_id: a name holds no NUL" || return 1
  hx_path_parent "$HX_REPLY" || hx_fail "$hx_p_error" || return 1
  hx_args "$hx_p_args"
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
  hx_p_finished=
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
    hx_path_guarded_file || return 1
    hx_p_finished=yes
    return 0
  fi
  hx_path_name "$hx_p_dir"
  hx_p_temp=$HX_REPLY
  hx_path_candidate "$hx_p_temp" || {
    rm -f -- "$hx_p_temp"
    return 1
  }
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

# True where somebody else can write into hx_p_dir: there the temporary lies in a directory of its own.
hx_path_guarded() {
  [ "$HX_OWNERS" = yes ] || return 1
  case $hx_p_unguarded in *"$HX_NL$hx_p_dir$HX_NL"*) return 1 ;; esac
  if [ "$hx_p_dir" != "${hx_p_guard_dir-}" ]; then
    hx_p_guard_dir=$hx_p_dir
    hx_p_guard=no
    # shellcheck disable=SC2046 # a number and three to four digits
    set -- $(stat -L -c '%u %a' "$hx_p_dir" 2>/dev/null)
    [ "${1-0}" = 0 ] || hx_p_guard=yes
    case ${2-} in *[2367]? | *[2367]) hx_p_guard=yes ;; esac
    # A list that grows for ever would cost more than it spares.
    [ ${#hx_p_unguarded} -lt 4096 ] || hx_p_unguarded=
    [ $hx_p_guard = yes ] || hx_p_unguarded=$hx_p_unguarded$HX_NL$hx_p_dir$HX_NL
  fi
  [ "$hx_p_guard" = yes ]
}

# The candidate in a fresh 0700 directory, entered by cd, so that no name on the way can be swapped; renamed at once.
hx_path_guarded_file() (
  hx_path_name "$hx_p_dir"
  hx_path_drop_guarded "$HX_REPLY"
  mkdir -m 0700 -- "$HX_REPLY" && cd -P "$HX_REPLY" || exit 1
  [ "$(stat -c '%u %a' .)" = "$(id -u) 700" ] || hx_fail "$HX_REPLY was exchanged while it was made" || exit 1
  hx_path_candidate ./f && hx_sync ./f && hx_path_clear "$hx_p_n" "../$hx_p_base" && hx_mv ./f "../$hx_p_base"
  hx_p_status=$?
  rm -f ./f
  hx_p_base=${PWD##*/}
  cd .. && rmdir -- "./$hx_p_base" && hx_sync .
  exit $hx_p_status
)

hx_path_drop_guarded() (
  [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ] || exit 0
  cd -P "$1" && rm -f ./f && cd .. && rmdir -- "./${1##*/}" 2>/dev/null
)

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

# hx_path_validate COMMAND FILE: `%s` in COMMAND is the candidate.
hx_path_validate() {
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
    [ -z "$hx_p_finished" ] || return 0
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
    hx_p_type='link'
  fi
  hx_path_clear "$hx_p_n" "$hx_p_path" && hx_mv "$hx_p_temp" "$hx_p_path" || {
    rm -f -- "$hx_p_temp"
    return 1
  }
  hx_p_before=
  [ "$hx_p_type" != link ] || hx_path_attributes
}

# hx_path_leftovers: standard input holds `NUMBER<TAB>IDENTITY`; removes the temporaries that a killed run left.
hx_path_leftovers() {
  hx_p_last=
  while IFS=$HX_TAB read -r hx_p_n hx_p_id; do
    hx_decode "$hx_p_id" && hx_path_parent "$HX_REPLY" && [ -d "$hx_p_dir" ] || continue
    hx_path_name "$hx_p_dir"
    if [ -L "$HX_REPLY" ] || [ -f "$HX_REPLY" ]; then rm -f -- "$HX_REPLY"; else hx_path_drop_guarded "$HX_REPLY"; fi
  done
}
