# shellcheck disable=SC2034,SC2154,SC2015 # variables of the other parts; every A && B || C is meant
# Hexis runtime, serve: the loop at the host's end of a connection. docs/spec/protocol.md describes every line of it.
#
# One request is one line of words, its payload follows with the lengths that the line names. An answer is lines of
# fields parted by TAB, then `=NONCE STATUS`. Everything here reads only, but apply, confirm, recover, release and forget.

hx_serve() {
  set -u
  hx_init
  HX_CONNECTION=${HX_CONNECTION:-ssh}
  cd / || return 1
  while IFS= read -r hx_s_line; do
    set -f
    # shellcheck disable=SC2086 # a request is plain words
    set -- $hx_s_line
    set +f
    [ $# -ge 2 ] || return 64
    hx_s_verb=$1
    HX_NONCE=$2
    shift 2
    case $hx_s_verb in
    hello | observe | foresee | apply | confirm | recover | fsck | kept | list | blobs | release | forget | run) "hx_serve_$hx_s_verb" "$@" ;;
    quit) return 0 ;;
    *) return 64 ;;
    esac
    hx_say "=$HX_NONCE $?"
  done
}

# hx_serve_error CODE TEXT: the answer is an error; returns 1.
hx_serve_error() {
  hx_encode "$2"
  hx_say "error$HX_TAB$1$HX_TAB$HX_REPLY"
  return 1
}

# hx_take BYTES: exactly that much of standard input; dd reads not one byte more.
hx_take() {
  [ "$1" -lt 65536 ] || dd bs=65536 count=$(($1 / 65536)) iflag=fullblock 2>/dev/null
  [ $(($1 % 65536)) -eq 0 ] || dd bs=$(($1 % 65536)) count=1 iflag=fullblock 2>/dev/null
}

# Standard input as one word: base64, or `16:` and hexadecimal digits where a host has no base64.
hx_armour() {
  if command -v base64 >/dev/null 2>&1; then
    base64 | tr -d '\n'
  else
    hx_put 16:
    od -An -v -tx1 | tr -d ' \n'
  fi
}

hx_fact() {
  [ -n "$2" ] || return 0
  hx_encode "$2"
  hx_say "fact$HX_TAB$1$HX_TAB$HX_REPLY"
}

# hello SITE: facts, capabilities, the site's ledger and generations, keys of other sites, what was interrupted.
hx_serve_hello() {
  hx_serve_format || return 1
  hx_facts
  hx_capabilities
  hx_serve_site "$1" || return 1
  for hx_s_dir in "$HX_STATE"/sites/*/; do
    hx_s_dir=${hx_s_dir%/}
    [ -f "$hx_s_dir/ledger" ] && [ "${hx_s_dir##*/}" != "$1" ] || continue
    hx_encode "${hx_s_dir##*/}"
    sed -n "1d;s/^\\([^$HX_TAB]*\\)$HX_TAB.*/foreign$HX_TAB$HX_REPLY$HX_TAB\\1/p" "$hx_s_dir/ledger"
  done
  # What the agent of this host says of itself.
  if [ -f "$HX_STATE/agent/active" ] && [ ! -L "$HX_STATE/agent/active" ]; then
    IFS= read -r hx_s_line <"$HX_STATE/agent/active" || :
    hx_say "agent$HX_TAB$hx_s_line"
  fi
  hx_interrupted
}

# The state directory is below the root, readable, and of a format that this runtime knows.
hx_serve_format() {
  if [ -n "$HX_ROOT" ]; then
    [ -d "$HX_ROOT" ] || hx_serve_error root-missing "the folder $HX_ROOT does not exist" || return 1
    hx_s_why=$(hx_path_parent /var/lib/hexis/format || hx_say "$hx_p_error")
    [ -z "$hx_s_why" ] || hx_serve_error root-left "$hx_s_why" || return 1
  fi
  [ -d "$HX_STATE" ] || return 0
  [ -r "$HX_STATE" ] && [ -x "$HX_STATE" ] ||
    hx_serve_error state-unreadable "$HX_STATE cannot be read by this user" || return 1
  [ -f "$HX_STATE/format" ] || return 0
  IFS= read -r hx_s_line <"$HX_STATE/format" || :
  case $hx_s_line in
  'state/1'*) ;;
  *) hx_serve_error newer-format "$HX_STATE was written by another Hexis (${hx_s_line%% *}); this one reads state/1" ;;
  esac
}

