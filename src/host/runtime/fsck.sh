# shellcheck disable=SC2154,SC2034,SC2015 # variables of the other parts; every A && B || C is meant
# Hexis runtime, fsck: the state directory against its own sums. Reads only, but hx_sums and hx_sums_journal, which
# write them. A file `sums` is what sha256sum prints, and a last line `# SHA` over the lines before it.

# hx_sums DIRECTORY FILE…: the sums of these files of the directory, from within.
hx_sums() (
  cd "$1" 2>/dev/null || exit 1
  shift
  hx_sums_write "$(sha256sum -- "$@" 2>/dev/null)"
)

# hx_sums_write LINES: into the directory that it stands in.
hx_sums_write() {
  hx_f_own=$(hx_say "$1" | sha256sum)
  { hx_say "$1" && hx_say "# ${hx_f_own%% *}"; } 2>/dev/null >sums.new && mv -f sums.new sums
}

# hx_sums_coming DIRECTORY FILE NEW: before NEW takes the place of FILE, either of them is as its sum says.
hx_sums_coming() (
  cd "$1" && [ -s sums ] || exit 0
  hx_f_sum=$(sha256sum <"$3")
  hx_sums_write "$(sed '$d' sums)$HX_NL${hx_f_sum%% *}  $2" && hx_sync sums
)

hx_sums_site() {
  [ -f "$HX_STATE/sites/$1/ledger" ] || return 0
  set -- "$HX_STATE/sites/$1"
  hx_f_dir=$1
  set -- ledger
  [ ! -f "$hx_f_dir/foreign" ] || set -- ledger foreign
  for hx_f_file in "$hx_f_dir"/generations/*; do
    [ ! -f "$hx_f_file" ] || set -- "$@" "generations/${hx_f_file##*/}"
  done
  # From now on a ledger without sums is damaged.
  hx_sums "$hx_f_dir" "$@" && { [ -e "$hx_f_dir/summed" ] || : >"$hx_f_dir/summed"; }
}

# hx_sums_journal: a closed journal's.
hx_sums_journal() {
  set --
  for hx_f_file in "$HX_DIR"/*; do
    [ ! -f "$hx_f_file" ] || set -- "$@" "${hx_f_file##*/}"
  done
  hx_sums "$HX_DIR" "$@"
}

# hx_sums_own FILE: are its own lines whole?
hx_sums_own() {
  hx_f_own=$(sed '$d' "$1" 2>/dev/null | sha256sum)
  [ "$(tail -n 1 "$1" 2>/dev/null)" = "# ${hx_f_own%% *}" ]
}

# hx_ledger_whole SITE: the ledger is the one that its sum was made of. Where there never were sums, or while a
# transaction is open, nothing is known.
hx_ledger_whole() {
  [ -f "$HX_STATE/sites/$1/ledger" ] && [ -z "$(hx_unfinished '')" ] || return 0
  [ -s "$HX_STATE/sites/$1/sums" ] || [ ! -e "$HX_STATE/sites/$1/summed" ] || return 1
  hx_sum_holds "$HX_STATE/sites/$1" ledger
}

# hx_sum_holds DIRECTORY FILE: the file is as its sum says. One without a sum is an older version's: nothing is known.
hx_sum_holds() {
  grep -q " [ *]$2\$" "$1/sums" 2>/dev/null || return 0
  { hx_f_sum=$(sha256sum <"$1/$2"); } 2>/dev/null || return 1
  grep -q "^${hx_f_sum%% *} [ *]$2\$" "$1/sums"
}

