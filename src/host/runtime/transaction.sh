# Hexis runtime, transaction: one plan carried out on this host, all or nothing. docs/spec/journal.md describes the
# files; the invariant is: no change without an intent on the disk that says how to take it back.

# hx_event LINE: to whoever listens, and to the journal for whoever comes back. A dead listener ends nothing.
hx_event() {
  hx_kept "$1"
  hx_say "$HX_REPLY" 2>/dev/null >>"$HX_DIR/events" || :
  hx_say "$1" 2>/dev/null || :
}

# hx_kept LINE → HX_REPLY: the line as the journal keeps it. Where the site has secrets, words of commands go to the
# other end, which can mask them, and are not written down.
hx_kept() {
  HX_REPLY=$1
  [ "${HX_PRIVATE-no}" = yes ] || return 0
  case $1 in
  *'""' | 'end '*' 0 '*) return 0 ;;
  'op '*' failed '* | 'op '*' undo-failed '*) hx_t_words=${1#op * * } ;;
  'failed '*) hx_t_words=${1#failed * } ;;
  'end '*) hx_t_words=${1#end * * } ;;
  'note '*) hx_t_words=${1#note } ;;
  *) return 0 ;;
  esac
  HX_REPLY=${1%"$hx_t_words"}not%20kept:%20this%20site%20has%20secrets
}

hx_log() {
  hx_kept "$1"
  hx_say "$HX_REPLY" 2>/dev/null >>"$HX_DIR/log"
}

# hx_tx_header DIR: reads `tx/1 id=… site=… runtime=… who=… onfailure=… base=… try=…`.
hx_tx_header() {
  HX_DIR=$1
  IFS= read -r hx_t_line <"$HX_DIR/tx" || [ -n "$hx_t_line" ] || hx_fail "$HX_DIR/tx cannot be read" || return 1
  case $hx_t_line in
  'tx/1 '*) hx_args "${hx_t_line#tx/1 }" ;;
  *)
    hx_fail "$HX_DIR was written by a newer Hexis: ${hx_t_line%% *}, this one reads tx/1"
    return 1
    ;;
  esac
  hx_arg id && HX_TX=$HX_REPLY || return 1
  hx_arg site && HX_SITE=$HX_REPLY || return 1
  hx_arg onfailure rollback || :
  HX_ONFAILURE=$HX_REPLY
  hx_arg base || :
  HX_BASE=$HX_REPLY
  hx_arg retain || :
  HX_RETAIN=$HX_REPLY
  hx_arg try 0 || :
  HX_TRY=$HX_REPLY
  hx_arg who unknown || :
  HX_WHO=$HX_REPLY
  HX_MARK=$HX_STATE/journal/$HX_TX
  HX_PRIVATE=no
  ! cat "$HX_DIR/ops" "$HX_DIR/ledger.new" 2>/dev/null | grep -q '=sealed:' || HX_PRIVATE=yes
}

# hx_tx_run DIR: the whole transaction. Events on standard output, the last one `end OUTCOME OP MESSAGE`.
hx_tx_run() {
  trap '' PIPE HUP INT
  # Hearing TERM would leave the journal open; recovery handles what a KILL leaves.
  trap '' TERM
  hx_tx_header "$1" || return 1
  # What it starts carries this, so that recovery finds those that outlive a killed transaction.
  export HX_MARK
  HX_NOTES=$HX_DIR/notes
  if ! hx_lock; then
    hx_tx_end undone 0 "$hx_l_error"
    return 0
  fi
  hx_t_line=$(hx_unfinished "$HX_DIR")
  if [ -n "$hx_t_line" ]; then
    hx_tx_end undone 0 "transaction ${hx_t_line##*/} was interrupted; recover it first"
    hx_unlock
    return 0
  fi
  if hx_tx_outdated; then
    hx_tx_end undone 0 "$hx_t_error"
    hx_unlock
    return 0
  fi
  hx_tx_begin && hx_try_begin && hx_tx_batches && hx_tx_conclude committed
  hx_unlock
}

# The plan was made from the ledger that `base` names; another run may have written a newer one since. Going on would
# lose what that one recorded.
hx_tx_outdated() {
  [ -n "$HX_BASE" ] || return 1
  hx_t_site=$HX_STATE/sites/$HX_SITE
  hx_t_now=none
  [ ! -f "$hx_t_site/ledger" ] || hx_t_now=$(sha256sum <"$hx_t_site/ledger")
  [ "${hx_t_now%% *}" != "$HX_BASE" ] || return 1
  hx_t_error='outdated: another run changed what is held on this host since the plan was made'
  [ -f "$hx_t_site/ledger" ] || return 0
  IFS= read -r hx_t_line <"$hx_t_site/ledger"
  hx_args "${hx_t_line#* }"
  hx_arg generation || return 0
  hx_t_n=$HX_REPLY
  { IFS= read -r hx_t_line <"$hx_t_site/generations/$hx_t_n.meta"; } 2>/dev/null || return 0
  hx_args "$hx_t_line"
  hx_arg who unknown || :
  hx_t_error="$hx_t_error: generation $hx_t_n by $HX_REPLY"
}

