# Kind `package`, by apt and dpkg. One look for all names; one transaction of apt for consecutive packages that go the
# same way. What a transaction adds, upgrades or takes away besides is simulated first and recorded before it is done:
# `new NAME`, `up NAME FROM TO`, `gone NAME VERSION AUTO`, in the journal's packages.NUMBER for the way back of this
# transaction and, for what was added, in $HX_STATE/packages/NAME for a later removal.
#
# type=broken: unpacked or half configured, as a killed dpkg leaves it.

# hx_package_list: NAME, architecture, status, version, Provides, and what it depends on or recommends. Reads only.
hx_package_list() {
  ! command -v dpkg-query >/dev/null 2>&1 ||
    dpkg-query -W -f '${Package}\t${Architecture}\t${db:Status-Abbrev}\t${Version}\t${Provides}\t${Pre-Depends}, ${Depends}, ${Recommends}\n' 2>/dev/null || :
}

# Names as apt takes them: NAME, or NAME:ARCH where the architecture is a foreign one.
# shellcheck disable=SC2016 # awk
HX_PACKAGE_AWK='
  function state(flag) { return flag ~ /^.[iWt]/ ? "present" : flag ~ /^.[UFH]/ ? "broken" : "absent" }
  function clean(text) { gsub(/ /, "", text); return text }
'

hx_observe_package() {
  hx_k_ids=$(cat)
  [ -n "$hx_k_ids" ] || return 0
  {
    hx_say "$hx_k_ids"
    hx_say "${HX_TAB}auto"
    # apt-mark would write apt's cache; the file says the same.
    cat /var/lib/apt/extended_states 2>/dev/null
    hx_say "${HX_TAB}list"
    hx_package_list
  } | awk -F '\t' "$HX_PACKAGE_AWK"'
    /^\t/ { part = $2; next }
    part == "" { ids[++n] = $0; next }
    part == "auto" {
      if ($0 ~ /^Package: /) name = substr($0, 10)
      else if ($0 ~ /^Architecture: /) arch = substr($0, 15)
      else if ($0 ~ /^Auto-Installed: 1/) auto[name ":" arch] = 1
      next
    }
    {
      if ($1 == "dpkg") native = $2
      kind = state($3)
      if (kind == "absent") next
      # Packages for all architectures are noted under the native one.
      text[$1 ":" $2] = (($3 ~ /^h/) ? "yes" : "no") " type=" kind " version=" clean($4)
      if (!($1 in first)) first[$1] = $2
    }
    END {
      for (i = 1; i <= n; i++) {
        id = ids[i]
        if (id ~ /:/) { name = id; sub(/:.*/, "", name); arch = substr(id, length(name) + 2) }
        else {
          name = id
          arch = ((id ":" native) in text) ? native : ((id ":all") in text) ? "all" : (id in first) ? first[id] : ""
        }
        if (!((name ":" arch) in text)) { print id "\ttype=absent"; continue }
        marked = ((name ":" (arch == "all" ? native : arch)) in auto) || ((name ":" arch) in auto)
        print id "\tauto=" (marked ? "yes" : "no") " hold=" text[name ":" arch]
      }
    }'
}

hx_apply_package() {
  hx_k_updated=
  hx_package_reset
  # shellcheck disable=SC2034 # the verb is always PACKAGE
  while IFS=$HX_TAB read -r hx_k_n hx_k_verb hx_k_id hx_k_before hx_k_args <&8; do
    case $hx_k_id in
    [a-z0-9]*) ;;
    *)
      hx_fail "$hx_k_id is no name for a package"
      return 1
      ;;
    esac
    case $hx_k_id in
    *[!a-z0-9+.:-]*)
      hx_fail "$hx_k_id is no name for a package"
      return 1
      ;;
    esac
    if [ "$hx_k_before" = '?' ]; then
      hx_k_before=$(hx_say "$hx_k_id" | hx_observe_package)
      hx_k_before=${hx_k_before#*"$HX_TAB"}
    fi
    hx_args "$hx_k_args"
    hx_k_way=add
    if hx_arg type && [ "$HX_REPLY" = absent ]; then hx_k_way=remove; fi
    if [ -n "$hx_k_numbers" ] && [ "$hx_k_way" != "$hx_k_mode" ]; then hx_package_flush || return 1; fi
    hx_k_mode=$hx_k_way
    hx_package_take || return 1
  done 8<"$1"
  [ -z "$hx_k_numbers" ] || hx_package_flush
}

