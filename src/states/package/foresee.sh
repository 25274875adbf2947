# shellcheck disable=SC2154,SC2034 # variables of the other parts
# Kind `package`: what a plan would bring along, by one simulation of the manager for what comes and one for what goes.
# Nothing is fetched and nothing is written: hx_k_look tells a manager to do without its lock, logs and caches.

# Older lists are fetched anew before anything is installed; until then nobody knows what they will say.
HX_LISTS_MINUTES=1440

# hx_package_young FOLDER…: were the lists in one of these fetched, or found to be the same, lately?
hx_package_young() { [ -n "$(find "$@" -maxdepth 1 ! -type l -mmin "-$HX_LISTS_MINUTES" 2>/dev/null | head -n 1)" ]; }

# hx_package_simulate WAY PACKAGE… → hx_k_plan; the lists are fetched first where there are none, and after a failure.
hx_package_simulate() {
  if [ "$1" = add ]; then hx_package ready || hx_package_update || :; fi
  hx_package_plan "$@" && return 0
  [ "$1" = add ] && [ -z "$hx_k_updated" ] || return 1
  hx_k_first=$hx_k_out
  if hx_package_update; then hx_package_plan "$@"; else
    hx_k_out=$hx_k_first
    return 1
  fi
}

# hx_package_plan WAY PACKAGE… → hx_k_seen, as the manager said it; hx_k_plan, as it is recorded.
hx_package_plan() {
  hx_package plan "$@" || return 1
  hx_k_seen=$hx_k_plan
  hx_k_plan=$(hx_say "$hx_k_plan" | sed 's/^\(new [^ ]*\) .*/\1/')
}

# foresee BYTES: lines of packages as a transaction has its ops. Answers `along ACTION NAME FROM TO`, and `unknown WHY`.
hx_serve_foresee() { hx_take "$1" | (hx_foresee_package) || :; }

hx_foresee_package() {
  hx_k_ops=$(cat)
  hx_package_manager
  [ "$HX_PACKAGE" != none ] && [ -z "$HX_ROOT" ] || return 0
  HX_UNDO=no
  HX_DIR=
  HX_DID=
  for hx_k_mode in remove add; do hx_say "$hx_k_ops" | hx_foresee_way; done
}

hx_foresee_way() {
  hx_package_reset
  hx_k_look=yes
  hx_k_updated=yes
  hx_k_going=
  while IFS=$HX_TAB read -r hx_k_n hx_k_kind hx_k_verb hx_k_id hx_k_before hx_k_args; do
    hx_args "$hx_k_args"
    hx_k_way=add
    if hx_arg type && [ "$HX_REPLY" = absent ]; then hx_k_way=remove; fi
    [ "$hx_k_way" = add ] || hx_k_going=yes
    [ "$hx_k_way" != "$hx_k_mode" ] || hx_package_take || return 0
  done
  if [ "$hx_k_mode" = remove ]; then hx_foresee_removal; else hx_foresee_addition; fi
}

hx_foresee_addition() {
  # shellcheck disable=SC2086 # a list of plain words
  hx_k_specs=$(printf ' %s\n' $hx_k_specs | awk '$1 != "" && !seen[$1]++' | tr -d '\n')
  [ -n "$hx_k_specs" ] || return 0
  hx_package ready || {
    hx_say "unknown$HX_TAB"
    return 0
  }
  # shellcheck disable=SC2086
  if hx_package_simulate add $hx_k_specs; then hx_foreseen; else
    # What goes is still there.
    hx_foresee_failed "${hx_k_going:+until what goes has gone: }"
  fi
}

hx_foresee_removal() {
  [ -z "$hx_k_also" ] || hx_package_spare
  [ -n "$hx_k_specs$hx_k_also" ] || return 0
  # shellcheck disable=SC2086 # lists of plain words
  if hx_package_simulate remove $hx_k_specs $hx_k_also; then
    hx_k_out=$(hx_package_refuse 2>&1) || {
      hx_foresee_failed
      return 0
    }
    hx_package_leaving
    hx_foreseen
  else hx_foresee_failed; fi
}

# hx_foresee_failed [TEXT]: what the manager says is the reason; without its usual words.
hx_foresee_failed() {
  hx_package noise
  hx_encode "${1-}$(hx_say "$hx_k_out" | grep -vE "^($HX_REPLY|\$)" | head -n 1)"
  hx_say "unknown$HX_TAB$HX_REPLY"
}

# hx_k_seen as `along ACTION NAME FROM TO`, `-` where there is no version.
hx_foreseen() {
  # Epoch 0 is no part of a version to anybody but dnf 5.
  hx_say "$hx_k_seen" | awk '
    { sub(/^0:/, "", $3); sub(/^0:/, "", $4) }
    $1 == "new" { print "along\tinstall\t" $2 "\t-\t" ($3 == "" ? "-" : $3) }
    $1 == "up" { print "along\tupgrade\t" $2 "\t" $3 "\t" $4 }
    $1 == "gone" { print "along\tremove\t" $2 "\t" ($3 == "" ? "-" : $3) "\t-" }'
}

# hx_k_seen with the versions of what goes, as long as it is there.
hx_package_leaving() {
  hx_k_seen=$({
    hx_say "$hx_k_seen"
    hx_say "$HX_TAB"
    hx_package list
  } | awk -F '\t' '
    /^\t/ { list = 1; next }
    !list { line[++n] = $0; next }
    { version = $2; sub(/.*version=/, "", version); of[$1] = version }
    END { for (i = 1; i <= n; i++) { split(line[i], word, " "); print line[i] (word[1] == "gone" && word[2] in of ? " " of[word[2]] : "") } }')
}

# hx_package_along: what a transaction has brought along, for the report.
hx_package_along() {
  [ "$HX_UNDO" != yes ] && [ -n "$HX_NOTES" ] || return 0
  hx_foreseen | HX_A_OURS=" $hx_k_names " awk -F '\t' '
    !index(ENVIRON["HX_A_OURS"], " " $3 " ") { print $1 " " $2 " " $3 " " $4 " " $5 }' >>"$HX_NOTES"
}

# Does this host let a namespace of mounts be made?
hx_package_apart() { unshare -m mount -n -t tmpfs tmpfs /var/log 2>/dev/null; }

# hx_package_aside COMMAND…: simulates where what the manager writes of itself is seen by nobody else: in a mount
# namespace, with its logs in memory and its folders ($hx_k_aside) under a layer in memory.
hx_package_aside() {
  hx_package_apart || {
    hx_say "$HX_PACKAGE writes when it is asked, and this host does not let that be kept apart (it takes the right to mount)"
    return 1
  }
  # shellcheck disable=SC2016 # its own variables
  HX_A_ASIDE=$hx_k_aside hx_package_run unshare -m /bin/sh -c '
    for folder in /var/log /var/tmp /tmp; do
      [ ! -d "$folder" ] || mount -n -t tmpfs -o mode=0755 tmpfs "$folder" || exit
    done
    n=0
    for folder in $HX_A_ASIDE; do
      [ -d "$folder" ] || continue
      n=$((n + 1))
      mkdir /var/log/$n /var/log/$n.work && mount -n -t overlay \
        -o "lowerdir=$folder,upperdir=/var/log/$n,workdir=/var/log/$n.work" overlay "$folder" || exit
    done
    exec "$@"' sh "$@"
}