hx_serve_site() {
  hx_s_dir=$HX_STATE/sites/$1
  if [ -f "$hx_s_dir/ledger" ]; then
    hx_ledger_whole "$1" ||
      hx_serve_error ledger-damaged "$hx_s_dir/ledger is not as it was written; nothing is planned from it" || return 1
    sed "s/^/ledger$HX_TAB/" "$hx_s_dir/ledger"
    hx_retain_lost <"$hx_s_dir/ledger"
  fi
  for hx_s_file in "$hx_s_dir"/generations/*.meta; do
    [ -f "$hx_s_file" ] || continue
    IFS= read -r hx_s_line <"$hx_s_file" || :
    hx_say "generation$HX_TAB$hx_s_line"
  done
}

hx_facts() {
  hx_s_release=$HX_ROOT/etc/os-release
  # Below a root, a link could lead anywhere; every distribution keeps the file itself here.
  if [ -n "$HX_ROOT" ] && [ -L "$hx_s_release" ]; then hx_s_release=$HX_ROOT/usr/lib/os-release; fi
  [ -f "$hx_s_release" ] || hx_s_release=$HX_ROOT/usr/lib/os-release
  if [ -f "$hx_s_release" ] && [ -r "$hx_s_release" ]; then
    while IFS='=' read -r hx_s_name hx_s_value || [ -n "$hx_s_name" ]; do
      hx_s_value=${hx_s_value#[\"\']}
      hx_s_value=${hx_s_value%[\"\']}
      case $hx_s_name in
      ID) hx_fact os.id "$hx_s_value" ;;
      ID_LIKE) hx_fact os.idLike "$hx_s_value" ;;
      VERSION_ID) hx_fact os.version "$hx_s_value" ;;
      VERSION_CODENAME) hx_fact os.codename "$hx_s_value" ;;
      NAME) hx_fact os.name "$hx_s_value" ;;
      PRETTY_NAME) hx_fact os.prettyName "$hx_s_value" ;;
      esac
    done <"$hx_s_release"
  fi
  hx_s_uid=$(id -u)
  hx_fact uid "$hx_s_uid"
  if [ "$HX_CONNECTION" = directory ]; then
    hx_fact root "$HX_ROOT"
    return 0
  fi
  hx_facts_machine
}

hx_facts_machine() {
  hx_fact hostname "$(uname -n)"
  hx_fact arch "$(uname -m)"
  hx_fact kernel.name "$(uname -s)"
  hx_fact kernel.release "$(uname -r)"
  hx_unit_manager
  hx_s_init=$HX_UNITS
  case $hx_s_init in
  systemd) hx_unit_running || hx_s_init=other ;;
  none) if command -v runsvdir >/dev/null 2>&1; then hx_s_init=runit; else hx_s_init=other; fi ;;
  esac
  hx_fact init "$hx_s_init"
  hx_s_value=none
  [ ! -f /etc/selinux/config ] || hx_s_value=disabled
  case $(cat /sys/fs/selinux/enforce 2>/dev/null) in 0) hx_s_value=permissive ;; 1) hx_s_value=enforcing ;; esac
  hx_fact selinux "$hx_s_value"
  hx_resolver_owner /etc/resolv.conf
  hx_fact resolver "$HX_REPLY"
  hx_firewall_owner
  hx_fact firewall "$HX_REPLY"
  hx_package_manager
  [ "$HX_PACKAGE" = none ] || hx_fact packageManager "$HX_PACKAGE"
  [ ! -r /proc/meminfo ] || hx_fact memory.totalKiB "$(sed -n 's/^MemTotal: *\([0-9]*\).*/\1/p' /proc/meminfo)"
  [ ! -r /proc/cpuinfo ] || hx_fact cpus "$(grep -c '^processor' /proc/cpuinfo)"
  hx_boot
  hx_fact bootId "$HX_REPLY"
  hx_fact addresses "$(ip -o addr show scope global 2>/dev/null |
    awk '{ sub(/\/.*/, "", $4); printf "%s%s", (n++ ? "," : ""), $4 }')"
  hx_s_tools=
  for hx_s_name in base64 flock getent runuser setsid sudo systemctl systemd-run timeout; do
    ! command -v $hx_s_name >/dev/null 2>&1 || hx_s_tools=$hx_s_tools,$hx_s_name
  done
  hx_fact tools "${hx_s_tools#,}"
}

