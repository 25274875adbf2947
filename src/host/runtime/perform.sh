# shellcheck disable=SC2154,SC2034,SC2015 # variables of the other parts; every A && B || C is meant
# Hexis runtime, perform: a batch is handed to its kind, and what came of it is looked at again.

# hx_tx_apply FILE UNDO: runs the kind's function in a subshell. Returns 1 with hx_t_op and hx_t_error.
hx_tx_apply() {
  [ -s "$1" ] || return 0
  hx_t_said=
  if [ "$hx_t_class" = path ]; then
    # On a full disk a file could not even say so. Paths leave no process behind that would keep this open.
    hx_t_said=$(hx_tx_call "$1" "$2" 2>&1 >>"$HX_DIR/out" </dev/null)
    hx_t_status=$?
  else
    (hx_tx_call "$1" "$2") >>"$HX_DIR/out" 2>"$HX_DIR/err" </dev/null
    hx_t_status=$?
  fi
  hx_tx_notes
  [ $hx_t_status -ne 0 ] || return 0
  [ -f "$1.did" ] || : 2>/dev/null >"$1.did"
  hx_t_blamed=
  { IFS= read -r hx_t_blamed <"$1.did.failed"; } 2>/dev/null || :
  rm -f "$1.did.failed"
  hx_t_op=$(awk -F "$HX_TAB" 'FNR == 1 { file++ } file == 1 && NF == 1 { did[$1] = 1; next } !($1 in did) { print $1; exit }' \
    "$1.did" "$1")
  [ -n "$hx_t_op" ] || hx_t_op=$(tail -n 1 "$1" | cut -f 1)
  hx_t_op=${hx_t_blamed:-$hx_t_op}
  [ -z "$hx_t_said" ] || hx_say "$hx_t_said" 2>/dev/null >"$HX_DIR/err" || :
  hx_tx_reason "$HX_DIR/err" "$hx_t_said"
  hx_t_error=$HX_REPLY
  return 1
}

# What a kind starts, and what that leaves running, holds neither the lock nor the list of batches.
hx_tx_call() {
  exec 7<&- 9>&-
  HX_UNDO=$2
  HX_DID=$1.did
  cd / && "hx_apply_$hx_t_class" "$1"
}

hx_tx_notes() {
  [ -s "$HX_NOTES" ] || return 0
  while IFS= read -r hx_t_line; do hx_event "$hx_t_line"; done <"$HX_NOTES"
  rm -f "$HX_NOTES"
}

# hx_tx_reason FILE [TEXT] → HX_REPLY: the last lines of what a command said, a cause that is known in a line before.
hx_tx_reason() {
  if [ -n "${2-}" ]; then HX_REPLY=$(hx_say "$2" | tail -n 8); else HX_REPLY=$(tail -n 8 "$1" 2>/dev/null); fi
  case $HX_REPLY in
  *'No space left on device'* | *'Disk quota exceeded'* | *'write error'*) HX_REPLY="disk full$HX_NL$HX_REPLY" ;;
  *'Read-only file system'*) HX_REPLY="read-only file system$HX_NL$HX_REPLY" ;;
  '') HX_REPLY='it failed without a word (the journal may be unwritable: is the disk full?)' ;;
  esac
}

# Looks again: is every wanted aspect there?
hx_tx_verify() {
  [ "$hx_t_class" != exec ] || return 0
  hx_t_problem=$({
    cut -f 3 "$hx_t_apply" | hx_tx_observe "$hx_t_class" | sed "s/^/@$HX_TAB/"
    cat "$hx_t_apply"
  } 2>"$HX_DIR/err" | HX_A_OWNERS=$HX_OWNERS awk -F "$HX_TAB" "$hx_tx_aspects"'
    $1 == "@" { seen[$2] = $3; next }
    {
      aspects(seen[$3], is); aspects($5, want)
      if ("blob" in want) { want["content"] = want["blob"]; if ($2 == "COPY") want["type"] = "file" }
      if ($2 == "RM") want["type"] = "absent"
      if ($2 == "DIR") want["type"] = "dir"
      if ($2 == "LINK") { if (want["hard"] == "yes") delete want["target"]; else want["type"] = "link" }
      for (name in want) if ((name in is) && told(name) && !same(name, want[name], is[name])) {
        print $1 " " name " is " is[name] " after the change, not " want[name]; exit
      }
      if (!($3 in seen)) { print $1 " cannot be observed after the change"; exit }
    }')
  if [ -n "$hx_t_problem" ]; then
    hx_t_op=${hx_t_problem%% *}
    hx_t_error=${hx_t_problem#* }
    return 1
  fi
  [ -z "$hx_t_hidden" ] || hx_tx_verify_sealed
}

hx_tx_verify_sealed() {
  while IFS=$HX_TAB read -r hx_t_n hx_t_verb hx_t_id hx_t_before hx_t_args; do
    hx_args "$hx_t_args"
    hx_arg blob || continue
    case $HX_REPLY in sealed:*) ;; *) continue ;; esac
    hx_blob "$HX_REPLY"
    hx_t_source=$HX_REPLY
    hx_decode "$hx_t_id" && hx_path_parent "$HX_REPLY"
    cmp -s "$hx_t_source" "$hx_p_path" && continue
    hx_t_op=$hx_t_n
    hx_t_error='its content is another after the change'
    return 1
  done <"$hx_t_apply"
}

# RELOAD, RESTART, RUN: recorded before they run, so that a way back runs them again.
hx_tx_act_batch() {
  hx_log "batch $hx_t_batch act" && hx_sync "$HX_DIR/log" || {
    hx_t_error='disk full: the journal cannot be written'
    return 1
  }
  hx_event "op $hx_t_op started"
  hx_tx_act "$hx_t_file" no || return 1
  hx_log "done $hx_t_batch" && hx_sync "$HX_DIR/log" || {
    hx_t_error='disk full: the journal cannot be written'
    return 1
  }
  hx_event "op $hx_t_op done"
}

# hx_tx_act FILE UNDO: calls hx_act_VERB TARGET (decoded) with the step's arguments given to hx_args.
hx_tx_act() {
  IFS= read -r hx_t_line <"$1" || [ -n "$hx_t_line" ] || return 1
  hx_t_verb=$(hx_say "$hx_t_line" | cut -f 3)
  hx_t_id=$(hx_say "$hx_t_line" | cut -f 4)
  hx_t_args=$(hx_say "$hx_t_line" | cut -f 6)
  : >"$HX_DIR/err"
  (
    exec 7<&- 9>&-
    HX_UNDO=$2
    cd / || exit 1
    hx_args "$hx_t_args"
    hx_decode "$hx_t_id" && "hx_act_$hx_t_verb" "$HX_REPLY"
  ) >>"$HX_DIR/out" 2>"$HX_DIR/err" </dev/null
  hx_t_status=$?
  hx_tx_notes
  [ $hx_t_status -ne 0 ] || return 0
  hx_tx_reason "$HX_DIR/err"
  hx_t_error=$HX_REPLY
  return 1
}
