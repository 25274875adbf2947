# shellcheck disable=SC2154,SC2034 # variables of the other parts
# Kind `package` by apt and dpkg.

# hx_apt_dpkg: NAME, architecture, status, version, Provides, and what it depends on or recommends. Reads only.
hx_apt_dpkg() {
  dpkg-query -W -f '${Package}\t${Architecture}\t${db:Status-Abbrev}\t${Version}\t${Provides}\t${Pre-Depends}, ${Depends}, ${Recommends}\n' 2>/dev/null || :
}

# shellcheck disable=SC2016 # awk
HX_APT_AWK='
  function state(flag) { return flag ~ /^.[iWt]/ ? "present" : flag ~ /^.[UFH]/ ? "broken" : "absent" }
  function clean(text) { gsub(/ /, "", text); return text }
'

# Names as apt takes them: NAME, or NAME:ARCH where the architecture is a foreign one.
hx_apt_list() {
  {
    # apt-mark would write apt's cache; the file says the same.
    cat /var/lib/apt/extended_states 2>/dev/null
    hx_say "$HX_TAB"
    hx_apt_dpkg
  } | awk -F '\t' "$HX_APT_AWK"'
    /^\t/ { list = 1; next }
    !list {
      if ($0 ~ /^Package: /) name = substr($0, 10)
      else if ($0 ~ /^Architecture: /) arch = substr($0, 15)
      else if ($0 ~ /^Auto-Installed: 1/) auto[name ":" arch] = 1
      next
    }
    {
      if ($1 == "dpkg") native = $2
      kind = state($3)
      if (kind == "absent") next
      text[$1 ":" $2] = (($3 ~ /^h/) ? "yes" : "no") " type=" kind " version=" clean($4)
      arches[$1] = arches[$1] " " $2
    }
    END {
      for (name in arches) {
        n = split(arches[name], of, " ")
        for (i = 1; i <= n; i++) {
          # Packages for all architectures are noted under the native one.
          marked = ((name ":" (of[i] == "all" ? native : of[i])) in auto) || ((name ":" of[i]) in auto)
          line = "auto=" (marked ? "yes" : "no") " hold=" text[name ":" of[i]]
          print name ":" of[i] "\t" line
          plain = ((name ":" native) in text) ? native : ((name ":all") in text) ? "all" : of[1]
          if (of[i] == plain) print name "\t" line
        }
      }
    }'
}

# hx_apt_get ARGUMENT…: without questions, other people's locks waited for.
hx_apt_get() {
  hx_apt_run env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none \
    UCF_FORCE_CONFFOLD=1 apt-get -q -y -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef \
    -o Dpkg::Options::=--force-confold -o "DPkg::Lock::Timeout=${HX_LOCK_S:-120}" -o APT::Get::AutomaticRemove=false "$@"
}

# A simulation splits signed lists in a file of /tmp: where there are some, in memory.
hx_apt_run() {
  hx_k_lists=
  [ "$hx_k_look" = no ] || hx_k_lists=$(ls /var/lib/apt/lists 2>/dev/null)
  case $hx_k_lists in
  *InRelease*)
    hx_k_aside=
    if hx_package_apart; then hx_package_aside "$@"; else hx_package_run env TMPDIR=/dev/shm "$@"; fi
    ;;
  *) hx_package_run "$@" ;;
  esac
}

hx_apt_noise() {
  HX_REPLY='Reading |Building |\(Reading |Selecting |Preparing |Unpacking |Setting up |Processing triggers|Get:|Hit:|Ign:|Fetched |Need to get|After this|The following|[0-9]+ upgraded|Use .apt autoremove|Inst |Conf |Remv |  '
}

hx_apt_blames() {
  case $hx_k_out$HX_NL in
  *"package $1$HX_NL"* | *"ackage '$1'"* | *"for '$1'"* | *"processing package $1 "* | *"$1 : "*) return 0 ;;
  esac
  return 1
}

hx_apt_holders() {
  hx_package_locks /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock
}

# Not where a source or a keyring is younger than the lists: what they say may not be what a package is to come from.
hx_apt_ready() {
  case $(ls /var/lib/apt/lists 2>/dev/null) in *_Packages* | *_Release*) ;; *) return 1 ;; esac
  hx_package_young /var/lib/apt/lists /var/lib/apt/lists/partial || return 1
  [ -z "$(find /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/keyrings -newer /var/lib/apt/lists 2>/dev/null)" ]
}

