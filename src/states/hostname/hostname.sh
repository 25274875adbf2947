# Kind `hostname`: /etc/hostname and the name that the kernel has. The identity stands for the host itself.

hx_observe_hostname() {
  hx_h_name=
  if [ -r /etc/hostname ]; then
    while IFS= read -r hx_h_line || [ -n "$hx_h_line" ]; do
      case $hx_h_line in '' | \#*) continue ;; esac
      hx_h_name=$hx_h_line
      break
    done </etc/hostname
  fi
  # Where the kernel has another name, that one is in force and the file's is told besides.
  hx_h_file=
  if hx_hostname_live && [ "$HX_REPLY" != "$hx_h_name" ]; then
    hx_h_live=$HX_REPLY
    hx_encode "$hx_h_name"
    hx_h_file="file=$HX_REPLY "
    hx_h_name=$hx_h_live
  fi
  hx_encode "$hx_h_name"
  while IFS= read -r hx_h_line; do hx_say "$hx_h_line$HX_TAB${hx_h_file}name=$HX_REPLY"; done
}

# → HX_REPLY: the kernel's name; 1 where it is not this root's to have.
hx_hostname_live() {
  HX_REPLY=
  ! hx_hostname_chroot || return 1
  { IFS= read -r HX_REPLY </proc/sys/kernel/hostname; } 2>/dev/null
}

# True in a chroot, or where it cannot be told: the kernel's name is then somebody else's.
hx_hostname_chroot() {
  hx_h_line=$(stat -L -c %d:%i / /proc/1/root/. 2>/dev/null)
  [ "${hx_h_line%%"$HX_NL"*}" != "${hx_h_line#*"$HX_NL"}" ] || [ "$hx_h_line" = "${hx_h_line#*"$HX_NL"}" ]
}

hx_apply_hostname() {
  # shellcheck disable=SC2034 # the verb is always HOSTNAME, the target the host itself
  while IFS=$HX_TAB read -r hx_h_n hx_h_verb hx_h_id hx_h_before hx_h_args <&8; do
    hx_args "$hx_h_args"
    hx_arg name || hx_fail 'HOSTNAME has no name' || return 1
    hx_hostname_set "$HX_REPLY" || return 1
    hx_done "$hx_h_n"
  done 8<"$1"
}

# hx_hostname_set NAME: into the kernel, and into the file unless the step tells that another stands there.
hx_hostname_set() {
  hx_h_name=$1
  case $hx_h_name in
  *[!A-Za-z0-9.-]* | -* | .* | *- | *. | *..*) hx_fail "$hx_h_name is no name for a host (RFC 1123)" || return 1 ;;
  esac
  [ "${#hx_h_name}" -le 64 ] || hx_fail "$hx_h_name is longer than the 64 characters of a host name" || return 1
  if [ -n "$hx_h_name" ] && ! hx_hostname_chroot && ! hx_hostname_kernel; then
    hx_fail "the name $hx_h_name could not be given to the kernel"
    return 1
  fi
  hx_arg file "$hx_h_name" || :
  if [ -z "$HX_REPLY" ]; then rm -f /etc/hostname; else
    hx_say "$HX_REPLY" >/etc/.hostname.hexis && chmod 0644 /etc/.hostname.hexis && hx_sync /etc/.hostname.hexis &&
      mv -f /etc/.hostname.hexis /etc/hostname
  fi || hx_fail '/etc/hostname could not be written'
}

hx_hostname_kernel() {
  if [ -d /run/systemd/system ] && command -v hostnamectl >/dev/null 2>&1; then
    ! hostnamectl --no-ask-password set-hostname -- "$hx_h_name" 2>/dev/null || return 0
  fi
  hostname "$hx_h_name" 2>/dev/null || { hx_say "$hx_h_name" >/proc/sys/kernel/hostname; } 2>/dev/null
}
