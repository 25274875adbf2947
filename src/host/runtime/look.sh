# shellcheck disable=SC2154,SC2015 # variables of the other parts; every A && B || C is meant
# Hexis runtime, look: what a connection asks of a host without changing it.

# Standard error of one probe, from its end; standard output, from its beginning.
HX_PROBE_STDOUT_BYTES=1048576
HX_PROBE_STDERR_BYTES=65536

# observe SECTION:BYTES…: `+sealed` first, then kinds, `+contents`, `+probes`, `+blobs`.
hx_serve_observe() {
  hx_s_sealed=
  hx_s_paths=
  for hx_s_section in "$@"; do
    hx_s_bytes=${hx_s_section##*:}
    hx_s_section=${hx_s_section%:*}
    case $hx_s_section in
    +sealed) hx_s_sealed=$(hx_take "$hx_s_bytes" | hx_serve_sealed) ;;
    +contents) hx_take "$hx_s_bytes" | hx_serve_contents ;;
    +probes)
      hx_s_probes=$(hx_take "$hx_s_bytes")
      hx_say "$hx_s_probes" | while IFS= read -r hx_s_line; do hx_serve_probe "$hx_s_line"; done
      ;;
    +blobs) hx_take "$hx_s_bytes" | hx_serve_missing ;;
    *) hx_serve_states ;;
    esac
  done
}

hx_serve_states() {
  if ! command -v "hx_observe_$hx_s_section" >/dev/null 2>&1; then
    hx_take "$hx_s_bytes" >/dev/null
    hx_serve_error unknown-kind "this runtime cannot observe $hx_s_section"
    return 1
  fi
  hx_s_states=$(hx_take "$hx_s_bytes" | "hx_observe_$hx_s_section" 2>/dev/null)
  hx_s_before=$(hx_interrupted_before "$hx_s_section")
  [ -z "$hx_s_before" ] || hx_s_states=$(hx_serve_as_before)
  [ "$hx_s_section" != path ] || hx_s_paths=$hx_s_states
  [ -z "$hx_s_before" ] || hx_s_states=$(hx_say "$hx_s_states" | sed "s/\([$HX_TAB ]\)inode=[^ ]* */\1/")
  [ -n "$hx_s_states" ] || return 0
  if [ -z "$hx_s_sealed" ]; then
    hx_say "$hx_s_states" | sed "s/^/state$HX_TAB$hx_s_section$HX_TAB/"
    return
  fi
  # The digest of what is secret does not leave the host.
  {
    hx_say "$hx_s_sealed"
    hx_say .
    hx_say "$hx_s_states"
  } | HX_A_KIND=$hx_s_section awk -F "$HX_TAB" '
    BEGIN { kind = ENVIRON["HX_A_KIND"] }
    !states && $0 == "." { states = 1; next }
    !states { if ($1 == kind) verdict[$2] = $3; next }
    $1 in verdict {
      if (kind == "path") sub(/content=[0-9a-f?]+/, "content=" verdict[$1])
      else if (kind == "container") {
        if (split(verdict[$1], word, " ") == 2 && (at = index($0, "content=" word[2])))
          $0 = substr($0, 1, at + 7) word[1] substr($0, at + 8 + length(word[2]))
      }
      else if ($2 !~ /type=absent/) sub(/$/, " password=" verdict[$1])
    }
    { print "state\t" kind "\t" $0 }'
}

# What an interrupted transaction had begun to change is answered as it was before: recovery will bring it back.
hx_serve_as_before() {
  {
    hx_say "$hx_s_before"
    hx_say .
    hx_say "$hx_s_states"
  } | awk -F "$HX_TAB" '
    !states && $0 == "." { states = 1; next }
    !states { if (!($1 in before)) before[$1] = $2; next }
    $1 in before { print $1 "\t" before[$1]; next }
    { print }'
}