# Lists of words, of the packages that wait for one transaction of apt.
hx_package_reset() {
  hx_k_numbers=
  hx_k_names=
  hx_k_specs=
  hx_k_purge=
  hx_k_also=
  hx_k_hold=
  hx_k_unhold=
  hx_k_auto=
  hx_k_manual=
  hx_k_options=
  hx_k_back=
  hx_k_start=yes
}

hx_package_take() {
  hx_k_numbers="$hx_k_numbers $hx_k_n"
  hx_k_names="$hx_k_names $hx_k_id"
  if [ "$hx_k_mode" = add ]; then hx_package_take_add; else hx_package_take_remove; fi
}

hx_package_take_add() {
  hx_k_was=absent
  case " $hx_k_before " in *' type=present '*) hx_k_was=present ;; *' type=broken '*) hx_k_was=broken ;; esac
  hx_k_spec=
  [ "$hx_k_was" = present ] || hx_k_spec=$hx_k_id
  if hx_arg version; then
    case $HX_REPLY in
    '' | *[!A-Za-z0-9.+:~-]*)
      hx_fail "$HX_REPLY is no version of a package"
      return 1
      ;;
    esac
    case " $hx_k_before " in *" version=$HX_REPLY "*) ;; *)
      hx_k_spec=$hx_k_id=$HX_REPLY
      hx_k_options='--allow-downgrades --allow-change-held-packages'
      ;;
    esac
  fi
  if hx_arg start && [ "$HX_REPLY" = no ]; then hx_k_start=no; fi
  [ -z "$hx_k_spec" ] || hx_k_specs="$hx_k_specs $hx_k_spec"
  hx_k_held=no
  case " $hx_k_before " in *' hold=yes '*) hx_k_held=yes ;; esac
  if hx_arg hold && [ "$HX_REPLY" != "$hx_k_held" ]; then
    if [ "$HX_REPLY" = yes ]; then hx_k_hold="$hx_k_hold $hx_k_id"; else hx_k_unhold="$hx_k_unhold $hx_k_id"; fi
  fi
  # apt marks what it is asked for as manual; a mark that was there stays.
  hx_k_marked=no
  case " $hx_k_before " in *' auto=yes '*) hx_k_marked=yes ;; esac
  if ! hx_arg auto; then HX_REPLY=$hx_k_marked; fi
  if [ "$HX_REPLY" = yes ]; then
    [ -z "$hx_k_spec" ] && [ "$hx_k_marked" = yes ] || hx_k_auto="$hx_k_auto $hx_k_id"
  elif [ "$hx_k_marked" = yes ]; then hx_k_manual="$hx_k_manual $hx_k_id"; fi
  [ "$HX_UNDO" = yes ] && [ -f "${HX_DIR-}/packages.$hx_k_n" ] || return 0
  # What a removal took along comes back with it.
  while read -r hx_k_word hx_k_name hx_k_version hx_k_marked; do
    [ "$hx_k_word" = gone ] || continue
    hx_k_specs="$hx_k_specs $hx_k_name=$hx_k_version"
    [ "$hx_k_marked" != yes ] || hx_k_auto="$hx_k_auto $hx_k_name"
  done <"${HX_DIR-}/packages.$hx_k_n"
}

hx_package_take_remove() {
  if [ "$hx_k_before" != type=absent ]; then hx_k_specs="$hx_k_specs $hx_k_id"; fi
  if hx_arg purge && [ "$HX_REPLY" = yes ]; then hx_k_purge="$hx_k_purge $hx_k_id"; fi
  if hx_arg also; then
    hx_k_list=$HX_REPLY,
    while [ -n "$hx_k_list" ]; do
      hx_k_also="$hx_k_also ${hx_k_list%%,*}"
      hx_k_list=${hx_k_list#*,}
    done
  fi
  hx_k_file=$HX_STATE/packages/$hx_k_id
  if [ "$HX_UNDO" = yes ]; then hx_k_file=${HX_DIR-}/packages.$hx_k_n; fi
  [ -f "$hx_k_file" ] || return 0
  while read -r hx_k_word hx_k_name hx_k_version; do
    case $hx_k_word in
    new)
      if [ "$hx_k_name" = "$hx_k_id" ]; then
        [ "$HX_UNDO" != yes ] || hx_k_purge="$hx_k_purge $hx_k_id"
      else hx_k_also="$hx_k_also $hx_k_name"; fi
      ;;
    up) [ "$HX_UNDO" != yes ] || hx_k_back="$hx_k_back $hx_k_name=${hx_k_version% *}" ;;
    esac
  done <"$hx_k_file"
}

