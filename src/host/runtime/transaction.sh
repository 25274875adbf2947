# Hexis runtime, transaction: one plan carried out on this host, all or nothing. docs/spec/journal.md describes the
# files; the invariant is: no change without an intent on the disk that says how to take it back.

# hx_event LINE: to whoever listens, and to the journal for whoever comes back. A dead listener ends nothing.
hx_event() {
  hx_say "$1" 2>/dev/null >>"$HX_DIR/events" || :
  hx_say "$1" 2>/dev/null || :
}

hx_log() { hx_say "$1" 2>/dev/null >>"$HX_DIR/log"; }

# hx_tx_header DIR: reads `tx/1 id=… site=… runtime=… who=… onfailure=… base=…`.
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
  hx_arg who unknown || :
  HX_WHO=$HX_REPLY
  HX_MARK=$HX_STATE/journal/$HX_TX
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
  hx_tx_begin && hx_tx_batches && hx_tx_commit committed
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
      hx_tx_commit partial
      return 1
      ;;
    esac
    hx_t_first_op=$hx_t_op
    hx_t_first_error=$hx_t_error
    hx_tx_undo
    return 1
  done 7<"$HX_DIR/batches"
  if [ -n "$hx_t_partial" ]; then
    hx_tx_commit partial
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

# hx_tx_observe CLASS: identities in, states out. What may hold a secret loses its digest before it reaches a file:
# hx_t_hidden names such identities, one a line.
hx_tx_observe() {
  if [ "$1" = exec ]; then
    sed "s/\$/${HX_TAB}type=absent/"
  elif [ -z "$hx_t_hidden" ]; then
    "hx_observe_$1"
  else
    "hx_observe_$1" | {
      hx_say "$hx_t_hidden" | awk '{ print "!" $0 }'
      cat
    } | awk -F "$HX_TAB" '
      /^!/ { hidden[substr($0, 2)] = 1; next }
      $1 in hidden { sub(/content=[0-9a-f]+/, "content=sealed:?") }
      { print }'
  fi
}

# Observes the batch, compares with what the plan saw, writes the intents and what to apply and to keep.
hx_tx_capture() {
  hx_t_hidden=$(awk -F "$HX_TAB" '$2 == "path" && ($5 ~ /content=sealed:/ || $6 ~ /(blob|content)=sealed:/) { print $4 }' \
    "$hx_t_file")
  hx_t_equal=
  [ -z "$hx_t_hidden" ] || hx_t_equal=$(hx_tx_sealed_before)
  hx_t_extra=
  if [ "$hx_t_class" = path ] && grep -q 'parents=yes' "$hx_t_file"; then hx_t_extra=$(hx_tx_parents); fi
  hx_t_problem=$({
    [ -z "$hx_t_equal" ] || hx_say "$hx_t_equal"
    [ -z "$hx_t_extra" ] || hx_say "$hx_t_extra"
    cut -f 4 "$hx_t_file" | hx_tx_observe "$hx_t_class" | sed "s/^/@$HX_TAB/"
    cat "$hx_t_file"
  } 2>"$HX_DIR/err" | HX_A_TX=$HX_TX HX_A_OWNERS=$HX_OWNERS HX_A_INTENT=$hx_t_intent HX_A_APPLY=$hx_t_apply \
    HX_A_KEEP=$HX_DIR/keep awk -F "$HX_TAB" "$hx_tx_aspects$hx_tx_capture_awk" 2>&1)
  case $hx_t_problem in
  '') ;;
  [0-9]*' '*)
    hx_t_op=${hx_t_problem%% *}
    hx_t_error=${hx_t_problem#* }
    hx_t_error=${hx_t_error%%"$HX_NL"*}
    hx_decode "$hx_t_error" || :
    hx_t_error=$HX_REPLY
    return 1
    ;;
  *)
    hx_t_error=$hx_t_problem
    return 1
    ;;
  esac
  [ "$(tail -n 1 "$hx_t_intent" 2>/dev/null)" = . ] && [ "$(tail -n 1 "$HX_DIR/keep" 2>/dev/null)" = . ] &&
    [ "$(grep -c . "$hx_t_apply")" = "$(grep -c . "$hx_t_file")" ] && return 0
  hx_tx_reason "$HX_DIR/err"
  hx_t_error="the journal cannot be written: $HX_REPLY"
  return 1
}

