# shellcheck disable=SC2154,SC2034,SC2015 # variables of the other parts; every A && B || C is meant
# Hexis runtime, foreign: what others had made of what Hexis holds, before Hexis set it right again. A file's earlier
# inode is kept anyway; `sites/ID/foreign` says which, so that nothing that somebody wrote is lost: `AT KEEP KEY STATE`.
# Of anything else its state is all that there is to keep, and KEEP is `-`. Of a part of a file only the plan can tell: the
# step that replaces the file says `foreign=yes`, and the whole of it is kept.

# hx_foreign_note: before the ledger takes its place, never after: by then it tells what this transaction made. A recovery
# may do it again, with the same lines. What a ledger held with another content than was found.
hx_foreign_note() {
  hx_n_ledger=$HX_STATE/sites/$HX_SITE/ledger
  [ -f "$hx_n_ledger" ] && [ -f "$HX_DIR/ledger.ready" ] || return 0
  for hx_n_line in "$HX_DIR"/intent.*; do
    [ -f "$hx_n_line" ] || return 0
    break
  done
  {
    sed '1d;s/^/=	/' "$hx_n_ledger"
    sed 's/^/#	/' "$HX_DIR/ops"
    cat "$HX_DIR"/intent.*
  } | awk -F "$HX_TAB" -v at="$(stat -c %Y "$HX_DIR/ops")" '
    # The value of a word of a state; `none` where it has no such word.
    function value(text, name, from) {
      text = " " text " "; from = index(text, " " name "=")
      if (!from) return "none"
      text = substr(text, from + length(name) + 2)
      return substr(text, 1, index(text, " ") - 1)
    }
    # Is any aspect other than what Hexis had made of it? What is secret cannot be compared here.
    function differs(ours, now, words, n, i, name, found) {
      n = split(ours, words, " ")
      for (i = 1; i <= n; i++) {
        name = substr(words[i], 1, index(words[i], "=") - 1)
        found = value(now, name)
        if (name != "inode" && name != "password" && words[i] !~ /=sealed:/ && found != "none" && words[i] != name "=" found)
          return 1
      }
      return 0
    }
    $1 == "=" { held[$2] = $8; next }
    $1 == "#" { part[$2] = value($7, "foreign") == "yes"; next }
    part[$1] && !(("path:" $4) in held) { print at "\t" value($5, "inode") "\tpath:" $4 "\t" $5; next }
    {
      key = $2 ":" $4
      if (!(key in held) || !differs(held[key], $5)) next
      kept = value($5, "inode")
      if (kept == "none" || value(held[key], "content") ~ /^sealed:/ || value($5, "content") == value(held[key], "content")) {
        kept = "-"; gsub(/ ?(inode|password|content)=[^ ]*/, "", $5); sub(/^ /, "", $5)
      }
      if ($5 != "") print at "\t" kept "\t" key "\t" $5
    }' >"$HX_DIR/foreign.new" 2>/dev/null
  [ -s "$HX_DIR/foreign.new" ] && cat "$HX_DIR/foreign.new" >>"$HX_STATE/sites/$HX_SITE/foreign"
  rm -f "$HX_DIR/foreign.new"
}

# kept SITE LIMIT BYTES: a key; answers `kept AT KEEP STATE CONTENT` for each foreign state of it that is still there,
# and for what was before Hexis with AT 0; STATE holds at least its mode. CONTENT is `-` where it is larger than LIMIT.
hx_serve_kept() {
  hx_s_key=$(hx_take "$3")
  {
    HX_A_KEY=$hx_s_key awk -F "$HX_TAB" '$3 == ENVIRON["HX_A_KEY"] && !seen[$2 == "-" ? $1 FS $4 : $2]++ { print $1 "\t" $2 "\t" $4 }' \
      "$HX_STATE/sites/$1/foreign"
    HX_A_KEY=$hx_s_key awk -F "$HX_TAB" '$1 == ENVIRON["HX_A_KEY"] && match($6, /inode=[^ ]*/) {
      print "0\t" substr($6, RSTART + 6, RLENGTH - 6) "\t" $6 }' "$HX_STATE/sites/$1/ledger"
  } 2>/dev/null | while IFS=$HX_TAB read -r hx_s_at hx_s_kept hx_s_line; do
    if [ "$hx_s_kept" = - ]; then
      hx_say "kept$HX_TAB$hx_s_at$HX_TAB-$HX_TAB$hx_s_line$HX_TAB-"
      continue
    fi
    hx_decode "$hx_s_kept"
    case $HX_REPLY in */*) continue ;; esac
    hx_s_file=$HX_STATE/blobs/inodes/$HX_REPLY
    [ -f "$hx_s_file" ] && [ ! -L "$hx_s_file" ] || continue
    hx_s_bytes=-
    HX_REPLY=$(stat -c '%s %a' "$hx_s_file") || continue
    # The way back to before Hexis may own the content alone; who may read it is always told.
    case " $hx_s_line" in *' mode='*) ;; *) hx_s_line="$hx_s_line mode=$(printf %04d "${HX_REPLY#* }")" ;; esac
    [ "${HX_REPLY% *}" -gt "$2" ] || hx_s_bytes=$(hx_armour <"$hx_s_file")
    hx_encode "$hx_s_kept"
    hx_say "kept$HX_TAB$hx_s_at$HX_TAB$HX_REPLY$HX_TAB$hx_s_line$HX_TAB${hx_s_bytes:-\"\"}"
  done
}
