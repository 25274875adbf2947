# shellcheck disable=SC2154 # variables of the other parts
# Kind `reboot`: a reboot that was asked for, and whether the host wants one. The step only writes down, with the boot that
# runs now, that a reboot is to come: the controller brings it about once the transaction has committed. Whoever dies in
# between, the next run finds what was asked for.
#
# `reboots/ID` in the state directory: the boot in which it was asked for, and why the host wanted it then, one a line; the
# reason only where a boot does not take it away by itself. `required` is `still` where a host wants a reboot for the very
# reason for which it had one: another would not help.

hx_observe_reboot() {
  hx_boot
  hx_b_boot=$HX_REPLY
  hx_reboot_wanted
  hx_b_why=$HX_REPLY
  while IFS= read -r hx_b_id; do
    hx_b_asked=no
    hx_b_required=no
    [ -z "$hx_b_why" ] || hx_b_required=yes
    hx_b_then=
    hx_b_for=
    hx_reboot_file "$hx_b_id" && [ -f "$HX_REPLY" ] && {
      IFS= read -r hx_b_then
      IFS= read -r hx_b_for
    } <"$HX_REPLY"
    if [ -n "$hx_b_then" ] && [ "$hx_b_then" = "$hx_b_boot" ]; then hx_b_asked=yes; elif
      [ -n "$hx_b_why" ] && [ "$hx_b_why" = "$hx_b_for" ]
    then hx_b_required=still; fi
    hx_encode "$hx_b_why"
    hx_say "$hx_b_id${HX_TAB}asked=$hx_b_asked done=yes required=$hx_b_required why=$HX_REPLY"
  done
}

hx_apply_reboot() {
  # shellcheck disable=SC2034 # the verb is always REBOOT
  while IFS=$HX_TAB read -r hx_b_n hx_b_verb hx_b_id hx_b_before hx_b_args <&8; do
    hx_args "$hx_b_args"
    hx_arg asked yes || :
    hx_b_asked=$HX_REPLY
    hx_reboot_file "$hx_b_id" || hx_fail "$hx_b_id is no name for a reboot" || return 1
    hx_b_file=$HX_REPLY
    if [ "$hx_b_asked" = no ]; then rm -f "$hx_b_file"; else hx_reboot_ask; fi || return 1
    hx_done "$hx_b_n"
  done 8<"$1"
}

hx_reboot_ask() {
  hx_boot
  [ -n "$HX_REPLY" ] || hx_fail 'the kernel does not say which boot this is, so that a reboot could not be told' || return 1
  hx_b_boot=$HX_REPLY
  hx_reboot_wanted
  [ "$hx_b_lasts" = yes ] || HX_REPLY=
  mkdir -p "$HX_STATE/reboots" && printf '%s\n' "$hx_b_boot" "$HX_REPLY" >"$hx_b_file.new" && hx_sync "$hx_b_file.new" &&
    mv -f "$hx_b_file.new" "$hx_b_file" && hx_sync "$HX_STATE/reboots"
}

# hx_reboot_file ID → HX_REPLY: where it is written down; 1 for what is no name.
hx_reboot_file() {
  case $1 in '' | .* | *[!A-Za-z0-9_.-]*) return 1 ;; esac
  HX_REPLY=$HX_STATE/reboots/$1
}

# → HX_REPLY: why the host wants a reboot, in one line; nothing where it wants none. hx_b_lasts: a boot alone may not end
# that. Only reads.
hx_reboot_wanted() {
  hx_b_lasts=no
  HX_REPLY=
  ! hx_reboot_flag "$HX_ROOT/run" && ! hx_reboot_rpm "$HX_ROOT/proc" || return 0
  hx_b_lasts=yes
  hx_reboot_kernel "$(uname -r)" "$HX_ROOT/lib/modules" || HX_REPLY=
}

# hx_reboot_flag DIRECTORY: the file that packages of Debian and openSUSE leave, with who left it.
hx_reboot_flag() {
  for hx_b_flag in reboot-required reboot-needed; do
    [ -e "$1/$hx_b_flag" ] || continue
    HX_REPLY=$(sort -u "$1/$hx_b_flag.pkgs" 2>/dev/null | head -n 5 | tr '\n' ' ')
    HX_REPLY="/run/$hx_b_flag is there${HX_REPLY:+, because of ${HX_REPLY% }}"
    return 0
  done
  return 1
}

# hx_reboot_rpm PROC: packages that only count after a boot, installed since this one: what needs-restarting -r looks at.
hx_reboot_rpm() {
  command -v rpm >/dev/null 2>&1 || return 1
  hx_b_since=$({
    sed -n 's/^btime /btime /p' "$1/stat"
    sed 's/.*) /init /' "$1/1/stat"
  } 2>/dev/null | awk '$1 == "btime" { boot = $2 } $1 == "init" { init = $21 } END { if (boot) printf "%d", boot + init / 100 }')
  [ -n "$hx_b_since" ] || return 1
  HX_REPLY=$(rpm -q --qf '%{INSTALLTIME} %{NAME}-%{VERSION}-%{RELEASE}\n' kernel kernel-core kernel-rt kernel-default glibc \
    linux-firmware systemd dbus dbus-broker dbus-daemon microcode_ctl openssl-libs 2>/dev/null |
    awk -v since="$hx_b_since" '$1 ~ /^[0-9]+$/ && NF == 2 && $1 + 0 > since + 0 { printf "%s%s", (n++ ? " " : ""), $2 }')
  [ -n "$HX_REPLY" ] || return 1
  HX_REPLY="installed since the last boot: $HX_REPLY"
}

# A container runs the kernel of another.
hx_reboot_container() { [ -e /run/systemd/container ] || [ -e /.dockerenv ] || [ -e /run/.containerenv ]; }

# hx_reboot_kernel RELEASE DIRECTORY: a newer kernel of the same sort, or the modules of the running one are gone.
hx_reboot_kernel() {
  ! hx_reboot_container && [ -d "$2" ] || return 1
  # The sort is what is no number: amd64 and cloud-amd64, lts, fc43.x86_64.
  hx_b_newest=$(for hx_b_at in "$2"/*/; do
    hx_b_at=${hx_b_at%/}
    [ ! -e "$hx_b_at/modules.dep" ] || hx_say "${hx_b_at##*/}"
  done | awk -v running="$1" '
    function sort_of(text) { gsub(/[0-9.]+/, "", text); return text }
    function newer(a, b,  as, bs, n, m, i) {
      n = split(a, as, /[^0-9]+/); m = split(b, bs, /[^0-9]+/)
      for (i = 1; i <= n || i <= m; i++) if (as[i] + 0 != bs[i] + 0) return as[i] + 0 > bs[i] + 0
      return 0
    }
    { all++; if ($0 == running) there = 1; if (sort_of($0) == sort_of(running) && newer($0, best == "" ? running : best)) best = $0 }
    END { if (best != "") print best; else if (all && !there) print "" ; else exit 1 }') || return 1
  HX_REPLY="the kernel $hx_b_newest is newer than $1, which runs"
  [ -n "$hx_b_newest" ] || HX_REPLY="the modules of the kernel $1, which runs, are gone"
}