hx_tx_begin() {
  hx_process $$ || :
  hx_t_line="begin $$ ${HX_REPLY:-0}"
  hx_boot
  mkdir -p "$HX_STATE/blobs/inodes" "$HX_STATE/sites/$HX_SITE/generations" 2>"$HX_DIR/err" &&
    dd if=/dev/zero of="$HX_DIR/reserve" bs=65536 count=16 2>"$HX_DIR/err" &&
    hx_tx_split 2>"$HX_DIR/err" &&
    hx_log "$hx_t_line ${HX_REPLY:-0}" && hx_sync "$HX_DIR/log" "$HX_DIR" && return 0
  hx_tx_reason "$HX_DIR/err"
  rm -f "$HX_DIR/reserve"
  hx_tx_end undone 0 "nothing was done: $HX_REPLY"
  return 1
}

# Consecutive ops of one kind become a batch; acts stand alone. An object comes at most once in a batch, and nothing
# stands in the batch that exchanges its parent by a link: `before` is looked up once for all of it.
hx_tx_split() {
  HX_A_DIR=$HX_DIR awk -F "$HX_TAB" '
    BEGIN { dir = ENVIRON["HX_A_DIR"] }
    {
      class = $3 ~ /^(RELOAD|RESTART|RUN)$/ ? "act" : $3 == "EXEC" ? "exec" : $2
      parent = $4; sub(/\/[^\/]*$/, "", parent)
      if (class != last || class == "act" || class == "exec" || size == 500 || ($4 in seen) || (parent in link)) {
        if (batch) close(file)
        batch++; file = dir "/batch." batch; size = 0
        split("", seen); split("", link)
        printf "%d\t%s\n", batch, class > (dir "/batches")
      }
      last = class; size++; seen[$4] = 1
      if ($3 == "LINK" || $5 ~ /type=link/) link[$4] = 1
      print > file
    }
    END { if (!batch) printf "" > (dir "/batches"); print "." > (dir "/batches") }
  ' "$HX_DIR/ops" && [ "$(tail -n 1 "$HX_DIR/batches")" = . ] || hx_fail 'the journal cannot be written'
}

hx_tx_batches() {
  hx_t_partial=
  while IFS=$HX_TAB read -r hx_t_batch hx_t_class <&7; do
    [ "$hx_t_batch" != . ] || break
    hx_tx_batch && continue
    hx_encode "$hx_t_error"
    hx_event "op $hx_t_op failed $HX_REPLY"
    hx_log "failed $hx_t_op $HX_REPLY" || :
    case $HX_ONFAILURE in
    stop | continue)
      hx_tx_keep_some || break
      hx_t_partial=yes
      hx_t_first_op=${hx_t_first_op:-$hx_t_op}
      hx_t_first_error=${hx_t_first_error:-$hx_t_error}
      [ "$HX_ONFAILURE" = stop ] || continue
      hx_tx_conclude partial
      return 1
      ;;
    esac
    hx_t_first_op=$hx_t_op
    hx_t_first_error=$hx_t_error
    hx_tx_undo
    return 1
  done 7<"$HX_DIR/batches"
  if [ -n "$hx_t_partial" ]; then
    hx_tx_conclude partial
    return 1
  fi
}

# One batch. Returns 1 with hx_t_op and hx_t_error.
hx_tx_batch() {
  hx_t_file=$HX_DIR/batch.$hx_t_batch
  hx_t_apply=$HX_DIR/apply.$hx_t_batch
  hx_t_intent=$HX_DIR/intent.$hx_t_batch
  hx_t_op=$(head -n 1 "$hx_t_file")
  hx_t_op=${hx_t_op%%"$HX_TAB"*}
  if [ "$hx_t_class" = act ]; then
    hx_tx_act_batch
    return
  fi
  # A generator may make the unit from one of the files that just changed: it is there once systemd has read them.
  if [ "$hx_t_class" = unit ] && [ -z "$HX_ROOT" ] && [ -e "$HX_DIR/units" ] && hx_unit_running; then
    (hx_unit_read_files) 2>/dev/null || :
  fi
  hx_tx_capture || return 1
  hx_tx_keep || return 1
  if ! { hx_log "batch $hx_t_batch $hx_t_class" && hx_tx_sync_intent; }; then
    hx_t_error='disk full: the journal cannot be written'
    return 1
  fi
  hx_tx_started <"$hx_t_apply"
  hx_tx_apply "$hx_t_apply" no || return 1
  hx_tx_verify || return 1
  hx_log "done $hx_t_batch" && hx_sync "$HX_DIR/log" || {
    hx_t_error='disk full: the journal cannot be written'
    return 1
  }
  hx_tx_done <"$hx_t_apply"
}

hx_tx_sync_intent() { hx_sync "$hx_t_intent" "$HX_DIR/log" "$HX_DIR" "$HX_STATE/blobs/inodes"; }

hx_tx_started() {
  while IFS=$HX_TAB read -r hx_t_n hx_t_line; do hx_event "op $hx_t_n started"; done
}

hx_tx_done() {
  while IFS=$HX_TAB read -r hx_t_n hx_t_line; do hx_event "op $hx_t_n done"; done
}
