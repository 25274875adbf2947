# shellcheck disable=SC2154,SC2015 # variables of the other parts; every A && B || C is meant
# Kind `mount`: file systems by the path where they are mounted.
#
# Aspects: mounted (yes/no), point (yes: there is something to mount at), and of what is mounted source, fstype and flags.
# Arguments: mounted, rmdir (what was made to mount at goes too), device, vfstype, options; the aspects stand for them in a
# reverse.

hx_observe_mount() {
  hx_b_table=$(hx_mount_table)
  while IFS= read -r hx_b_id; do
    if hx_decode "$hx_b_id"; then hx_mount_state "$HX_REPLY"; else HX_REPLY='mounted=no point=no'; fi
    hx_say "$hx_b_id$HX_TAB$HX_REPLY"
  done
}

# `PATH<TAB>SOURCE<TAB>FSTYPE<TAB>FLAGS`, a line each, as the kernel writes them. Flags of both levels, each once.
hx_mount_table() {
  awk '{
    for (at = 7; at <= NF && $at != "-"; at++) ;
    n = split($6 "," $(at + 3), flag, ","); list = ""
    for (i = 1; i <= n; i++) if (flag[i] != "" && index("," list ",", "," flag[i] ",") == 0) list = list (list == "" ? "" : ",") flag[i]
    print $5 "\t" $(at + 2) "\t" $(at + 1) "\t" list
  }' "$HX_ROOT/proc/self/mountinfo" 2>/dev/null
}