hx_package_flush() {
  if [ "$hx_k_mode" = add ]; then hx_package_add; else hx_package_remove; fi || return 1
  for hx_k_word in $hx_k_numbers; do hx_done "$hx_k_word"; done
  hx_package_reset
}

# hx_package_apt ARGUMENT…: apt-get without questions, other people's locks waited for, descriptors of the runtime
# closed (a service that a package starts would hold them), output bounded by the caller.
hx_package_apt() {
  (
    umask 022
    exec 6<&- 7<&- 8<&- 9<&-
    DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none UCF_FORCE_CONFFOLD=1 \
      apt-get -q -y -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
      -o "DPkg::Lock::Timeout=${HX_LOCK_S:-120}" -o APT::Get::AutomaticRemove=false "$@" </dev/null 2>&1
  )
}

# hx_package_changing COMMAND… → hx_k_out: what a package script leaves running keeps its output open. A file, not a
# pipe: the transaction would wait for it for ever.
hx_package_changing() {
  hx_k_outfile=${HX_DIR:-$HX_STATE}/apt.out
  "$@" >"$hx_k_outfile" 2>&1
  hx_k_status=$?
  hx_k_out=$(cat "$hx_k_outfile")
  rm -f "$hx_k_outfile"
  return $hx_k_status
}

hx_package_dpkg() (
  umask 022
  exec 6<&- 7<&- 8<&- 9<&-
  DEBIAN_FRONTEND=noninteractive dpkg "$@" </dev/null 2>&1
)

# hx_package_blame: of several packages the one that apt names is the one that failed.
hx_package_blame() {
  # shellcheck disable=SC2086 # lists of plain words
  set -- $hx_k_names
  for hx_k_word in $hx_k_numbers; do
    case "$hx_k_out$HX_NL" in
    *"package $1$HX_NL"* | *"ackage '$1'"* | *"for '$1'"* | *"processing package $1 "* | *"$1 : "*)
      hx_failed "$hx_k_word"
      return 0
      ;;
    esac
    shift
  done
}

HX_PACKAGE_NOISE='Reading |Building |\(Reading |Selecting |Preparing |Unpacking |Setting up |Processing triggers|Get:|Hit:|Ign:|Fetched |Need to get|After this|The following|[0-9]+ upgraded|Use .apt autoremove|Inst |Conf |Remv |  |$'

# hx_package_reason OUTPUT → standard error: what apt and dpkg say went wrong, the holder of a lock among it.
hx_package_reason() {
  hx_package_blame
  hx_say "$1" | grep -vE "^($HX_PACKAGE_NOISE)" | tail -n 14 >&2
  case $1 in *'lock'*) hx_package_holder ;; esac
}

# apt names the holder of a lock only when it does not wait for it; the kernel knows.
hx_package_holder() {
  for hx_k_file in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
    hx_k_word=$(stat -c %i "$hx_k_file" 2>/dev/null) || continue
    hx_k_word=$(awk -v inode=":$hx_k_word\$" '$2 == "POSIX" && $6 ~ inode && $5 > 0 { print $5; exit }' /proc/locks 2>/dev/null)
    [ -n "$hx_k_word" ] || continue
    hx_k_name=
    { IFS= read -r hx_k_name <"/proc/$hx_k_word/comm"; } 2>/dev/null || :
    hx_say "$hx_k_file is held by process $hx_k_word${hx_k_name:+ ($hx_k_name)}" >&2
  done
}