hx_apt_update() {
  hx_k_wait=${HX_LOCK_S:-120}
  while :; do
    hx_k_out=$(hx_apt_get update) && return 0
    case $hx_k_out in *'Could not get lock'*) ;; *) return 1 ;; esac
    [ "$hx_k_wait" -gt 0 ] || return 1
    hx_k_wait=$((hx_k_wait - 2))
    sleep 2
  done
}

# hx_apt_way WAY → HX_REPLY: the arguments that say it.
hx_apt_way() {
  case $1:$hx_k_exact in
  add:yes) HX_REPLY='--no-remove --allow-downgrades --allow-change-held-packages install' ;;
  add:*) HX_REPLY='--no-remove install' ;;
  *) HX_REPLY='--allow-change-held-packages remove' ;;
  esac
}

hx_apt_plan() {
  hx_apt_way "$1"
  shift
  hx_k_list=
  [ "$hx_k_look" = no ] ||
    hx_k_list='-o Debug::NoLocking=1 -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Dir::Log::Planner= -o Dir::Log::Solver='
  # shellcheck disable=SC2086 # lists of plain words
  hx_k_out=$(hx_apt_get -s $hx_k_list $HX_REPLY "$@") || return 1
  hx_k_plan=$(hx_say "$hx_k_out" | awk '
    $1 == "Inst" && $3 ~ /^\[/ { old = $3; new = $4; gsub(/[][]/, "", old); sub(/^\(/, "", new); print "up " $2 " " old " " new }
    $1 == "Inst" && $3 !~ /^\[/ { new = $3; sub(/^\(/, "", new); print "new " $2 " " new }
    $1 == "Remv" { print "gone " $2 }')
}

# A killed dpkg leaves work: it is ended before anything new is begun.
hx_apt_mend() {
  if grep -q '# hexis' /usr/sbin/policy-rc.d 2>/dev/null; then rm -f /usr/sbin/policy-rc.d; fi
  case $(ls /var/lib/dpkg/updates 2>/dev/null) in *[0-9]*) ;; *)
    hx_apt_dpkg | awk -F '\t' '$3 ~ /^.[UFWt]/ || $3 ~ /^..R/ { bad = 1 } END { exit !bad }' || return 0
    ;;
  esac
  hx_package_changing hx_package_run env DEBIAN_FRONTEND=noninteractive dpkg --configure -a --force-confdef --force-confold || :
}

hx_apt_add() {
  hx_apt_forbid || return 1
  hx_apt_way add
  # shellcheck disable=SC2086 # a list of plain words
  set -- $HX_REPLY "$@"
  hx_package_changing hx_apt_get "$@"
  hx_k_status=$?
  # The lists were older than the source: nothing was changed yet.
  case $hx_k_status:$hx_k_out in 0:*) ;; *'Failed to fetch'* | *'Unable to fetch'*)
    if hx_package_update; then
      hx_package_changing hx_apt_get "$@"
      hx_k_status=$?
    fi
    ;;
  esac
  [ -z "$hx_k_policy" ] || rm -f /usr/sbin/policy-rc.d
  return $hx_k_status
}

# startOnInstall: false. A policy that forbids, but only where nobody else has one.
hx_apt_forbid() {
  hx_k_policy=
  [ "$hx_k_start" = no ] && [ ! -e /usr/sbin/policy-rc.d ] || return 0
  hx_k_policy=yes
  hx_say '#!/bin/sh' >/usr/sbin/policy-rc.d && hx_say 'exit 101 # hexis' >>/usr/sbin/policy-rc.d &&
    chmod 0755 /usr/sbin/policy-rc.d
}

hx_apt_remove() {
  hx_apt_way remove
  # shellcheck disable=SC2086 # a list of plain words
  hx_package_changing hx_apt_get $HX_REPLY "$@"
}

hx_apt_noted() { :; }

hx_apt_purge() { hx_package_changing hx_package_run env DEBIAN_FRONTEND=noninteractive dpkg --purge "$@"; }

hx_apt_mark() { apt-mark "$@"; }

# hx_k_also, less what is not there, what somebody marked as wanted, and what a package that stays depends on or
# recommends, directly or by what it provides.
hx_apt_spare() {
  hx_k_list=$({
    hx_say "$hx_k_specs"
    hx_say "$hx_k_also"
    sed 's/^/\t/' /var/lib/apt/extended_states 2>/dev/null
    hx_apt_dpkg
  } | awk -F '\t' "$HX_APT_AWK"'
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
