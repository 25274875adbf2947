#!/bin/sh
# Boots one host of a lab; runs in a mount namespace of its own (unshare -m).
# $1 name of the control group, $2 host, $3 root, $4 network namespace
set -eu
# systemd wants one clean cgroup2 tree; the machine's own may be mixed.
umount -l -R /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p "/sys/fs/cgroup/$1/$2"
echo $$ >"/sys/fs/cgroup/$1/$2/cgroup.procs"
export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
while :; do
  status=0
  systemd-nspawn -q -M "$2" -D "$3" --boot --register=no --keep-unit --network-namespace-path="/run/netns/$4" \
    --resolv-conf=off --timezone=off --link-journal=no --capability=CAP_NET_ADMIN,CAP_SYSLOG --console=read-only || status=$?
  # 133: the guest wants a reboot.
  [ "$status" = 133 ] || exit "$status"
done