# apt waits for others; the person is told for whom.
hx_package_wait() {
  hx_k_list=$(hx_package_holder 2>&1)
  [ -z "$hx_k_list" ] || hx_note "waited for another program: $hx_k_list"
}

# The lists of the sources, once a run.
hx_package_update() {
  [ -z "$hx_k_updated" ] || return 1
  hx_k_updated=yes
  hx_k_wait=${HX_LOCK_S:-120}
  while :; do
    hx_k_out=$(hx_package_apt update) && return 0
    case $hx_k_out in *'Could not get lock'*) ;; *) break ;; esac
    [ "$hx_k_wait" -gt 0 ] || break
    hx_k_wait=$((hx_k_wait - 2))
    sleep 2
  done
  hx_package_reason "$hx_k_out"
  return 1
}

# hx_package_simulate ARGUMENT… → hx_k_out; the lists are fetched first where apt knows none, and after a failure.
hx_package_simulate() {
  set -- -s "$@"
  case $(ls /var/lib/apt/lists 2>/dev/null) in *_Packages* | *_Release*) ;; *) hx_package_update 2>/dev/null || : ;; esac
  hx_k_out=$(hx_package_apt "$@") && return 0
  [ -z "$hx_k_updated" ] || return 1
  hx_k_first=$hx_k_out
  if hx_package_update 2>/dev/null; then hx_k_out=$(hx_package_apt "$@"); else
    hx_k_out=$hx_k_first
    return 1
  fi
}

# A killed dpkg leaves work: it is ended before anything new is begun.
hx_package_mend() {
  if grep -q '# hexis' /usr/sbin/policy-rc.d 2>/dev/null; then rm -f /usr/sbin/policy-rc.d; fi
  case $(ls /var/lib/dpkg/updates 2>/dev/null) in *[0-9]*) ;; *)
    hx_package_list | awk -F '\t' '$3 ~ /^.[UFWt]/ || $3 ~ /^..R/ { bad = 1 } END { exit !bad }' || return 0
    ;;
  esac
  hx_package_changing hx_package_dpkg --configure -a --force-confdef --force-confold || :
}

hx_package_add() {
  if [ -n "$hx_k_specs" ]; then
    hx_package_wait
    hx_package_mend
    # shellcheck disable=SC2086 # lists of plain words
    hx_package_simulate --no-remove $hx_k_options install $hx_k_specs || hx_package_unversioned || {
      hx_package_reason "$hx_k_out"
      hx_fail "packages could not be installed:$hx_k_specs"
      return 1
    }
    hx_package_record || return 1
    hx_package_policy || return 1
    # shellcheck disable=SC2086
    hx_package_install || {
      hx_package_unpolicy
      hx_package_reason "$hx_k_out"
      hx_fail "packages could not be installed:$hx_k_specs"
      return 1
    }
    hx_package_unpolicy
    hx_package_added
  fi
  hx_package_mark hold "$hx_k_hold" && hx_package_mark unhold "$hx_k_unhold" &&
    hx_package_mark auto "$hx_k_auto" && hx_package_mark manual "$hx_k_manual"
}

# shellcheck disable=SC2086 # lists of plain words
hx_package_install() {
  hx_package_changing hx_package_apt --no-remove $hx_k_options install $hx_k_specs && return 0
  # The lists were older than the source: nothing was changed yet.
  case $hx_k_out in *'Failed to fetch'* | *'Unable to fetch'*) hx_package_update 2>/dev/null || return 1 ;; *) return 1 ;; esac
  hx_package_changing hx_package_apt --no-remove $hx_k_options install $hx_k_specs
}

# On the way back a version that nobody offers any more is better replaced by the one there is than by nothing.
hx_package_unversioned() {
  [ "$HX_UNDO" = yes ] || return 1
  hx_k_list=
  for hx_k_word in $hx_k_specs; do hx_k_list="$hx_k_list ${hx_k_word%%=*}"; done
  [ "$hx_k_list" != "$hx_k_specs" ] || return 1
  hx_k_first=$hx_k_out
  # shellcheck disable=SC2086
  hx_package_simulate --no-remove install $hx_k_list || {
    hx_k_out=$hx_k_first
    return 1
  }
  hx_note "versions that are no longer obtainable were replaced by those there are:$hx_k_specs"
  hx_k_specs=$hx_k_list
}

