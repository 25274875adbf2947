# shellcheck disable=SC2154,SC2034,SC2015 # variables of the other parts; every A && B || C is meant
# Hexis runtime, foreign: what others had made of a file that Hexis holds, before Hexis set it right again. The earlier
# inode is kept anyway; `sites/ID/foreign` says which, so that nothing that somebody wrote is lost: `AT KEEP KEY STATE`.

# hx_foreign_note: before the ledger takes its place. What a ledger held with another content than was found.
hx_foreign_note() {
  hx_n_ledger=$HX_STATE/sites/$HX_SITE/ledger
  [ -f "$hx_n_ledger" ] || return 0
  for hx_n_line in "$HX_DIR"/intent.*; do
    [ -f "$hx_n_line" ] || return 0
    break
  done
  {
    sed '1d;s/^/=	/' "$hx_n_ledger"
    cat "$HX_DIR"/intent.*
  } | awk -F "$HX_TAB" -v at="$(date +%s)" '
    function content(text) { return match(text, /content=[^ ]*/) ? substr(text, RSTART + 8, RLENGTH - 8) : "" }
    $1 == "=" { held[$2] = 1; last[$2] = content($8); next }
    $2 != "path" || !match($5, /inode=[^ ]*/) { next }
    {
      kept = substr($5, RSTART + 6, RLENGTH - 6); key = "path:" $4
      if ((key in held) && last[key] != "" && content($5) != last[key] && last[key] !~ /^sealed:/)
        print at "\t" kept "\t" key "\t" $5
    }' >"$HX_DIR/foreign.new" 2>/dev/null
  [ -s "$HX_DIR/foreign.new" ] && cat "$HX_DIR/foreign.new" >>"$HX_STATE/sites/$HX_SITE/foreign"
  rm -f "$HX_DIR/foreign.new"
}

# kept SITE LIMIT BYTES: a key; answers `kept AT KEEP STATE CONTENT` for each foreign state of it that is still there,
# and for what was before Hexis with AT 0; STATE holds at least its mode. CONTENT is `-` where it is larger than LIMIT.
hx_serve_kept() {
  hx_s_key=$(hx_take "$3")
  {
    HX_A_KEY=$hx_s_key awk -F "$HX_TAB" '$3 == ENVIRON["HX_A_KEY"] && !seen[$2]++ { print $1 "\t" $2 "\t" $4 }' \
      "$HX_STATE/sites/$1/foreign"
    HX_A_KEY=$hx_s_key awk -F "$HX_TAB" '$1 == ENVIRON["HX_A_KEY"] && match($6, /inode=[^ ]*/) {
      print "0\t" substr($6, RSTART + 6, RLENGTH - 6) "\t" $6 }' "$HX_STATE/sites/$1/ledger"
  } 2>/dev/null | while IFS=$HX_TAB read -r hx_s_at hx_s_kept hx_s_line; do
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