# hx_finding error|warning FILE TEXT
hx_finding() {
  hx_f_line=${2#"$HX_STATE"}
  hx_encode "${hx_f_line#/}"
  hx_f_line="finding$HX_TAB$1$HX_TAB$HX_REPLY"
  hx_encode "$3"
  hx_say "$hx_f_line$HX_TAB$HX_REPLY"
}

# fsck: a line for everything that is not as it was written.
hx_serve_fsck() {
  hx_serve_format || return 1
  [ -d "$HX_STATE" ] || return 0
  [ -f "$HX_STATE/format" ] || hx_finding error "$HX_STATE/format" 'it is missing'
  hx_fsck_rights
  for hx_f_dir in "$HX_STATE"/sites/*/ "$HX_STATE"/journal/*/; do
    [ ! -d "$hx_f_dir" ] || hx_fsck_sums "${hx_f_dir%/}"
  done
  hx_fsck_lists
  hx_fsck_blobs
  hx_fsck_kept
  hx_fsck_odd
}

# All of it is for its owner alone; earlier files keep the mode that they had, in a directory that nobody enters.
hx_fsck_rights() {
  find "$HX_STATE" \( -path "$HX_STATE/blobs/inodes/*" -o -path "$HX_STATE/certificates/*/kept/*" -o -path "$HX_STATE/agent" \) -prune -o ! -type l -perm /077 -print |
    while IFS= read -r hx_f_file; do
      if [ -d "$hx_f_file" ]; then hx_finding error "$hx_f_file" 'others may enter it: its mode is not 0700'; else
        hx_finding error "$hx_f_file" 'others may read or write it: its mode is not 0600'
      fi
    done
  find "$HX_STATE" -path "$HX_STATE/blobs/inodes/*" -prune -o ! -user "$(stat -c %u "$HX_STATE")" -print |
    while IFS= read -r hx_f_file; do hx_finding error "$hx_f_file" 'it belongs to somebody else'; done
}

hx_fsck_sums() {
  if [ ! -s "$1/sums" ]; then
    case $1 in
    */sites/*)
      if [ -e "$1/summed" ]; then hx_finding error "$1/sums" 'it is missing: what stands beside it cannot be checked'; else
        [ ! -f "$1/ledger" ] || hx_finding warning "$1/sums" 'it is missing: what stands beside it cannot be checked'
      fi
      ;;
    *)
      if [ -s "$1/end" ]; then hx_finding warning "$1/sums" 'it is missing: what stands beside it cannot be checked'; else
        hx_finding warning "$1" 'this transaction has no end: hexis recover settles it'
      fi
      ;;
    esac
    return
  fi
  if ! hx_sums_own "$1/sums"; then
    hx_finding error "$1/sums" 'it is not as it was written'
    return
  fi
  sed '$d' "$1/sums" | (cd "$1" && sha256sum -c 2>/dev/null) | sed -n 's/: FAILED.*//p' | while IFS= read -r hx_f_file; do
    ! hx_sum_holds "$1" "$hx_f_file" || continue
    if [ -f "$1/$hx_f_file" ]; then hx_finding error "$1/$hx_f_file" 'it is not as it was written'; else
      hx_finding error "$1/$hx_f_file" 'it is missing'
    fi
  done
}

# What the lists of kept generations name is there, so that a rollback finds it.
hx_fsck_lists() {
  for hx_f_list in "$HX_STATE"/sites/*/generations/*.steps; do
    [ -f "$hx_f_list" ] || continue
    grep -Eo ' (blob|password|stdin)=[^ ]+' "$hx_f_list" | sort -u | while IFS= read -r hx_f_line; do
      hx_decode "${hx_f_line#*=}"
      hx_blob "$HX_REPLY"
      [ -f "$HX_REPLY" ] || hx_finding error "$HX_REPLY" "it is missing: ${hx_f_list#"$HX_STATE/sites/"} names it, and cannot be gone back to"
    done
  done
}

# The name of a content is its digest, and that of a runtime too.
hx_fsck_blobs() {
  (cd "$HX_STATE/blobs" 2>/dev/null && find . -type f -name '[0-9a-f]*' ! -path './inodes/*' -exec sha256sum {} +) |
    sed -n 's|^\([0-9a-f]*\) [ *]\./|\1 |p' | while IFS=' ' read -r hx_f_sum hx_f_file; do
    [ "$hx_f_sum" = "$hx_f_file" ] || hx_finding error "$HX_STATE/blobs/$hx_f_file" 'its content is not the one that its name says'
  done
  for hx_f_file in "$HX_STATE"/runtime/*.sh; do
    [ -f "$hx_f_file" ] || continue
    hx_f_sum=$(sha256sum <"$hx_f_file")
    [ "${hx_f_sum%% *}.sh" = "${hx_f_file##*/}" ] ||
      hx_finding error "$hx_f_file" 'its content is not the one that its name says'
  done
}

# Earlier files are as they were; those that a ledger names are there.
hx_fsck_kept() {
  {
    cat "$HX_STATE"/sites/*/ledger 2>/dev/null | cut -f 6 | sed -n 's/.*inode=.*/ledger &/p'
    cat "$HX_STATE"/journal/*/intent.* 2>/dev/null | cut -f 5 | sed -n 's/.*inode=.*/journal &/p'
  } | awk '{ match($0, /inode=[^ ]*/); if (!seen[substr($0, RSTART, RLENGTH)]++) print }' | while IFS= read -r hx_f_line; do
    hx_args "${hx_f_line#* }"
    hx_arg inode || continue
    hx_f_file=$HX_STATE/blobs/inodes/$HX_REPLY
    if [ ! -e "$hx_f_file" ] && [ ! -L "$hx_f_file" ]; then
      [ "${hx_f_line%% *}" = journal ] || hx_finding warning "$hx_f_file" 'it is gone: what was before Hexis cannot come back exactly'
      continue
    fi
    hx_arg content || continue
    case $HX_REPLY in sealed:*) continue ;; esac
    [ -f "$hx_f_file" ] && [ ! -L "$hx_f_file" ] || continue
    hx_f_sum=$(sha256sum <"$hx_f_file")
    [ "${hx_f_sum%% *}" = "$HX_REPLY" ] || hx_finding error "$hx_f_file" 'this earlier file is not as it was'
  done
}

hx_fsck_odd() {
  for hx_f_file in "$HX_STATE"/* "$HX_STATE"/.[!.]*; do
    [ -e "$hx_f_file" ] || [ -L "$hx_f_file" ] || continue
    case ${hx_f_file##*/} in
    format | sites | agent | journal | blobs | runtime | lock | lock.holder | lock.pid | retained | accounts | packages | reboots | certificates | exec.out) ;;
    *) hx_finding warning "$hx_f_file" 'Hexis knows no such file' ;;
    esac
  done
}
