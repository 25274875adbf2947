# shellcheck disable=SC2154,SC2034,SC2015 # variables of the other parts; every A && B || C is meant
# Hexis runtime, capture: what a batch will change is looked at, compared with what the plan saw, and written down.

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
