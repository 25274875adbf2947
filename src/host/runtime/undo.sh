# shellcheck disable=SC2154,SC2034,SC2015 # variables of the other parts; every A && B || C is meant
# Hexis runtime, undo: the way back of a transaction, from what it captured.

# After a failure with stop or continue: what this batch completed stays, the rest of it is taken back.
hx_tx_keep_some() {
  [ "$hx_t_class" != act ] || return 0
  [ -f "$hx_t_intent" ] && grep -q "^batch $hx_t_batch " "$HX_DIR/log" || return 0
  hx_t_failed_op=$hx_t_op
  hx_t_failed_error=$hx_t_error
  hx_t_done=
  [ ! -f "$hx_t_apply.did" ] || hx_t_done=$(grep -vx "$hx_t_op" "$hx_t_apply.did")
  [ -z "$hx_t_done" ] || hx_say "$hx_t_done" >"$HX_DIR/some.$hx_t_batch"
  hx_t_stays=
  hx_tx_undo_batch "$hx_t_batch" "$hx_t_class"
  [ -z "$hx_t_done" ] || hx_say "$hx_t_done" | hx_tx_done
  hx_log "some $hx_t_batch"
  hx_t_op=$hx_t_failed_op
  hx_t_error=$hx_t_failed_error
}

# Everything back, last batch first. Sets the outcome and ends the transaction. Safe to run again after a kill.
hx_tx_undo() {
  rm -f "$HX_DIR/reserve"
  hx_log undo || :
  hx_t_acts=
  hx_t_stays=
  hx_t_hidden=
  hx_t_batches=$(sed -n 's/^batch \([0-9]*\) .*/\1/p' "$HX_DIR/log" | sort -run)
  for hx_t_batch in $hx_t_batches; do
    hx_t_class=$(sed -n "s/^batch $hx_t_batch //p" "$HX_DIR/log" | head -n 1)
    if [ "$hx_t_class" = act ]; then
      hx_t_acts="$hx_t_batch $hx_t_acts"
      continue
    fi
    grep -qx "undone $hx_t_batch" "$HX_DIR/log" && continue
    # An intent without its last line was never acted upon.
    [ "$(tail -n 1 "$HX_DIR/intent.$hx_t_batch" 2>/dev/null)" = . ] || continue
    rm -f "$HX_DIR/some.$hx_t_batch"
    hx_tx_undo_batch "$hx_t_batch" "$hx_t_class"
    sync
    hx_log "undone $hx_t_batch" || :
  done
  # What systemd read of unit files meanwhile is no longer so, and nothing below may work by it.
  if [ -z "$HX_ROOT" ] && [ -e "$HX_DIR/units" ] && hx_unit_running; then (hx_unit_read_files) || :; fi
  for hx_t_batch in $hx_t_acts; do
    hx_t_op=$(cut -f 1 "$HX_DIR/batch.$hx_t_batch")
    if hx_tx_act "$HX_DIR/batch.$hx_t_batch" yes; then hx_event "op $hx_t_op undone"; else
      hx_tx_undo_failed "$hx_t_op" "$hx_t_error"
    fi
  done
  rm -f "$HX_STATE/blobs/inodes/$HX_TX".*
  if [ -n "$hx_t_stays" ]; then HX_REPLY=undo-incomplete; else HX_REPLY=undone; fi
  hx_tx_end "$HX_REPLY" "${hx_t_first_op:-0}" "${hx_t_first_error-}"
}

hx_tx_undo_failed() {
  hx_t_stays=yes
  hx_encode "$2"
  hx_event "op $1 undo-failed $HX_REPLY"
}

