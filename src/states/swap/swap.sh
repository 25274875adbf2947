# shellcheck disable=SC2154,SC2015 # variables of the other parts; every A && B || C is meant
# Kind `swap`: swap areas, by the path of a file or device, or by its tag (UUID=…).
#
# Aspects: active (yes/no), priority of one that is active, size of a file in bytes (0: there is none; devices have none).

hx_observe_swap() {
  while IFS= read -r hx_z_id; do
    if hx_decode "$hx_z_id"; then hx_swap_state "$HX_REPLY"; else HX_REPLY=active=no; fi
    hx_say "$hx_z_id$HX_TAB$HX_REPLY"
  done
}

# hx_swap_path ID → HX_REPLY: the path that the kernel would name.
hx_swap_path() {
  case $1 in
  UUID=*) HX_REPLY=/dev/disk/by-uuid/${1#*=} ;;
  LABEL=*) HX_REPLY=/dev/disk/by-label/${1#*=} ;;
  PARTUUID=*) HX_REPLY=/dev/disk/by-partuuid/${1#*=} ;;
  PARTLABEL=*) HX_REPLY=/dev/disk/by-partlabel/${1#*=} ;;
  *) HX_REPLY=$1 ;;
  esac
  case $HX_REPLY in
  /dev/*) HX_REPLY=$(readlink -f -- "$HX_REPLY") || HX_REPLY= ;;
  esac
}

# hx_swap_state ID → HX_REPLY
hx_swap_state() {
  hx_swap_path "$1"
  hx_z_path=$HX_REPLY
  hx_z_priority=$(HX_A_PATH=$hx_z_path awk '
    NR > 1 { path = $1; gsub(/\\040/, " ", path); if (path == ENVIRON["HX_A_PATH"]) print $NF }' "$HX_ROOT/proc/swaps" 2>/dev/null)
  HX_REPLY=active=no
  [ -z "$hx_z_priority" ] || HX_REPLY="active=yes priority=$hx_z_priority"
  case $1 in /dev/* | *=*) return 0 ;; esac
  if [ -f "$HX_ROOT$1" ] && [ ! -L "$HX_ROOT$1" ]; then HX_REPLY="$HX_REPLY size=$(stat -c %s "$HX_ROOT$1")"; elif
    [ -e "$HX_ROOT$1" ] || [ -L "$HX_ROOT$1" ]
  then HX_REPLY="$HX_REPLY size=?"; else HX_REPLY="$HX_REPLY size=0"; fi
}

hx_apply_swap() {
  # shellcheck disable=SC2034 # the verb is always SWAP
  while IFS=$HX_TAB read -r hx_z_n hx_z_verb hx_z_id hx_z_before hx_z_args <&8; do
    hx_swap_one || {
      hx_failed "$hx_z_n"
      return 1
    }
    hx_done "$hx_z_n"
  done 8<"$1"
}

# One line of the steps.
hx_swap_one() {
  hx_decode "$hx_z_id" || HX_REPLY=
  case $HX_REPLY/ in */../* | -* | /) hx_fail "$hx_z_id is no swap area" || return 1 ;; esac
  hx_z_name=$HX_REPLY
  hx_swap_state "$hx_z_name"
  hx_z_now=$HX_REPLY
  [ -n "$hx_z_path" ] || hx_fail "there is no $hx_z_name on this host" || return 1
  hx_args "$hx_z_now"
  hx_arg active
  hx_z_was=$HX_REPLY
  hx_z_is=$HX_REPLY
  hx_arg size '' || :
  hx_z_bytes=$HX_REPLY
  hx_args "$hx_z_args"
  hx_arg active "$hx_z_was" || :
  hx_z_active=$HX_REPLY
  hx_arg priority "$hx_z_priority" || :
  hx_z_wanted=$HX_REPLY
  # What is below 0 is what the kernel chose.
  case $hx_z_wanted in -*) hx_z_wanted= ;; esac
  if [ -n "$hx_z_wanted" ] && [ "$hx_z_active" = yes ]; then
    swapon --help 2>&1 | grep -q -e ' -p\|\[-p' || hx_fail "the swapon of this host takes no priority" || return 1
  fi
  if hx_arg size && [ "$HX_REPLY" != "$hx_z_bytes" ] && [ "$HX_REPLY" != '?' ]; then
    hx_z_size=$HX_REPLY
    hx_swap_off && hx_swap_file || return 1
  fi
  if [ "$hx_z_active" = no ]; then
    hx_swap_off
    return
  fi
  if [ "$hx_z_is" = yes ] && [ -n "$hx_z_wanted" ] && [ "$hx_z_wanted" != "$hx_z_priority" ]; then
    hx_swap_off || return 1
  fi
  [ "$hx_z_is" = no ] || return 0
  set -- "$HX_ROOT$hx_z_path"
  [ -z "$hx_z_wanted" ] || set -- -p "$hx_z_wanted" "$@"
  swapon "$@" || hx_fail "$hx_z_name cannot be used for swap"
}

hx_swap_off() {
  [ "$hx_z_is" = yes ] || return 0
  swapoff "$HX_ROOT$hx_z_path" || hx_fail "$hx_z_name is in use, and memory does not hold what lies in it" || return 1
  hx_z_is=no
}

# The file gets its size, or goes. One that is no swap area is somebody's.
hx_swap_file() {
  hx_z_file=$HX_ROOT$hx_z_name
  case $hx_z_bytes in
  0) ;;
  '' | '?') hx_fail "$hx_z_name is no file" || return 1 ;;
  *)
    [ "$HX_UNDO" = yes ] || [ "$(dd if="$hx_z_file" bs=1 skip=4086 count=10 2>/dev/null | tr -d '\000')" = SWAPSPACE2 ] ||
      hx_fail "$hx_z_name is there and holds something else" || return 1
    ;;
  esac
  rm -f -- "$hx_z_file" || return 1
  [ "$hx_z_size" != 0 ] || return 0
  case $hx_z_size in *[!0-9]*) hx_fail "$hx_z_size is no size" || return 1 ;; esac
  # Written out: a file with holes cannot be swapped to.
  (umask 077 && dd if=/dev/zero of="$hx_z_file" bs=1048576 count=$((hx_z_size / 1048576)) 2>/dev/null) ||
    hx_fail "there is no room for $hx_z_name" || return 1
  mkswap "$hx_z_file" >/dev/null || hx_fail "$hx_z_name cannot be made a swap area"
}
