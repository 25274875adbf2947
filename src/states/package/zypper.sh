# shellcheck disable=SC2154,SC2034 # variables of the other parts
# Kind `package` by zypper and rpm.

hx_zypper_list() {
  {
    sed '/^#/d' /var/lib/zypp/AutoInstalled 2>/dev/null
    hx_say "$HX_TAB"
    sed -n 's/^solvable_name: *//p' /etc/zypp/locks 2>/dev/null
    hx_say "$HX_TAB"
    hx_rpm_list
  } | awk -F '\t' '
    /^\t/ { part++; next }
    part == 0 { auto[$0] = 1; next }
    part == 1 { held[$0] = 1; next }
    {
      line = "auto=" (($1 in auto) ? "yes" : "no") " hold=" (($1 in held) ? "yes" : "no") " type=present version=" $3
      print $1 "\t" line
      print $1 "." $2 "\t" line
    }'
}

# hx_zypper ARGUMENT…: what it says with a number above 100 is said of something that was done.
hx_zypper() {
  if [ "$hx_k_look" = yes ]; then
    hx_k_aside='/var/cache/zypp /var/lib/zypp'
    hx_package_aside env ZYPP_READONLY_HACK=1 zypper --non-interactive --no-refresh "$@"
  else hx_package_run zypper --non-interactive "$@"; fi
  hx_k_status=$?
  case $hx_k_status in 102 | 103 | 106 | 107) return 0 ;; esac
  return $hx_k_status
}

# hx_zypper_unlocked ARGUMENT…: what is held moves here, since it was named itself: settings without the file of locks.
hx_zypper_unlocked() {
  if [ "$hx_k_look" = yes ]; then
    hx_zypper_unlocked_look "$@"
    return
  fi
  hx_k_conf=${HX_DIR:-$HX_STATE}/zypp.conf
  {
    cat /etc/zypp/zypp.conf 2>/dev/null || hx_say '[main]'
    hx_say "locksfile.path = $hx_k_conf.locks"
  } >"$hx_k_conf" || return 1
  ZYPP_CONF=$hx_k_conf hx_zypper "$@"
  hx_k_status=$?
  rm -f "$hx_k_conf" "$hx_k_conf.locks"
  return $hx_k_status
}

# The same where nothing is written: the settings are seen by the simulation alone.
hx_zypper_unlocked_look() {
  hx_k_aside='/var/cache/zypp /var/lib/zypp'
  # shellcheck disable=SC2016 # its own variables
  hx_package_aside /bin/sh -c '
    { cat /etc/zypp/zypp.conf 2>/dev/null || echo "[main]"; } >/var/tmp/zypp.conf
    echo "locksfile.path = /var/tmp/locks" >>/var/tmp/zypp.conf
    ZYPP_CONF=/var/tmp/zypp.conf ZYPP_READONLY_HACK=1 exec zypper --non-interactive --no-refresh "$@"' sh "$@"
}

# hx_zypper_way WAY [OPTION] → HX_REPLY
hx_zypper_way() {
  case $1:$hx_k_exact in
  add:yes) HX_REPLY="hx_zypper_unlocked ${2-} install --oldpackage" ;;
  add:*) HX_REPLY="hx_zypper ${2-} install" ;;
  *) HX_REPLY="hx_zypper_unlocked ${2-} remove --no-clean-deps" ;;
  esac
}

hx_zypper_noise() {
  HX_REPLY='Loading repository|Reading installed|Resolving |Retrieving|Checking for file|\(|.* not found in package names|The following|[0-9]+ packages? to|Overall download|Continue\?|Choose '
}

hx_zypper_blames() {
  case $hx_k_out$HX_NL in *"'$1'"* | *"'$1="* | *" $1-"*) return 0 ;; esac
  return 1
}

hx_zypper_holders() {
  hx_k_word=
  { IFS= read -r hx_k_word </run/zypp.pid; } 2>/dev/null || :
  case $hx_k_word in '' | *[!0-9]*) ;; *) [ ! -d "/proc/$hx_k_word" ] || hx_package_held /run/zypp.pid "$hx_k_word" ;; esac
  hx_rpm_holders
}

hx_zypper_mend() { hx_rpm_mend; }

hx_zypper_ready() {
  case $(ls /var/cache/zypp/solv 2>/dev/null) in '' | @System) return 1 ;; esac
  hx_package_young /var/cache/zypp/raw/* /var/cache/zypp/raw/*/repodata
}

hx_zypper_update() { hx_k_out=$(hx_zypper --quiet refresh); }

hx_zypper_plan() {
  hx_zypper_way "$1" --xmlout
  shift
  # shellcheck disable=SC2086 # a list of plain words
  hx_k_out=$($HX_REPLY --dry-run "$@")
  hx_k_status=$?
  if [ $hx_k_status -ne 0 ]; then
    hx_k_out=$(hx_say "$hx_k_out" | sed "s/<[^>]*>//g; s/&apos;/'/g; s/&quot;/\"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\\&/g")
    return 1
  fi
  hx_k_plan=$(hx_say "$hx_k_out" | awk '
    function attribute(name) {
      if (!match($0, " " name "=\"[^\"]*\"")) return ""
      return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
    }
    /^<to-/ { way = $0; next }
    /^<\/to-/ { way = ""; next }
    way == "" || !/^<solvable / || attribute("type") != "package" { next }
    way ~ /^<to-install/ { print "new " attribute("name") " " attribute("edition") }
    way ~ /^<to-(upgrade|downgrade)/ { print "up " attribute("name") " " attribute("edition-old") " " attribute("edition") }
    way ~ /^<to-remove/ { print "gone " attribute("name") }')
  # What would go so that something can come is refused, as apt refuses it.
  case $HX_REPLY:$HX_NL$hx_k_plan in *' install'*:*"${HX_NL}gone "*)
    hx_k_out="other packages would have to go: $(hx_say "$hx_k_plan" | sed -n 's/^gone //p' | tr '\n' ' ')"
    return 1
    ;;
  esac
}

hx_zypper_add() {
  hx_zypper_way add
  # shellcheck disable=SC2086 # a list of plain words
  hx_package_changing $HX_REPLY "$@"
}

hx_zypper_remove() {
  hx_zypper_way remove
  # shellcheck disable=SC2086 # a list of plain words
  hx_package_changing $HX_REPLY "$@"
}

hx_zypper_noted() { hx_rpm_noted "$@"; }
hx_zypper_purge() { hx_rpm_purge; }
hx_zypper_spare() { hx_rpm_spare; }

hx_zypper_mark() {
  hx_k_word=$1
  shift
  case $hx_k_word in
  hold) hx_zypper addlock "$@" ;;
  unhold)
    hx_zypper removelock "$@" || return 1
    # A system where nothing was ever held has no such file.
    [ -s /etc/zypp/locks ] || rm -f /etc/zypp/locks
    ;;
  *) for hx_k_name in "$@"; do hx_zypper_reason "$hx_k_word" "$hx_k_name" || return 1; done ;;
  esac
}

# hx_zypper_reason auto|manual NAME: zypper has no command for it; what came along is a list of names.
hx_zypper_reason() {
  hx_k_file=/var/lib/zypp/AutoInstalled
  {
    grep -vxF -e "$2" "$hx_k_file" 2>/dev/null
    [ "$1" = manual ] || hx_say "$2"
  } >"$hx_k_file.hexis-new"
  chmod 0644 "$hx_k_file.hexis-new" && mv -f "$hx_k_file.hexis-new" "$hx_k_file"
}
