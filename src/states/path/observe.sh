# shellcheck disable=SC2154,SC2034,SC2015,SC3013 # variables of the other parts; every A && B || C is meant; -ef is everywhere
# Kind `path`, observe: files, directories and links in bulk and read-only, and where a path really leads.

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
    while :; do
      case $HX_REPLY in
      *,*) HX_REPLY=${HX_REPLY%%,*}%2C${HX_REPLY#*,} ;;
      *) break ;;
      esac
    done
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
