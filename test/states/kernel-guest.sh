#!/bin/busybox sh
# First process of a guest with a kernel of its own: carries out the transactions that lie there, one after the other,
# and tells by lines on the console that begin with HX what came of each.
/bin/busybox mkdir -p /proc /sys /dev /run /tmp
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox --install -s /bin
export PATH=/bin
exec </dev/null >/dev/console 2>&1
depmod

tell() { printf 'HX %s\n' "$*"; }

# A disk with a file system, for what is mounted and swapped to.
disk() {
  modprobe loop && modprobe ext4 || tell "no modules for a disk"
  dd if=/dev/zero of=/disk bs=1048576 count=24 2>/dev/null
  losetup /dev/loop0 /disk && mke2fs /dev/loop0 >/dev/null 2>&1 || tell "no disk"
}

look() {
  tell "$1 storage $(sed -n 's/^\(\/dev\/loop0 [^ ]*\) [^ ]* \([^ ]*\) .*/\1 \2 /p' /proc/mounts)$(awk 'NR > 1 { print $1, $3, $NF }' /proc/swaps)"
  tell "$1 modules $(cut -d ' ' -f 1 /proc/modules | sort | tr '\n' ' ')"
  tell "$1 values $(cat /proc/sys/vm/swappiness /proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null | tr '\n' ' ')"
}

look before
for dir in /var/lib/hexis/journal/*; do
  [ "$dir" != /var/lib/hexis/journal/t7 ] || disk
  HX_PATH=/bin HX_LOCK_WAIT=5 ash /hexis/runtime.sh tx "$dir" >/tmp/events 2>&1
  tell "${dir##*/} $(tail -n 1 /tmp/events)"
  look "${dir##*/}"
done
builtin=$(sed -n '1s|.*/||; 1s/\.ko//p' "/lib/modules/$(uname -r)/modules.builtin")
tell "built in $(echo "$builtin" | HX_PATH=/bin ash -c '. /hexis/runtime.sh; set -u; hx_init; hx_observe_module' | cut -f 2)"
tell off
poweroff -f
sleep 60