# Writes packages.NUMBER from hx_k_out, the simulation, before anything is done.
hx_package_record() {
  [ "$HX_UNDO" != yes ] || return 0
  hx_k_dir=${HX_DIR:-$HX_STATE/packages}
  mkdir -p "$hx_k_dir" "$HX_STATE/packages" || return 1
  hx_k_list=$(hx_say "$hx_k_out" | awk '
    $1 == "Inst" && $3 ~ /^\[/ { old = $3; new = $4; gsub(/[][]/, "", old); sub(/^\(/, "", new); print "up " $2 " " old " " new }
    $1 == "Inst" && $3 !~ /^\[/ { print "new " $2 }')
  for hx_k_word in $hx_k_numbers; do
    hx_say "$hx_k_list" >"$hx_k_dir/packages.$hx_k_word" || return 1
    set -- "$@" "$hx_k_dir/packages.$hx_k_word"
  done
  hx_sync "$@"
}

# hx_package_added: what came with the packages of this transaction of apt is remembered for their removal.
hx_package_added() {
  [ "$HX_UNDO" != yes ] || return 0
  hx_say "$hx_k_list" | while read -r hx_k_word hx_k_name hx_k_version; do
    case " $hx_k_specs " in *" $hx_k_name "* | *" $hx_k_name="*) ;; *)
      [ "$hx_k_word" != up ] || hx_note "package $hx_k_name was upgraded along: ${hx_k_version% *} to ${hx_k_version#* }"
      ;;
    esac
  done
  for hx_k_name in $hx_k_names; do
    case "$HX_NL$hx_k_list$HX_NL" in
    *"${HX_NL}new $hx_k_name$HX_NL"*) hx_say "$hx_k_list" | grep '^new ' >"$HX_STATE/packages/$hx_k_name" || return 1 ;;
    esac
  done
}

# startOnInstall: false. A policy that forbids, but only where nobody else has one.
hx_package_policy() {
  hx_k_policy=
  [ "$hx_k_start" = no ] && [ ! -e /usr/sbin/policy-rc.d ] || return 0
  hx_k_policy=yes
  hx_say '#!/bin/sh' >/usr/sbin/policy-rc.d && hx_say 'exit 101 # hexis' >>/usr/sbin/policy-rc.d &&
    chmod 0755 /usr/sbin/policy-rc.d
}

hx_package_unpolicy() { [ -z "$hx_k_policy" ] || rm -f /usr/sbin/policy-rc.d; }

# hx_package_mark MARK NAMES
hx_package_mark() {
  [ -n "$2" ] || return 0
  # shellcheck disable=SC2086 # a list of plain words
  hx_k_out=$(umask 022 && apt-mark "$1" $2 2>&1) || {
    hx_say "$hx_k_out" >&2
    hx_fail "apt-mark $1 failed for$2"
  }
}

hx_package_remove() {
  hx_package_wait
  hx_package_mend
  hx_package_also
  if [ -n "$hx_k_specs$hx_k_also" ]; then
    # shellcheck disable=SC2086 # lists of plain words
    hx_package_simulate --allow-change-held-packages remove $hx_k_specs $hx_k_also || {
      hx_package_reason "$hx_k_out"
      hx_fail "packages could not be removed:$hx_k_specs"
      return 1
    }
    hx_package_refuse || return 1
    hx_package_record_gone || return 1
    # shellcheck disable=SC2086
    hx_package_changing hx_package_apt --allow-change-held-packages remove $hx_k_specs $hx_k_also || {
      hx_package_reason "$hx_k_out"
      hx_fail "packages could not be removed:$hx_k_specs"
      return 1
    }
  fi
  if [ -n "$hx_k_purge" ]; then
    # shellcheck disable=SC2086
    hx_package_changing hx_package_dpkg --purge $hx_k_purge $hx_k_also || {
      hx_package_reason "$hx_k_out"
      hx_fail "packages could not be purged:$hx_k_purge"
      return 1
    }
  fi
  for hx_k_name in $hx_k_names; do rm -f -- "$HX_STATE/packages/$hx_k_name"; done
  rmdir "$HX_STATE/packages" 2>/dev/null || :
  hx_package_downgrade
}

# hx_k_also, less what is not there, what somebody marked as wanted, and what a package that stays depends on or
# recommends, directly or by what it provides.
hx_package_also() {
  [ -n "$hx_k_also" ] || return 0
  hx_k_list=$({
    hx_say "$hx_k_specs"
    hx_say "$hx_k_also"
    sed 's/^/\t/' /var/lib/apt/extended_states 2>/dev/null
    hx_package_list
  } | awk -F '\t' "$HX_PACKAGE_AWK"'
    NR == 1 { n = split($0, word, " "); for (i = 1; i <= n; i++) leaves[word[i]] = 1; next }
    NR == 2 { n = split($0, word, " "); for (i = 1; i <= n; i++) if (!(word[i] in leaves)) maybe[word[i]] = 1; next }
    /^\tPackage: / { name = substr($0, 11); next }
    /^\tAuto-Installed: 1/ { auto[name] = 1; next }
    /^\t/ || $1 == "" { next }
    state($3) != "absent" {
      there[$1] = 1; provides[$1] = $5; needs[$1] = $6
    }
    END {
      for (name in maybe) if (!(name in there) || !(name in auto)) delete maybe[name]
      do {
        changed = 0
        for (name in maybe) {
          m = split(name ", " provides[name], offer, /, */)
          for (i = 1; i <= m; i++) { sub(/[ (:].*/, "", offer[i]); if (offer[i] != "") gives[offer[i]] = gives[offer[i]] " " name }
        }
        for (other in there) {
          if ((other in leaves) || (other in maybe)) continue
          m = split(needs[other], atom, /[,|] */)
          for (i = 1; i <= m; i++) {
            sub(/^ +/, "", atom[i]); sub(/[ (:].*/, "", atom[i])
            if (!(atom[i] in gives)) continue
            k = split(gives[atom[i]], giver, " ")
            for (j = 1; j <= k; j++) if (giver[j] in maybe) { delete maybe[giver[j]]; changed = 1 }
          }
        }
        split("", gives)
      } while (changed)
      for (name in maybe) printf " %s", name
    }')
  hx_k_also=$hx_k_list
}

# Nothing else may go, and nothing may come instead.
hx_package_refuse() {
  hx_k_list=$(hx_say "$hx_k_out" | HX_A_OURS=" $hx_k_specs $hx_k_also " awk '
    $1 == "Remv" && index(ENVIRON["HX_A_OURS"], " " $2 " ") == 0 { gone = gone " " $2 }
    $1 == "Inst" { come = come " " $2 }
    END { if (gone != "") print "depend on it and are not managed here:" gone; else if (come != "") print "would be installed instead:" come }')
  [ -z "$hx_k_list" ] || hx_fail "packages are not removed:$hx_k_specs; other packages $hx_k_list"
}

hx_package_record_gone() {
  [ "$HX_UNDO" != yes ] || return 0
  hx_k_dir=${HX_DIR:-$HX_STATE/packages}
  mkdir -p "$hx_k_dir" || return 1
  hx_k_list=
  if [ -n "$hx_k_also" ]; then
    # shellcheck disable=SC2086
    hx_k_list=$(printf '%s\n' $hx_k_also | hx_observe_package | awk -F '\t' '{
      version = $2; sub(/.*version=/, "", version); print "gone " $1 " " version " " ($2 ~ /auto=yes/ ? "yes" : "no")
    }')
  fi
  for hx_k_word in $hx_k_numbers; do
    hx_say "$hx_k_list" >"$hx_k_dir/packages.$hx_k_word" || return 1
    set -- "$@" "$hx_k_dir/packages.$hx_k_word"
  done
  hx_sync "$@"
}

# What was upgraded along goes back to its earlier version where that is still to be had.
hx_package_downgrade() {
  [ -n "$hx_k_back" ] || return 0
  # shellcheck disable=SC2086
  if hx_package_simulate --no-remove --allow-downgrades install $hx_k_back &&
    hx_package_changing hx_package_apt --no-remove --allow-downgrades install $hx_k_back; then return 0; fi
  hx_note "packages that were upgraded along stay so, the earlier versions are not obtainable:$hx_k_back"
}
