# shellcheck disable=SC2154,SC2034 # variables of the other parts
# Kind `package` by dnf, 4 and 5, and rpm. What dnf 5 says is known from its documents alone.

# hx_dnf_new: is it dnf 5?
hx_dnf_new() {
  case $(readlink -f "$(command -v dnf)") in *5) return 0 ;; esac
  return 1
}

# Why each package is there, as `NAME.ARCH REASON`: dnf itself would write logs and caches to tell.
hx_dnf_reasons() {
  if hx_dnf_new; then
    sed -n 's/^"\(.*\)" *= *{.*reason *= *"\([^"]*\)".*/\1 \2/p' /usr/lib/sysimage/libdnf5/packages.toml 2>/dev/null
    return
  fi
  [ -f /var/lib/dnf/history.sqlite ] || return 0
  for hx_k_word in /usr/libexec/platform-python python3; do
    command -v "$hx_k_word" >/dev/null 2>&1 || continue
    "$hx_k_word" -B -c 'import sqlite3
for how in ("mode=ro", "mode=ro&immutable=1"):
    try:
        base = sqlite3.connect("file:/var/lib/dnf/history.sqlite?" + how, uri=True)
        for name, arch, reason, last in base.execute(
            "select r.name, r.arch, t.reason, max(t.id) from trans_item t join rpm r on r.item_id = t.item_id"
            " where t.state = 1 group by r.name, r.arch"):
            print(name + "." + arch, {1: "Dependency", 4: "Weak"}.get(reason, "User"))
        break
    except sqlite3.Error:
        pass' 2>/dev/null
    return 0
  done
}

# Names that are held: of dnf 4 `NAME-EPOCH:VERSION-RELEASE.*`, of dnf 5 `name = "NAME"` with a condition that is `=`.
hx_dnf_held() {
  sed -n 's/^\([^#!].*\)-[^-]*-[^-]*$/\1/p' /etc/dnf/plugins/versionlock.list 2>/dev/null
  awk -F '"' '/^ *name *=/ { name = $2 } /^ *comparator *=/ && $2 == "=" { print name }' /etc/dnf/versionlock.toml 2>/dev/null
}

# Names as dnf takes them: NAME, or NAME.ARCH.
hx_dnf_list() {
  {
    hx_dnf_reasons
    hx_say "$HX_TAB"
    hx_dnf_held
    hx_say "$HX_TAB"
    hx_rpm_list
  } | awk -F '\t' '
    /^\t/ { part++; next }
    part == 0 { split($0, word, " "); if (word[2] == "Dependency" || word[2] ~ /^Weak/) auto[word[1]] = 1; next }
    part == 1 { held[$0] = 1; next }
    {
      line = "auto=" ((($1 "." $2) in auto) ? "yes" : "no") " hold=" (($1 in held) ? "yes" : "no") " type=present version=" $3
      print $1 "\t" line
      print $1 "." $2 "\t" line
    }'
}

# hx_dnf ARGUMENT…: nothing goes that was not named, and what is held does not move but where it is named itself.
hx_dnf() {
  if [ "$hx_k_exact" = yes ] && ! hx_dnf_new; then set -- --disableplugin=versionlock "$@"; fi
  if [ "$hx_k_look" = yes ]; then
    # A plan waits for nobody.
    hx_dnf_new || set -- --setopt=exit_on_lock=True "$@"
    hx_k_aside='/var/cache/dnf /var/lib/dnf /var/cache/libdnf5 /usr/lib/sysimage/libdnf5'
    hx_package_aside env COLUMNS=400 dnf -C --setopt=clean_requirements_on_remove=False "$@"
    return
  fi
  hx_package_run env COLUMNS=400 dnf --setopt=clean_requirements_on_remove=False "$@"
}

hx_dnf_noise() {
  HX_REPLY='Last metadata|Updating and loading|Repositories loaded|Dependencies resolved|=+$|Downloading |Running |Transaction (check|test) succeeded|Package .* is already installed|Total|Installed size|Verifying|Complete!|  (Preparing|Installing|Upgrading|Downgrading|Cleanup|Erasing|Verifying|Running) |You can try|Error: Unable to find a match'
}

hx_dnf_blames() {
  case $hx_k_out$HX_NL in *"argument: $1$HX_NL"* | *"argument: $1-"* | *"package $1-"*) return 0 ;; esac
  return 1
}

# dnf writes the number of its process into a file.
hx_dnf_holders() {
  for hx_k_file in /var/lib/dnf/rpmdb_lock.pid /var/cache/dnf/metadata_lock.pid /var/cache/dnf/download_lock.pid; do
    hx_k_word=
    { IFS= read -r hx_k_word <"$hx_k_file"; } 2>/dev/null || [ -n "$hx_k_word" ] || continue
    case $hx_k_word in *[!0-9]*) continue ;; esac
    [ ! -d "/proc/$hx_k_word" ] || hx_package_held "$hx_k_file" "$hx_k_word"
  done
  hx_rpm_holders
}

