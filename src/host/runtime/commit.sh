# shellcheck disable=SC2154,SC2034,SC2015 # variables of the other parts; every A && B || C is meant
# Hexis runtime, commit: ledger, list and generation take their places; a closed journal and what goes with old ones.

# hx_tx_commit OUTCOME: origins are filled in, then one record decides, then the files take their places.
hx_tx_commit() {
  if ! hx_tx_prepare "$1" 2>"$HX_DIR/err"; then
    hx_tx_reason "$HX_DIR/err"
    hx_t_first_op=0
    hx_t_first_error="the ledger cannot be written: $HX_REPLY"
    hx_tx_undo
    return
  fi
  hx_tx_place "$1"
}

hx_tx_prepare() {
  if [ -f "$HX_DIR/ledger.new" ]; then
    hx_t_old=$HX_STATE/sites/$HX_SITE/ledger
    [ -f "$hx_t_old" ] || hx_t_old=/dev/null
    {
      hx_say '#intents'
      for hx_t_line in "$HX_DIR"/intent.*; do [ ! -f "$hx_t_line" ] || cat "$hx_t_line"; done
      hx_say '#old'
      [ "$1" != partial ] || cat "$hx_t_old"
      hx_say '#undone'
      [ "$1" != partial ] || hx_tx_undone_keys
      hx_say '#new'
      cat "$HX_DIR/ledger.new"
      hx_say '#end'
    } | awk -F "$HX_TAB" -v OFS="$HX_TAB" '
      function owner(key) { if (key in undone) return key; return match(key, /%23(line|block|ini|env|json|toml|yaml):/) ? substr(key, 1, RSTART - 1) : key }
      # `name=$N` is what op N captured of that aspect; what it did not find there is no part of the origin.
      function filled(text, parts, n, i, at, name, op, had, caught, m, k, out, inode) {
        n = split(text, parts, " "); out = ""; inode = ""
        for (i = 1; i <= n; i++) {
          at = index(parts[i], "=$")
          op = substr(parts[i], at + 2)
          if (!at || op !~ /^[0-9]+$/) { out = out (out == "" ? "" : " ") parts[i]; continue }
          name = substr(parts[i], 1, at)
          if (!(op in origin)) continue
          m = split(origin[op], caught, " ")
          for (k = 1; k <= m; k++) {
            had = index(caught[k], name) == 1
            if (had || (caught[k] == "type=absent" && index(" " text, " type=$"))) {
              if (index(" " out " ", " " caught[k] " ") == 0) out = out (out == "" ? "" : " ") caught[k]
            }
            if (name == "content=" && index(caught[k], "inode=") == 1) inode = caught[k]
          }
        }
        if (inode != "") out = out (out == "" ? "" : " ") inode
        return out == "" ? "-" : out
      }
      /^#/ && NF == 1 { part = $0; next }
      part == "#intents" { if (NF > 5) origin[$1] = $5; next }
      part == "#undone" { undone[$1] = 1; next }
      part == "#old" { if (NF > 1) old[++olds] = $0; next }
      NF == 1 || /^ledger\// { print; next }
      owner($1) in undone { next }
      index($6, "=$") { $6 = filled($6) }
      { print }
      END {
        for (i = 1; i <= olds; i++) { split(old[i], f, "\t"); if (owner(f[1]) in undone) print old[i] }
        print "."
      }' >"$HX_DIR/ledger.ready" || return 1
    [ "$(tail -n 1 "$HX_DIR/ledger.ready")" = . ] || hx_fail 'No space left on device' || return 1
    sed '$d' "$HX_DIR/ledger.ready" >"$HX_DIR/ledger.done" || return 1
    [ "$(($(grep -c . "$HX_DIR/ledger.done") + 1))" = "$(grep -c . "$HX_DIR/ledger.ready")" ] ||
      hx_fail 'No space left on device' || return 1
    mv -f "$HX_DIR/ledger.done" "$HX_DIR/ledger.ready" || return 1
  fi
  if [ -f "$HX_DIR/meta.new" ]; then
    hx_t_line=$(cat "$HX_DIR/meta.new")
    case " $hx_t_line " in *' at='*) ;; *) hx_t_line="$hx_t_line at=$(date +%s)" ;; esac
    if [ "$1" = partial ]; then
      case " $hx_t_line " in
      *' partial='*) hx_t_line=$(hx_say "$hx_t_line" | sed 's/partial=[a-z]*/partial=yes/') ;;
      *) hx_t_line="$hx_t_line partial=yes" ;;
      esac
    fi
    hx_say "$hx_t_line" >"$HX_DIR/meta.ready" || return 1
  fi
  sync
  hx_log "commit $1" && hx_sync "$HX_DIR/log"
}

# The keys whose ops did not stay: every op of a batch that is neither done nor in some.N.
hx_tx_undone_keys() {
  while IFS=$HX_TAB read -r hx_t_batch hx_t_class <&6; do
    [ "$hx_t_batch" != . ] || break
    ! grep -qx "done $hx_t_batch" "$HX_DIR/log" || continue
    hx_t_some=$HX_DIR/some.$hx_t_batch
    [ -f "$hx_t_some" ] || hx_t_some=/dev/null
    awk -F "$HX_TAB" 'NF == 1 { some[$1] = 1; next } !($1 in some) { print $2 ":" $4 }' "$hx_t_some" \
      "$HX_DIR/batch.$hx_t_batch"
  done 6<"$HX_DIR/batches"
}