# shellcheck disable=SC2016 # awk
hx_tx_aspects='
  function aspects(text, into,  part, n, i, at) {
    split("", into)
    n = split(text, part, " ")
    for (i = 1; i <= n; i++) { at = index(part[i], "="); into[substr(part[i], 1, at - 1)] = substr(part[i], at + 1) }
  }
  function same(name, a, b) {
    if (a == b || a == "?" || b == "?") return 1
    if (a ~ /^sealed:/ || b ~ /^sealed:/) return 1
    if (name == "mode") { sub(/^0+/, "", a); sub(/^0+/, "", b); return a == b }
    return 0
  }
  function told(name) {
    if (name == "nlink" || name == "entries" || name == "inode" || name == "auto") return 0
    return ENVIRON["HX_A_OWNERS"] == "yes" || (name != "owner" && name != "group")
  }
'

# Input: `=` identities whose secret content is as the plan saw it, `+` parents to be made, `@` states, then the ops.
# shellcheck disable=SC2016 # awk
hx_tx_capture_awk='
  BEGIN { intent = ENVIRON["HX_A_INTENT"]; apply = ENVIRON["HX_A_APPLY"]; keep = ENVIRON["HX_A_KEEP"]; tx = ENVIRON["HX_A_TX"] }
  function short(text) { return text ~ /^[0-9a-f]+$/ && length(text) == 64 ? substr(text, 1, 12) "%E2%80%A6" : text }
  function arg(name) { return (name in want) ? " " name "=" want[name] : "" }
  function now(name) { return (name in is) ? " " name "=" is[name] : "" }
  function problem(text) { if (!failed) print $1 " " text; failed = 1 }
  $1 == "=" { equal[$2] = $3; next }
  $1 == "+" { print $2 "\tpath\tDIR\t" $3 "\ttype=absent\tRM\t" > intent; next }
  $1 == "@" { seen[$2] = $3; next }
  {
    n = $1; kind = $2; verb = $3; id = $4; before = $5; args = $6
    state = (id in seen) ? seen[id] : "?"
    if (state ~ /^error=/) { problem(substr(state, 7)); next }
    aspects(state, is); aspects(before, was); aspects(args, want)
    if (state ~ /content=sealed:\?/) {
      if (was["content"] ~ /^sealed:/ && was["content"] !~ /^sealed:(other|equal)$/ && equal[id] == "no")
        problem("changed since the plan was made: its secret content is another")
      is["content"] = (was["content"] ~ /^sealed:/ && equal[id] == "yes") ? was["content"] : "sealed:other"
      sub(/content=sealed:\?/, "content=" is["content"], state)
    }
    for (name in was) {
      if (verb == "EXEC") break
      if (name == "" || !told(name) || same(name, was[name], (name in is) ? is[name] : "")) continue
      problem("changed%20since%20the%20plan%20was%20made:%20" name "%20is%20" ((name in is) ? short(is[name]) : "not%20there") ",%20expected%20" short(was[name]))
    }
    kept = ""; captured = state; rverb = verb; rargs = state
    if (verb == "EXEC") {
      captured = "?"; rverb = ("undo" in want) ? "EXEC" : "-"
      rargs = substr(" command=" want["undo"] arg("directory") arg("user") arg("timeout"), 2)
    } else if (kind == "path") {
      if (("nlink" in is) && is["nlink"] > 1 && verb ~ /^(COPY|CHMOD|CHOWN)$/ && want["hardlinks"] != "allow")
        problem("it%20has%20" is["nlink"] "%20hard%20links;%20a%20change%20would%20part%20or%20change%20them%20all%20(hardlinks=allow%20permits%20it)")
      held = ("content" in is) ? is["content"] : ""
      type = is["type"]; mode = now("mode"); owners = now("owner") now("group")
      inplace = verb == "CHMOD" || verb == "CHOWN" || (verb == "COPY" && type == "file" && !("inode" in want) && \
        (!("blob" in want) && !("content" in want) || (("blob" in want) ? want["blob"] : want["content"]) == held && held !~ /^sealed:other/))
      if (type == "absent") { rverb = "RM"; rargs = "" }
      else if (inplace) { rverb = "CHMOD"; rargs = (type == "link" ? "" : mode) owners }
      else if (type == "file" || type == "other") { kept = tx "." n; rverb = "COPY"; rargs = " inode=" kept mode owners }
      else if (type == "dir") {
        if (verb != "DIR") kept = tx "." n
        rverb = "DIR"; rargs = (kept == "" ? "" : " inode=" kept) mode owners
      } else if (type == "link") { rverb = "LINK"; rargs = now("target") owners }
      sub(/^ /, "", rargs)
      if (kept != "" && type != "dir") print n "\t" id > keep
      captured = now("content") now("group") (kept == "" ? "" : " inode=" kept) mode now("owner") now("target") " type=" type
      sub(/^ /, "", captured)
    }
    print n "\t" kind "\t" verb "\t" id "\t" captured "\t" rverb "\t" rargs > intent
    print n "\t" verb "\t" id "\t" state "\t" args > apply
  }
  END { print "." > intent; print "." > keep }