# hx_resolver_owner FILE → HX_REPLY: who keeps up the file that says which name servers are asked; `file` nobody does,
# `none` there is none.
hx_resolver_owner() {
  hx_s_file=$1
  HX_REPLY='file'
  if [ -L "$hx_s_file" ]; then hx_resolver_link "$(readlink "$hx_s_file")"; elif [ -f "$hx_s_file" ]; then
    case $(sed -n '/^[#;]/p; 10q' "$hx_s_file" 2>/dev/null) in
    *'Generated by NetworkManager'*) HX_REPLY=networkmanager ;;
    *'enerated by resolvconf'* | *'# resolv.conf from '*) HX_REPLY=openresolv ;;
    *'generated by netconfig'*) HX_REPLY=netconfig ;;
    *'enerated by dhcpcd'*) HX_REPLY=dhcpcd ;;
    esac
  else HX_REPLY=none; fi
  case $HX_REPLY in file | none) hx_resolver_client ;; esac
}

hx_resolver_link() {
  case $1 in
  *systemd/resolve/* | *systemd/resolv.conf) HX_REPLY=systemd-resolved ;;
  *NetworkManager/*) HX_REPLY=networkmanager ;;
  *netconfig/*) HX_REPLY=netconfig ;;
  *resolvconf/*)
    HX_REPLY=resolvconf
    [ ! -f /etc/resolvconf.conf ] || HX_REPLY=openresolv
    ;;
  *) HX_REPLY=other ;;
  esac
}

# A DHCP client that runs writes the file anew with every lease, and leaves no mark in it.
hx_resolver_client() {
  for hx_s_file in /run/dhclient*.pid /run/dhclient/*.pid /run/udhcpc*.pid /run/dhcpcd*.pid /run/dhcpcd/*.pid; do
    [ -f "$hx_s_file" ] || continue
    IFS= read -r hx_s_name <"$hx_s_file" || :
    case $hx_s_name in '' | *[!0-9]*) continue ;; esac
    kill -0 "$hx_s_name" 2>/dev/null || continue
    hx_s_name=${hx_s_file#/run/}
    case $hx_s_name in dhclient*) HX_REPLY=dhclient ;; udhcpc*) HX_REPLY=udhcpc ;; *) HX_REPLY=dhcpcd ;; esac
  done
}

# → HX_REPLY: what rules over packets here, beside nftables itself; `none` nothing does.
hx_firewall_owner() {
  HX_REPLY=none
  if ! command -v firewalld >/dev/null 2>&1; then :; elif hx_unit_running; then
    case $(systemctl show -p ActiveState firewalld.service 2>/dev/null) in
    *=active | *=reloading | *=activating) HX_REPLY=firewalld ;;
    esac
  else
    for hx_s_file in /etc/systemd/system/*.wants/firewalld.service /etc/runlevels/*/firewalld; do
      [ ! -L "$hx_s_file" ] || HX_REPLY=firewalld
    done
  fi
  if [ $HX_REPLY = none ] && grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf 2>/dev/null; then HX_REPLY=ufw; fi
}

# What this connection can do. Without root, only files that the login may change.
hx_capabilities() {
  hx_say "can${HX_TAB}paths"
  [ "$HX_OWNERS" != yes ] || hx_say "can${HX_TAB}owners"
  [ "$HX_CONNECTION" != directory ] || return 0
  hx_say "can${HX_TAB}exec"
  [ "$hx_s_uid" = 0 ] || return 0
  hx_say "can${HX_TAB}accounts"
  ! command -v dpkg-query >/dev/null 2>&1 && ! command -v rpm >/dev/null 2>&1 && ! command -v pacman >/dev/null 2>&1 &&
    ! command -v apk >/dev/null 2>&1 || hx_say "can${HX_TAB}packages"
  hx_unit_manager
  [ "$HX_UNITS" = none ] || hx_say "can${HX_TAB}units"
  [ "$HX_CONNECTION" = chroot ] || hx_say "can${HX_TAB}kernel"
}