hx_dnf_mend() { hx_rpm_mend; }

hx_dnf_ready() {
  case $(ls /var/cache/dnf /var/cache/libdnf5 2>/dev/null) in *-[0-9a-f]*) ;; *) return 1 ;; esac
  hx_package_young /var/cache/dnf/*/repodata /var/cache/libdnf5/*/repodata
}

hx_dnf_update() { hx_k_out=$(hx_dnf -q makecache --refresh); }

# hx_dnf_spec NAME or NAME=VERSION → HX_REPLY
hx_dnf_spec() {
  HX_REPLY=$1
  case $1 in *=*) HX_REPLY=${1%%=*}-${1#*=} ;; esac
}

# hx_dnf_specs PACKAGE… → hx_k_list
hx_dnf_specs() {
  hx_k_list=
  for hx_k_word in "$@"; do
    hx_dnf_spec "$hx_k_word"
    hx_k_list="$hx_k_list $HX_REPLY"
  done
}

# hx_dnf_release PACKAGE…: dnf 5 has no switch that looks past what is held; it is held again when all is done.
hx_dnf_release() {
  for hx_k_word in "$@"; do
    hx_k_name=${hx_k_word%%=*}
    hx_dnf_held | grep -qxF -e "$hx_k_name" || continue
    hx_dnf -y versionlock delete "$hx_k_name" >/dev/null
    case " $hx_k_unhold $hx_k_hold " in *" $hx_k_name "*) ;; *) hx_k_hold="$hx_k_hold $hx_k_name" ;; esac
  done
}

hx_dnf_plan() {
  if [ "$hx_k_exact$hx_k_look" = yesno ] && hx_dnf_new; then hx_dnf_release "$@"; fi
  hx_k_command=remove
  [ "$1" != add ] || hx_k_command=install
  shift
  hx_dnf_specs "$@"
  # shellcheck disable=SC2086 # a list of plain words
  hx_k_out=$(hx_dnf --assumeno $hx_k_command $hx_k_list)
  hx_k_status=$?
  case $hx_k_out in *'Operation aborted'*) ;; *) [ $hx_k_status -eq 0 ] || return 1 ;; esac
  hx_k_plan=$({
    hx_rpm_list
    hx_say "$HX_TAB"
    hx_say "$hx_k_out"
  } | awk -F '\t' '
    /^\t/ { said = 1; next }
    !said { was[$1 "." $2] = $3; next }
    /^Transaction Summary/ { exit }
    /^[A-Z][A-Za-z \/]*:$/ { way = $0; next }
    !/^ / { way = ""; next }
    way == "" { next }
    {
      n = split($0, word, " ")
      if (word[1] == "replacing") next
      # A name that is too long for its column has a line of its own.
      if (n == 1) { long = word[1]; next }
      name = word[1]; arch = word[2]; version = word[3]
      if (long != "") { name = long; arch = word[1]; version = word[2]; long = "" }
      if (way ~ /^(Upgrading|Downgrading)/) print "up " name " " was[name "." arch] " " version
      else if (way ~ /^Install/) print "new " name " " version
      else if (way ~ /^Remov/) print "gone " name
    }')
}

# What it makes of packages that are in another transaction of rpm already is in its words alone.
hx_dnf_add() {
  hx_dnf_specs "$@"
  # shellcheck disable=SC2086 # a list of plain words
  hx_package_changing hx_dnf -y install $hx_k_list
}

hx_dnf_remove() { hx_package_changing hx_dnf -y remove "$@"; }

hx_dnf_noted() { hx_rpm_noted "$@"; }
hx_dnf_purge() { hx_rpm_purge; }
hx_dnf_spare() { hx_rpm_spare; }

hx_dnf_mark() {
  hx_k_word=$1
  shift
  case $hx_k_word in
  hold | unhold) hx_dnf_lock "$hx_k_word" "$@" ;;
  auto) if hx_dnf_new; then hx_dnf -y mark dependency "$@"; else hx_dnf -y mark remove "$@"; fi ;;
  manual) if hx_dnf_new; then hx_dnf -y mark user "$@"; else hx_dnf -y mark install "$@"; fi ;;
  esac
}

# hx_dnf_lock hold|unhold NAME…
hx_dnf_lock() {
  if ! hx_dnf_new && [ ! -f /etc/dnf/plugins/versionlock.conf ]; then
    hx_fail 'dnf cannot hold packages here: its plugin versionlock is missing (package python3-dnf-plugin-versionlock)'
    return 1
  fi
  hx_k_exact=no
  if [ "$1" = hold ]; then hx_k_word=add; else hx_k_word=delete; fi
  shift
  hx_dnf -y versionlock "$hx_k_word" "$@"
}
