#!/bin/busybox sh
# First process of a guest with one disk. The kernel's command line gives `phase`, `fs`, `options`, `tools`, `flush`.
# It tells by lines on the console that begin with HX; whoever started it cuts its power at any moment.
# shellcheck disable=SC2154 # the kernel puts its own parameters into the environment
/bin/busybox mkdir -p /proc /sys /dev /disk /tmp
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox --install -s /bin
export PATH=/bin
exec </dev/null >/dev/console 2>&1
while read -r module; do insmod "/modules/$module"; done </modules/order

tell() { printf 'HX %s\n' "$*"; }

off() {
  tell off
  poweroff -f
  sleep 60
}

# hexis ENTRY…: the runtime as a program, by the shell and the tools that are tried.
hexis() {
  set -- /hexis/runtime.sh "$@"
  if [ "$tools" = gnu ]; then set -- /gnu/dash "$@"; else set -- /bin/busybox ash "$@"; fi
  HX_ROOT=/disk/root HX_PATH=$([ "$tools" = gnu ] && echo /gnu || echo /bin) HX_LOCK_WAIT=20 "$@" 2>&1
}

put_in() { mount -t "$fs" -o "$options" /dev/vda /disk; }

check() {
  case $fs in
  ext4) /check/e2fsck -fn /dev/vda ;;
  xfs) /check/xfs_repair -n /dev/vda ;;
  esac >/tmp/check 2>&1
  status=$?
  tell "checked $1 $status"
  [ "$status" = 0 ] || sed "s/^/HX says $1 /" /tmp/check
}

# look NAME: everything that the transaction may touch, in the words of tools that are not the runtime's.
look() {
  cd /disk/root || return 1
  find . -path ./var -prune -o -print | sort >/tmp/names
  while read -r name; do
    case $name in ./var | .) continue ;; esac
    sum=-
    [ -L "$name" ] || [ ! -f "$name" ] || sum=$(sha256sum "$name") sum=${sum%% *}
    tell "$1 $(stat -c '%A %u:%g %Y %N' "$name") $sum"
  done </tmp/names
  cd / || return 1
}

case $phase in
fill)
  put_in || tell 'failed mount'
  tar -x -f /dev/vdb -C /disk || tell 'failed tar'
  sync
  umount /disk
  tell filled
  off
  ;;
act)
  # Where it is fast, what nobody synced reaches the disk on its own in any order.
  if [ "$flush" = fast ]; then
    echo 30 >/proc/sys/vm/dirty_expire_centisecs
    echo 10 >/proc/sys/vm/dirty_writeback_centisecs
  fi
  put_in || tell 'failed mount'
  tell begin
  hexis tx /disk/root/var/lib/hexis/journal/t1 | sed 's/^/HX tx /'
  tell end
  sleep 600
  ;;
judge)
  # Mounted once, so that the file system's own journal is read; then it has to be whole.
  put_in || tell 'failed mount'
  umount /disk
  check found
  put_in || tell 'failed mount'
  look found
  sed 's/^/HX log /' /disk/root/var/lib/hexis/journal/t1/log 2>/dev/null
  hexis recover | sed 's/^/HX recover /'
  hexis interrupted | sed 's/^/HX open /'
  look now
  sed 's/^/HX last /' /disk/root/var/lib/hexis/journal/t1/end 2>/dev/null
  ls /disk/root/var/lib/hexis/blobs/inodes | sed 's/^/HX kept /'
  [ ! -f /disk/root/var/lib/hexis/sites/shop/ledger ] || tell ledger
  umount /disk
  check now
  off
  ;;
esac