# Lines `KIND IDENTITY SALT DIGEST LAST`; prints `KIND IDENTITY VERDICT`.
hx_serve_sealed() {
  while IFS=$HX_TAB read -r hx_s_kind hx_s_id hx_s_salt hx_s_digest hx_s_last; do
    hx_decode "$hx_s_id" || continue
    hx_s_name=$HX_REPLY
    hx_s_verdict=sealed:other
    hx_blob "$hx_s_last"
    hx_s_blob=$HX_REPLY
    case $hx_s_kind in
    path)
      hx_path_parent "$hx_s_name" && [ -f "$hx_p_path" ] && [ ! -L "$hx_p_path" ] || continue
      if [ "$(hx_salted "$hx_s_salt" <"$hx_p_path")" = "$hx_s_digest" ]; then
        hx_s_verdict=sealed:equal
      elif [ "$hx_s_last" != - ] && [ -f "$hx_s_blob" ] && cmp -s "$hx_s_blob" "$hx_p_path"; then
        hx_s_verdict=$hx_s_last
      fi
      ;;
    user)
      hx_user_shadow "$hx_s_name" || continue
      HX_REPLY=${HX_REPLY#*:}
      HX_REPLY=${HX_REPLY%%:*}
      if [ "$(hx_put "${HX_REPLY#!}" | hx_salted "$hx_s_salt")" = "$hx_s_digest" ]; then
        hx_s_verdict=sealed:equal
      elif [ "$hx_s_last" != - ] && [ -f "$hx_s_blob" ] && hx_user_password_is "$hx_s_name" "$hx_s_blob"; then
        hx_s_verdict=$hx_s_last
      fi
      ;;
    container)
      # It was made with the secrets of that blob; whether they are what is wanted, the blob says.
      hx_s_verdict=$hx_s_last
      if [ "$hx_s_last" != - ] && [ -f "$hx_s_blob" ] && [ "$(hx_salted "$hx_s_salt" <"$hx_s_blob")" = "$hx_s_digest" ]; then
        hx_s_verdict="sealed:equal $hx_s_last"
      fi
      ;;
    *)
      # Other kinds say what the secret of an object is: hx_secret_KIND IDENTITY → HX_REPLY.
      command -v "hx_secret_$hx_s_kind" >/dev/null 2>&1 && "hx_secret_$hx_s_kind" "$hx_s_id" || HX_REPLY=
      hx_s_secret=$HX_REPLY
      if [ "$(hx_put "$hx_s_secret" | hx_salted "$hx_s_salt")" = "$hx_s_digest" ]; then
        hx_s_verdict=sealed:equal
      elif [ "$hx_s_last" != - ] && [ -f "$hx_s_blob" ] && [ "$hx_s_secret" = "$(cat "$hx_s_blob")" ]; then
        hx_s_verdict=$hx_s_last
      fi
      ;;
    esac
    hx_say "$hx_s_kind$HX_TAB$hx_s_id$HX_TAB$hx_s_verdict"
  done
}

# hx_salted SALT: the digest of the salt and standard input.
hx_salted() {
  {
    hx_put "$1"
    cat
  } | sha256sum | cut -c 1-64
}

# Lines `LIMIT UNLESS IDENTITY`; sends the contents of those files that are not UNLESS already.
hx_serve_contents() {
  {
    hx_say "$hx_s_paths"
    hx_say .
    cat
  } | awk -F "$HX_TAB" '
    !asked && $0 == "." { asked = 1; next }
    !asked {
      if ((" " $2 " ") !~ / type=file /) next
      found[$1] = 1
      if (match($2, /inode=[^ ]*/)) inode[$1] = substr($2, RSTART + 6, RLENGTH - 6)
      if (match($2, /content=[^ ]*/)) content[$1] = substr($2, RSTART + 8, RLENGTH - 8)
      next
    }
    ($3 in found) && content[$3] != $2 { print $1 "\t" $3 "\t" inode[$3] }' |
    while IFS=$HX_TAB read -r hx_s_limit hx_s_id hx_s_kept; do
      if [ -n "$hx_s_kept" ]; then
        hx_serve_content "$hx_s_id" "$HX_STATE/blobs/inodes/$hx_s_kept" "$hx_s_limit"
        continue
      fi
      hx_decode "$hx_s_id" && hx_path_parent "$HX_REPLY" || continue
      hx_serve_content "$hx_s_id" "$hx_p_path" "$hx_s_limit"
    done
}

# hx_serve_content NAME FILE LIMIT
hx_serve_content() {
  [ -f "$2" ] && [ ! -L "$2" ] && [ -r "$2" ] || return 0
  [ "$(stat -c %s "$2")" -le "$3" ] || return 0
  hx_say "content$HX_TAB$1$HX_TAB$(head -c "$3" <"$2" | hx_armour)"
}

hx_serve_missing() {
  while IFS= read -r hx_s_name; do
    hx_blob "$hx_s_name"
    [ -f "$HX_REPLY" ] || hx_say "missing$HX_TAB$hx_s_name"
  done
}

