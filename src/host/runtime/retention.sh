# shellcheck disable=SC2154,SC2034,SC2015 # variables of the other parts; every A && B || C is meant
# Hexis runtime, retention: what a host keeps of the past, by number, age and size. Only ever after a commit was recorded,
# under the lock; killed half-way it is done again with the rest of the commit, since everything is found out anew.

# hx_retain: by the header's `retain=GENERATIONS,DAYS,BYTES`.
hx_retain() {
  case ${HX_RETAIN-} in *[!0-9,]* | '' | *,*,*,*) return 0 ;; *,*,*) ;; *) return 0 ;; esac
  hx_g_most=${HX_RETAIN%%,*}
  hx_g_bytes=${HX_RETAIN##*,}
  hx_g_days=${HX_RETAIN#*,}
  hx_g_days=${hx_g_days%,*}
  hx_g_gone=$(hx_retain_generations "$hx_g_most" "$hx_g_days")
  [ -z "$hx_g_gone" ] || hx_retain_drop "$hx_g_gone"
  if [ -n "$hx_g_gone" ] || [ -z "$(find "$HX_STATE/retained" -mtime -1 2>/dev/null)" ]; then
    hx_retain_blobs
    hx_retain_foreign
    : 2>/dev/null >"$HX_STATE/retained"
  fi
  hx_retain_size
}

# hx_retain_generations MOST DAYS: the numbers of those that go. The one in force and the one before it always stay.
hx_retain_generations() {
  hx_g_force=0
  { IFS= read -r hx_g_line <"$HX_STATE/sites/$HX_SITE/ledger"; } 2>/dev/null || return 0
  hx_args "${hx_g_line#* }"
  hx_arg generation && hx_g_force=$HX_REPLY
  cat "$HX_STATE/sites/$HX_SITE/generations"/*.meta 2>/dev/null | awk -v most="$1" -v days="$2" -v force="$hx_g_force" \
    -v now="$(date +%s)" '
    {
      number = ""; at = ""
      for (i = 1; i <= NF; i++) { if ($i ~ /^number=[0-9]+$/) number = substr($i, 8); if ($i ~ /^at=[0-9]+$/) at = substr($i, 4) }
      if (number != "") when[number + 0] = at
    }
    END {
      for (n in when) { all++; if (n + 0 > top) top = n + 0 }
      for (n = top; n > 0; n--) {
        if (!(n in when)) continue
        rank++
        if (n == force || rank <= 2) continue
        if (rank > most || (when[n] != "" && now - when[n] > days * 86400)) print n
      }
    }'
}

hx_retain_drop() {
  for hx_g_line in $1; do
    # The meta first: without it the generation is none.
    rm -f "$HX_STATE/sites/$HX_SITE/generations/$hx_g_line.meta"
    rm -f "$HX_STATE/sites/$HX_SITE/generations/$hx_g_line.steps"
  done
}

# Contents that nothing names any more. A young one may belong to a run that is still on its way.
hx_retain_blobs() {
  {
    {
      {
        cat "$HX_STATE"/sites/*/ledger "$HX_STATE"/sites/*/generations/*.steps
        for hx_g_line in "$HX_STATE"/journal/*/; do
          [ -s "${hx_g_line}end" ] || cat "${hx_g_line}ops" "$hx_g_line"intent.*
        done
      } | grep -Eo '[0-9a-f]{64}|sealed:[0-9A-Za-z@._:-]+' | sed 's/^/=/'
    } 2>/dev/null
    find "$HX_STATE/blobs" -type f -mtime +0 2>/dev/null | grep -v '/inodes/' | sed 's|.*/||'
  } | awk '/^=/ { named[substr($0, 2)] = 1; next } !($0 in named) && ($0 ~ /^[0-9a-f]+$/ || $0 ~ /^sealed:/) && $0 !~ /^sealed:origin@/' |
    while IFS= read -r hx_g_line; do rm -f -- "$HX_STATE/blobs/$hx_g_line"; done
}

# What others had made of files, by age.
hx_retain_foreign() {
  hx_g_list=$HX_STATE/sites/$HX_SITE/foreign
  [ -f "$hx_g_list" ] || return 0
  hx_g_old=$(($(date +%s) - hx_g_days * 86400))
  awk -F "$HX_TAB" -v old=$hx_g_old '$1 < old && $2 != "-" { print $2 }' "$hx_g_list" | while IFS= read -r hx_g_line; do
    case $hx_g_line in */*) continue ;; esac
    grep -q "inode=${hx_g_line}[ $HX_TAB]" "$HX_STATE"/sites/*/ledger 2>/dev/null ||
      rm -f -- "$HX_STATE/blobs/inodes/$hx_g_line"
  done
  awk -F "$HX_TAB" -v old=$hx_g_old '$1 >= old' "$hx_g_list" 2>/dev/null >"$hx_g_list.new" &&
    mv -f "$hx_g_list.new" "$hx_g_list"
}

# Over the limit: the oldest generations go with what only they name, then the oldest earlier files. A way back that
# needs one of those is no longer exact, and the plan says so.
hx_retain_size() {
  hx_g_used=$(du -sk "$HX_STATE/blobs" 2>/dev/null | cut -f 1)
  [ "${hx_g_used:-0}" -gt $((hx_g_bytes / 1024)) ] || return 0
  hx_g_gone=$(hx_retain_generations 2 "$hx_g_days")
  if [ -n "$hx_g_gone" ]; then
    hx_retain_drop "$hx_g_gone"
    hx_retain_blobs
  fi
  # Names begin with the time of their transaction.
  for hx_g_line in "$HX_STATE"/blobs/inodes/*; do
    hx_g_used=$(du -sk "$HX_STATE/blobs" 2>/dev/null | cut -f 1)
    [ "${hx_g_used:-0}" -gt $((hx_g_bytes / 1024)) ] || return 0
    [ -e "$hx_g_line" ] || [ -L "$hx_g_line" ] || return 0
    case ${hx_g_line##*/} in "$HX_TX".*) continue ;; esac
    rm -rf -- "$hx_g_line"
  done
}

# `gone KEEP` for each earlier file that a ledger on standard input names and that is there no more.
hx_retain_lost() {
  sed -n 's/.*[	 ]inode=\([^ 	]*\).*/\1/p' | sort -u | while IFS= read -r hx_g_line; do
    hx_decode "$hx_g_line"
    case $HX_REPLY in */*) continue ;; esac
    [ -e "$HX_STATE/blobs/inodes/$HX_REPLY" ] || [ -L "$HX_STATE/blobs/inodes/$HX_REPLY" ] || hx_say "gone$HX_TAB$hx_g_line"
  done
}