# hx_mount_state PATH → HX_REPLY, from hx_b_table; of several file systems at one place the last one is seen.
hx_mount_state() {
  hx_b_point=no
  [ ! -e "$HX_ROOT$1" ] || hx_b_point=yes
  hx_mount_escape "$1"
  hx_b_line=$(hx_say "$hx_b_table" | HX_A_PATH=$HX_REPLY awk -F "$HX_TAB" '$1 == ENVIRON["HX_A_PATH"] { line = $0 } END { print line }')
  if [ -z "$hx_b_line" ]; then
    HX_REPLY="mounted=no point=$hx_b_point"
    return 0
  fi
  hx_b_line=${hx_b_line#*"$HX_TAB"}
  hx_encode "${hx_b_line##*"$HX_TAB"}"
  hx_b_state="flags=$HX_REPLY"
  hx_b_line=${hx_b_line%"$HX_TAB"*}
  hx_encode "${hx_b_line##*"$HX_TAB"}"
  hx_b_state="$hx_b_state fstype=$HX_REPLY mounted=yes point=yes"
  hx_mount_plain "${hx_b_line%"$HX_TAB"*}"
  hx_encode "$HX_REPLY"
  HX_REPLY="$hx_b_state source=$HX_REPLY"
}

# hx_mount_escape TEXT → HX_REPLY, as the kernel and fstab write it.
hx_mount_escape() {
  HX_REPLY=$1
  case $1 in *[\\\ \	\#]* | *"$HX_NL"*) HX_REPLY=$(hx_put "$1" | awk '
    NR > 1 { printf "\\012" }
    { gsub(/\\/, "\\134"); gsub(/ /, "\\040"); gsub(/\t/, "\\011"); printf "%s", $0 }') ;; esac
}

# hx_mount_plain TEXT → HX_REPLY: the other way.
hx_mount_plain() {
  HX_REPLY=$1
  case $1 in *\\*) HX_REPLY=$(printf '%b' "$(hx_say "$1" | sed 's/\\\([0-7][0-7][0-7]\)/\\0\1/g')") ;; esac
}

hx_apply_mount() {
  # shellcheck disable=SC2034 # the verb is always MOUNT
  while IFS=$HX_TAB read -r hx_b_n hx_b_verb hx_b_id hx_b_before hx_b_args <&8; do
    hx_mount_one || {
      hx_failed "$hx_b_n"
      return 1
    }
    hx_done "$hx_b_n"
  done 8<"$1"
}

# One line of the steps.
hx_mount_one() {
  hx_decode "$hx_b_id" || HX_REPLY=
  case $HX_REPLY/ in /*/../* | [!/]* | //*) hx_fail "$hx_b_id is no path to mount at" || return 1 ;; esac
  hx_b_path=$HX_REPLY
  hx_b_table=$(hx_mount_table)
  hx_mount_state "$hx_b_path"
  hx_b_now=$HX_REPLY
  hx_args "$hx_b_args"
  hx_arg mounted yes || :
  if [ "$HX_REPLY" = no ]; then
    case $hx_b_now in *mounted=yes*) hx_mount_off || return 1 ;; esac
    # What was made to mount at goes, where nobody put anything into it.
    case " $hx_b_args " in *' rmdir=yes '* | *' point=no '*) ;; *) return 0 ;; esac
    if [ -d "$HX_ROOT$hx_b_path" ]; then
      rmdir -- "$HX_ROOT$hx_b_path" 2>/dev/null || hx_note "$hx_b_path is not empty, and stays"
    fi
    return 0
  fi
  hx_arg device || hx_arg source || HX_REPLY=
  hx_b_device=$HX_REPLY
  hx_arg vfstype || hx_arg fstype || HX_REPLY=
  hx_b_fstype=$HX_REPLY
  hx_arg options || hx_arg flags || HX_REPLY=
  hx_b_options=$HX_REPLY
  hx_mount_verify || return 1
  case $hx_b_now in
  *mounted=yes*)
    if hx_mount_same; then
      mount -o "remount${hx_b_options:+,$hx_b_options}" "$HX_ROOT$hx_b_path" ||
        hx_fail "$hx_b_path cannot be mounted with $hx_b_options"
      return
    fi
    hx_mount_off || return 1
    ;;
  esac
  [ -e "$HX_ROOT$hx_b_path" ] || (umask 022 && mkdir -- "$HX_ROOT$hx_b_path") || return 1
  [ -n "$hx_b_device" ] || hx_fail "nothing is said of what to mount at $hx_b_path" || return 1
  set -- "$hx_b_device" "$HX_ROOT$hx_b_path"
  [ -z "$hx_b_options" ] || set -- -o "$hx_b_options" "$@"
  [ -z "$hx_b_fstype" ] || set -- -t "$hx_b_fstype" "$@"
  mount "$@" || hx_fail "$hx_b_device cannot be mounted at $hx_b_path"
}

# It is the same file system that is mounted: only its options differ.
hx_mount_same() {
  HX_REPLY=$hx_b_device
  case $hx_b_device in
  UUID=*) HX_REPLY=/dev/disk/by-uuid/${hx_b_device#*=} ;;
  LABEL=*) HX_REPLY=/dev/disk/by-label/${hx_b_device#*=} ;;
  PARTUUID=*) HX_REPLY=/dev/disk/by-partuuid/${hx_b_device#*=} ;;
  PARTLABEL=*) HX_REPLY=/dev/disk/by-partlabel/${hx_b_device#*=} ;;
  esac
  case $HX_REPLY in /dev/*) HX_REPLY=$(readlink -f -- "$HX_REPLY") ;; esac
  hx_b_wanted=$HX_REPLY
  hx_args "$hx_b_now"
  hx_arg fstype
  hx_b_is=$HX_REPLY
  hx_arg source
  case $HX_REPLY in /dev/*) HX_REPLY=$(readlink -f -- "$HX_REPLY") ;; esac
  [ -z "$hx_b_wanted" ] || [ "$HX_REPLY" = "$hx_b_wanted" ] || return 1
  [ -z "$hx_b_fstype" ] || [ "${hx_b_is%4}" = "${hx_b_fstype%4}" ]
}

hx_mount_off() {
  umount "$HX_ROOT$hx_b_path" || hx_fail "$hx_b_path cannot be unmounted; what uses it must end first (fuser -m tells)"
}

# What findmnt says of its line in fstab, before anything is mounted. A place that is still to be made is none yet.
hx_mount_verify() {
  [ "$HX_UNDO" != yes ] && [ -z "$HX_ROOT" ] && command -v findmnt >/dev/null 2>&1 || return 0
  hx_b_said=$(findmnt --verify 2>/dev/null | HX_A_PATH=$hx_b_path awk '
    /^[^ \t]/ { mine = $0 == ENVIRON["HX_A_PATH"]; next }
    mine && /\[E\]/ && !/required target: No such file/ { sub(/^ *\[E\] */, ""); print }')
  [ -z "$hx_b_said" ] || hx_fail "the line of $hx_b_path in fstab is wrong: $hx_b_said"
}