# hx_serve_probe LINE: `ID TIMEOUT USER DIRECTORY STDIN NENV ENV… ARGV…`, each encoded, `-` for none. Both streams are held
# in variables, since nothing is written; the status is the last line of standard error.
hx_serve_probe() {
  hx_s_answer=$({
    hx_s_err=$({
      {
        hx_serve_command "$1" 3>&- 4>&-
        hx_say "$HX_NL$?" >&2
      } 2>&3 | {
        head -c "$HX_PROBE_STDOUT_BYTES"
        cat >/dev/null
      } | hx_armour >&4
    } 3>&1 | tail -c "$HX_PROBE_STDERR_BYTES" | hx_armour)
    hx_say "$HX_TAB$hx_s_err"
  } 4>&1)
  hx_say "probe$HX_TAB${1%%"$HX_TAB"*}$HX_TAB$hx_s_answer"
}

hx_serve_command() (
  IFS=$HX_TAB
  set -f
  # shellcheck disable=SC2086 # fields parted by TAB
  set -- $1
  set +f
  IFS=' '$HX_TAB$HX_NL
  hx_c_timeout=$2
  hx_c_user=$3
  hx_decode "$4"
  hx_c_directory=$HX_REPLY
  hx_c_stdin=$5
  hx_c_left=$6
  shift 6
  while [ "$hx_c_left" -gt 0 ]; do
    hx_decode "$1"
    # shellcheck disable=SC2163 # NAME=value
    export "$HX_REPLY"
    hx_c_left=$((hx_c_left - 1))
    shift
  done
  hx_c_left=$#
  while [ "$hx_c_left" -gt 0 ]; do
    hx_decode "$1"
    shift
    set -- "$@" "$HX_REPLY"
    hx_c_left=$((hx_c_left - 1))
  done
  umask 022
  if [ "$hx_c_directory" != - ]; then cd "$hx_c_directory" || exit 127; fi
  if [ "$hx_c_user" != - ]; then
    hx_decode "$hx_c_user"
    if command -v runuser >/dev/null 2>&1; then
      set -- runuser -u "$HX_REPLY" -- "$@"
    else
      set -- su -s /bin/sh -c 'exec "$@"' -- "$HX_REPLY" sh "$@"
    fi
  fi
  ! command -v timeout >/dev/null 2>&1 || set -- timeout -k 5 "$hx_c_timeout" "$@"
  if [ "$hx_c_stdin" = - ]; then exec "$@" </dev/null; fi
  hx_decode "$hx_c_stdin"
  hx_put "$HX_REPLY" | "$@"
)

# run BYTES: one command as in a probe, its lines sent as they come.
hx_serve_run() {
  hx_s_line=$(hx_take "$1")
  {
    {
      {
        hx_serve_command "$hx_s_line" 3>&- 4>&-
        hx_say "status$HX_TAB$?" >&4
      } 2>&3 | hx_serve_lines out >&4
    } 3>&1 | hx_serve_lines err >&4
  } 4>&1
}

# Lines with a mark before them; a long one in pieces, since only short writes of two streams do not mix.
hx_serve_lines() {
  while IFS= read -r hx_s_line || [ -n "$hx_s_line" ]; do
    while [ ${#hx_s_line} -gt 2000 ]; do
      hx_s_piece=$(printf '%.2000s' "$hx_s_line")
      hx_say "$1$HX_TAB+$hx_s_piece"
      hx_s_line=${hx_s_line#"$hx_s_piece"}
    done
    hx_say "$1$HX_TAB=$hx_s_line"
  done
}

# list SITE NUMBER
hx_serve_list() {
  hx_s_file=$HX_STATE/sites/$1/generations/$2.steps
  [ -f "$hx_s_file" ] || hx_serve_error no-such-generation "generation $2 of $1 is not on this host" || return 1
  hx_sum_holds "$HX_STATE/sites/$1" "generations/$2.steps" ||
    hx_serve_error generation-damaged "the list of generation $2 is not as it was written; nothing is planned from it" ||
    return 1
  hx_say "text$HX_TAB$(hx_armour <"$hx_s_file")"
}

# blobs LIMIT BYTES: names, one a line; a name may also be that of a kept inode.
hx_serve_blobs() {
  hx_take "$2" | while IFS= read -r hx_s_name; do
    hx_blob "$hx_s_name"
    case $hx_s_name in
    */*) ;;
    *) [ -f "$HX_REPLY" ] || HX_REPLY=$HX_STATE/blobs/inodes/$hx_s_name ;;
    esac
    hx_serve_content "$hx_s_name" "$HX_REPLY" "$1"
  done
}