'

# `=<TAB>IDENTITY<TAB>yes|no` for secret content that the plan saw: is it still the content of that blob?
hx_tx_sealed_before() {
  awk -F "$HX_TAB" '$5 ~ /content=sealed:/ { print $4 "\t" $5 }' "$hx_t_file" |
    while IFS=$HX_TAB read -r hx_t_id hx_t_line; do
      hx_args "$hx_t_line"
      hx_arg content
      hx_blob "$HX_REPLY"
      hx_t_source=$HX_REPLY
      hx_decode "$hx_t_id" && hx_path_parent "$HX_REPLY" || continue
      [ -f "$hx_t_source" ] && [ -f "$hx_p_path" ] && [ ! -L "$hx_p_path" ] || continue
      if cmp -s "$hx_t_source" "$hx_p_path"; then hx_say "=$HX_TAB$hx_t_id${HX_TAB}yes"; else
        hx_say "=$HX_TAB$hx_t_id${HX_TAB}no"
      fi
    done
}

# `+<TAB>NUMBER<TAB>IDENTITY` for the parents that `parents=yes` will make, outermost first.
hx_tx_parents() {
  grep 'parents=yes' "$hx_t_file" | cut -f 1,4 | while IFS=$HX_TAB read -r hx_t_n hx_t_id; do
    hx_t_list=
    hx_t_id=${hx_t_id%/*}
    while [ -n "$hx_t_id" ]; do
      hx_decode "$hx_t_id"
      [ ! -e "$HX_ROOT$HX_REPLY" ] || break
      hx_t_list="+$HX_TAB$hx_t_n$HX_TAB$hx_t_id${hx_t_list:+$HX_NL$hx_t_list}"
      hx_t_id=${hx_t_id%/*}
    done
    [ -z "$hx_t_list" ] || hx_say "$hx_t_list"
  done
}

# Earlier inodes get a second name; on another file system, a copy.
hx_tx_keep() {
  while IFS=$HX_TAB read -r hx_t_n hx_t_id; do
    [ "$hx_t_n" != . ] || break
    hx_decode "$hx_t_id" && hx_path_parent "$HX_REPLY" || continue
    ln -- "$hx_p_path" "$HX_STATE/blobs/inodes/$HX_TX.$hx_t_n" 2>/dev/null && continue
    # Not through a file: the copy may just have filled the disk.
    hx_t_line=$(cp -a -- "$hx_p_path" "$HX_STATE/blobs/inodes/$HX_TX.$hx_t_n" 2>&1) && continue
    hx_t_op=$hx_t_n
    hx_tx_reason /dev/null "$hx_t_line"
    hx_t_error="its earlier state cannot be kept: $HX_REPLY"
    return 1
  done <"$HX_DIR/keep"
}

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
      if ("blob" in want) { want["content"] = want["blob"]; want["type"] = "file" }
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
  [ "$2" != path ] || grep -v '^\.$' "$HX_DIR/intent.$1" | cut -f 1,4 | (hx_path_leftovers) 2>/dev/null
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
    grep -v '^\.$' "$HX_DIR/intent.$1" | cut -f 4 | hx_tx_observe "$2" | sed "s/^/@$HX_TAB/"
    grep -v '^\.$' "$HX_DIR/intent.$1"
  } 2>/dev/null | awk -F "$HX_TAB" '
    $1 == "=" { stays[$2] = 1; next }
    $1 == "+" { did[$2] = 1; next }
    $1 == "@" { seen[$2] = $3; next }
    $1 in stays { next }
    $6 == "-" { line[++n] = $1 "\t-\t" $4 "\t?\t" (($1 in did) ? "ran" : "unknown"); next }
    $2 != "path" && $6 != "EXEC" && seen[$4] == $5 { next }
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
      function owner(key) { if (key in undone) return key; return match(key, /%23(line|block):/) ? substr(key, 1, RSTART - 1) : key }
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
  [ ! -f "$HX_DIR/ledger.ready" ] || mv -f "$HX_DIR/ledger.ready" "$hx_t_site/ledger"
  # A kept inode that has its old name again needs no second one.
  if [ "$1" = committed ] && grep -q 'inode=' "$HX_DIR/ops"; then
    sed -n 's/.*[	 ]inode=\([^ 	]*\).*/\1/p' "$HX_DIR/ops" | while IFS= read -r hx_t_line; do
      hx_decode "$hx_t_line"
      case $HX_REPLY in */*) continue ;; esac
      hx_t_line=$HX_STATE/blobs/inodes/$HX_REPLY
      [ ! -f "$hx_t_line" ] || rm -f -- "$hx_t_line"
    done
  fi
  sync
  hx_tx_end "$1" "${hx_t_first_op:-0}" "${hx_t_first_error-}"
}

# hx_tx_end OUTCOME OP MESSAGE: the file `end` closes the journal; the last five closed ones are kept.
hx_tx_end() {
  hx_encode "$3"
  hx_t_line="end $1 $2 $HX_REPLY"
  rm -f "$HX_DIR/reserve" "$HX_DIR"/batch.* "$HX_DIR"/apply.* "$HX_DIR"/back.* "$HX_DIR"/some.* "$HX_DIR/none" \
    "$HX_DIR/keep" "$HX_DIR/notes" "$HX_DIR"/ledger.* "$HX_DIR"/list.new "$HX_DIR"/meta.*
  if hx_say "$hx_t_line" 2>/dev/null >"$HX_DIR/end.new" && mv -f "$HX_DIR/end.new" "$HX_DIR/end"; then
    hx_sync "$HX_DIR"
  fi
  hx_tx_retire
  hx_event "$hx_t_line"
}

# The last five closed journals stay, with the inodes that they kept. Of older ones an inode stays only where a ledger
# names it as an origin, and a runtime only where a journal could need it.
hx_tx_retire() {
  hx_t_count=0
  # shellcheck disable=SC2045 # names of transactions are plain
  for hx_t_old in $(ls -t "$HX_STATE/journal" 2>/dev/null); do
    [ -f "$HX_STATE/journal/$hx_t_old/end" ] || continue
    hx_t_count=$((hx_t_count + 1))
    [ $hx_t_count -gt 5 ] || continue
    for hx_t_kept in "$HX_STATE/blobs/inodes/$hx_t_old".*; do
      [ -e "$hx_t_kept" ] || [ -L "$hx_t_kept" ] || continue
      grep -q "inode=${hx_t_kept##*/}[ $HX_TAB]" "$HX_STATE"/sites/*/ledger 2>/dev/null || rm -rf -- "$hx_t_kept"
    done
    rm -rf "${HX_STATE:?}/journal/$hx_t_old"
  done
  # A young one may belong to a run whose journal is still on its way.
  find "$HX_STATE/runtime" -name '*.sh' -mtime +0 2>/dev/null | while IFS= read -r hx_t_kept; do
    hx_t_old=${hx_t_kept##*/}
    grep -q " runtime=${hx_t_old%.sh}" "$HX_STATE"/journal/*/tx 2>/dev/null || rm -f -- "$hx_t_kept"
  done
}