# The commit record is on the disk: nothing goes back from here. Safe to run again after a kill.
hx_tx_place() {
  # Nothing is undone any more: what was kept for that is free for the files that follow.
  rm -f "$HX_DIR/reserve"
  hx_t_site=$HX_STATE/sites/$HX_SITE
  hx_t_number=
  if [ -f "$HX_DIR/ledger.new" ]; then
    IFS= read -r hx_t_line <"$HX_DIR/ledger.new"
    hx_args "${hx_t_line#* }"
    hx_arg generation && hx_t_number=$HX_REPLY
  fi
  if [ -n "$hx_t_number" ]; then
    [ ! -f "$HX_DIR/list.new" ] || mv -f "$HX_DIR/list.new" "$hx_t_site/generations/$hx_t_number.steps"
    [ ! -f "$HX_DIR/meta.ready" ] || mv -f "$HX_DIR/meta.ready" "$hx_t_site/generations/$hx_t_number.meta"
  fi
  hx_foreign_note || :
  [ ! -f "$HX_DIR/ledger.ready" ] || mv -f "$HX_DIR/ledger.ready" "$hx_t_site/ledger"
  ! grep -q "^[0-9]*${HX_TAB}container$HX_TAB" "$HX_DIR/ops" || (hx_container_settle) || :
  # A kept inode that has its old name again needs no second one.
  if [ "$1" = committed ] && grep -q 'inode=' "$HX_DIR/ops"; then
    sed -n 's/.*[	 ]inode=\([^ 	]*\).*/\1/p' "$HX_DIR/ops" | while IFS= read -r hx_t_line; do
      hx_decode "$hx_t_line"
      case $HX_REPLY in */*) continue ;; esac
      hx_t_line=$HX_STATE/blobs/inodes/$HX_REPLY
      [ ! -f "$hx_t_line" ] || rm -f -- "$hx_t_line"
    done
  fi
  hx_retain
  # Sums of another ledger would make this one a damaged one: rather none.
  hx_sums_site "$HX_SITE" || rm -f "$hx_t_site/summed" "$hx_t_site/sums"
  sync
  hx_tx_end "$1" "${hx_t_first_op:-0}" "${hx_t_first_error-}"
}

# hx_tx_end OUTCOME OP MESSAGE: the file `end` closes the journal; the last five closed ones are kept.
hx_tx_end() {
  hx_encode "$3"
  hx_t_line="end $1 $2 $HX_REPLY"
  rm -f "$HX_DIR/reserve" "$HX_DIR"/batch.* "$HX_DIR"/apply.* "$HX_DIR"/back.* "$HX_DIR"/some.* "$HX_DIR/none" \
    "$HX_DIR/keep" "$HX_DIR/notes" "$HX_DIR"/ledger.* "$HX_DIR"/list.new "$HX_DIR"/meta.*
  [ "${HX_PRIVATE-no}" != yes ] || rm -f "$HX_DIR/out" "$HX_DIR/err" "$HX_DIR/exec.out"
  hx_kept "$hx_t_line"
  # A name may be on the disk before its content: an empty end is none.
  if hx_say "$HX_REPLY" 2>/dev/null >"$HX_DIR/end.new" && mv -f "$HX_DIR/end.new" "$HX_DIR/end"; then
    hx_sync "$HX_DIR/end" "$HX_DIR"
  fi
  hx_try_unhook
  hx_tx_retire
  hx_event "$hx_t_line"
  hx_sums_journal || :
}

# The last five closed journals stay, with the inodes that they kept. Of older ones an inode stays only where a ledger
# names it as an origin, and a runtime only where a journal could need it.
hx_tx_retire() {
  hx_t_count=0
  # shellcheck disable=SC2045 # names of transactions are plain
  for hx_t_old in $(ls -t "$HX_STATE/journal" 2>/dev/null); do
    [ -s "$HX_STATE/journal/$hx_t_old/end" ] || continue
    hx_t_count=$((hx_t_count + 1))
    [ $hx_t_count -gt 5 ] || continue
    for hx_t_kept in "$HX_STATE/blobs/inodes/$hx_t_old".*; do
      [ -e "$hx_t_kept" ] || [ -L "$hx_t_kept" ] || continue
      grep -q -e "inode=${hx_t_kept##*/}[ $HX_TAB]" -e "$HX_TAB${hx_t_kept##*/}$HX_TAB" "$HX_STATE"/sites/*/ledger \
        "$HX_STATE"/sites/*/foreign 2>/dev/null || rm -rf -- "$hx_t_kept"
    done
    rm -rf "${HX_STATE:?}/journal/$hx_t_old"
  done
  # A young one may belong to a run whose journal is still on its way.
  find "$HX_STATE/runtime" -name '*.sh' -mtime +0 2>/dev/null | while IFS= read -r hx_t_kept; do
    hx_t_old=${hx_t_kept##*/}
    grep -q " runtime=${hx_t_old%.sh}" "$HX_STATE"/journal/*/tx 2>/dev/null || rm -f -- "$hx_t_kept"
  done
}