# hx_tx_undo_batch NUMBER CLASS: the reverse records of one batch, in reverse order, but those that some.NUMBER names.
hx_tx_undo_batch() {
  hx_t_class=$2
  hx_t_back=$HX_DIR/back.$1
  case $2 in path | certificate) grep -v '^\.$' "$HX_DIR/intent.$1" | cut -f 1,4 | ("hx_${2}_leftovers") 2>/dev/null ;; esac
  hx_t_hidden=
  [ "$2" != path ] || hx_t_hidden=$(awk -F "$HX_TAB" '$5 ~ /content=sealed:/ { print $4 }' "$HX_DIR/intent.$1")
  : 2>/dev/null >"$HX_DIR/none"
  hx_t_some=$HX_DIR/some.$1
  [ -f "$hx_t_some" ] || hx_t_some=$HX_DIR/none
  hx_t_did=$HX_DIR/apply.$1.did
  [ -f "$hx_t_did" ] || hx_t_did=$HX_DIR/none
  rm -f "$hx_t_back.did"
  {
    sed "s/^/=$HX_TAB/" "$hx_t_some"
    sed "s/^/+$HX_TAB/" "$hx_t_did"
    # What came along with a package or container may be there though that itself is not.
    (cd "$HX_DIR" && ls packages.* containers.*) | sed -n "s/^[a-z]*\.\([0-9]*\)\$/!$HX_TAB\1/p"
    grep -v '^\.$' "$HX_DIR/intent.$1" | cut -f 4 | hx_tx_observe "$2" | sed "s/^/@$HX_TAB/"
    grep -v '^\.$' "$HX_DIR/intent.$1"
  } 2>/dev/null | awk -F "$HX_TAB" '
    $1 == "=" { stays[$2] = 1; next }
    $1 == "+" { did[$2] = 1; next }
    $1 == "!" { begun[$2] = 1; next }
    $1 == "@" { seen[$2] = $3; next }
    $1 in stays { next }
    $6 == "-" { line[++n] = $1 "\t-\t" $4 "\t?\t" (($1 in did) ? "ran" : "unknown"); next }
    $2 != "path" && $6 != "EXEC" && !($1 in begun) && seen[$4] == $5 { next }
    { line[++n] = $1 "\t" $6 "\t" $4 "\t" (($4 in seen) ? seen[$4] : "?") "\t" $7 }
    END { while (n) print line[n--] }' >"$hx_t_back"
  while IFS=$HX_TAB read -r hx_t_n hx_t_verb hx_t_id hx_t_line hx_t_args; do
    [ "$hx_t_verb" = - ] || continue
    case $hx_t_args in
    ran) hx_tx_undo_failed "$hx_t_n" 'the command ran and has no undo' ;;
    *) hx_tx_undo_failed "$hx_t_n" 'unknown, may have run; the command has no undo' ;;
    esac
  done <"$hx_t_back"
  grep -v "^[0-9]*$HX_TAB-$HX_TAB" "$hx_t_back" >"$hx_t_back.now"
  hx_t_bad=
  until hx_tx_apply "$hx_t_back.now" yes; do
    hx_t_bad="$hx_t_bad $hx_t_op "
    hx_tx_undo_failed "$hx_t_op" "$hx_t_error"
    # The rest is tried all the same.
    hx_say "$hx_t_op" >>"$hx_t_back.now.did"
    awk -F "$HX_TAB" 'NF == 1 { did[$1]++; next } did[$1] > 0 { did[$1]--; next } { print }' \
      "$hx_t_back.now.did" "$hx_t_back.now" >"$hx_t_back.next"
    rm -f "$hx_t_back.now.did"
    [ -s "$hx_t_back.next" ] || break
    [ "$(grep -c . "$hx_t_back.next")" -lt "$(grep -c . "$hx_t_back.now")" ] || break
    mv -f "$hx_t_back.next" "$hx_t_back.now"
  done
  rm -f "$hx_t_back.now.did"
  hx_tx_undo_verify "$1" "$2"
}

# After the way back: every captured aspect as it was.
hx_tx_undo_verify() {
  hx_t_problem=
  [ "$2" = exec ] || hx_t_problem=$({
    sed "s/^/=$HX_TAB/" "$hx_t_some"
    grep -v '^\.$' "$HX_DIR/intent.$1" | cut -f 4 | hx_tx_observe "$2" | sed "s/^/@$HX_TAB/"
    grep -v '^\.$' "$HX_DIR/intent.$1"
  } 2>/dev/null | HX_A_OWNERS=$HX_OWNERS awk -F "$HX_TAB" "$hx_tx_aspects"'
    $1 == "=" { stays[$2] = 1; next }
    $1 == "@" { seen[$2] = $3; next }
    $1 in stays || $5 == "?" { next }
    {
      aspects(seen[$4], is); aspects($5, was)
      for (name in was) if (told(name) && !same(name, was[name], is[name])) {
        print $1 " " name " is " is[name] ", was " was[name]; next
      }
    }')
  hx_t_failed=
  if [ -n "$hx_t_problem" ]; then
    while [ -n "$hx_t_problem" ]; do
      hx_t_line=${hx_t_problem%%"$HX_NL"*}
      case $hx_t_problem in *"$HX_NL"*) hx_t_problem=${hx_t_problem#*"$HX_NL"} ;; *) hx_t_problem= ;; esac
      hx_t_failed="$hx_t_failed ${hx_t_line%% *} "
      case $hx_t_bad in *" ${hx_t_line%% *} "*) ;; *) hx_tx_undo_failed "${hx_t_line%% *}" "${hx_t_line#* }" ;; esac
    done
  fi
  hx_t_last=
  hx_t_line=$(grep -v '^\.$' "$HX_DIR/intent.$1" | cut -f 1,6 | sed 's/	-$/	!/' | sort -rn)
  while [ -n "$hx_t_line" ]; do
    hx_t_n=${hx_t_line%%"$HX_NL"*}
    case $hx_t_line in *"$HX_NL"*) hx_t_line=${hx_t_line#*"$HX_NL"} ;; *) hx_t_line= ;; esac
    case $hx_t_n in *!) continue ;; esac
    hx_t_n=${hx_t_n%%"$HX_TAB"*}
    case "$hx_t_bad $hx_t_failed $hx_t_last" in *" $hx_t_n "*) continue ;; esac
    hx_t_last=" $hx_t_n "
    grep -qx "$hx_t_n" "$hx_t_some" || hx_event "op $hx_t_n undone"
  done
}
