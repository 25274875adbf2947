import { nameTable } from './table.ts'

/** Disks, file systems, boot loaders, containers and virtual machines. */
export const storageAndMachines = nameTable(
  'packages',
  `
name                         | debian =bookworm      | rhel                    | arch              | alpine               | suse
btrfs, btrfs-progs           | btrfs-progs           | btrfs-progs             | btrfs-progs       | btrfs-progs          | btrfsprogs
dmsetup, device-mapper       | dmsetup               | device-mapper           | device-mapper     | device-mapper        | device-mapper
docker                       | docker.io             | podman-docker           | docker            | docker               | docker
docker-compose               | docker-compose        | podman-compose          | docker-compose    | docker-cli-compose   | docker-compose
fuse                         | fuse3                 | fuse3                   | fuse3             | fuse3                | fuse3
gdisk                        | gdisk                 | gdisk                   | gptfdisk          | gptfdisk             | gptfdisk
growpart                     | cloud-guest-utils     | cloud-utils-growpart    | cloud-guest-utils | cloud-utils-growpart | growpart
grub-bios                    | grub-pc               | grub2-pc                | grub              | grub-bios            | grub2-i386-pc
grub-efi                     | grub-efi-amd64        | grub2-efi-x64           | grub              | grub-efi             | grub2-x86_64-efi
iscsi, open-iscsi            | open-iscsi            | iscsi-initiator-utils   | open-iscsi        | open-iscsi           | open-iscsi
kernel                       | linux-image-amd64     | kernel                  | linux             | linux-lts            | kernel-default
kernel-devel, kernel-headers | linux-headers-amd64   | kernel-devel            | linux-headers     | linux-lts-dev        | kernel-default-devel
libvirt                      | libvirt-daemon-system | libvirt                 | libvirt           | libvirt-daemon       | libvirt
libvirt-client               | libvirt-clients       | libvirt-client          | libvirt           | libvirt-client       | libvirt-client
linux-firmware               | firmware-linux-free   | linux-firmware          | linux-firmware    | linux-firmware       | kernel-firmware
lvm                          | lvm2                  | lvm2                    | lvm2              | lvm2                 | lvm2
multipath, multipath-tools   | multipath-tools       | device-mapper-multipath | multipath-tools   | multipath-tools      | multipath-tools
nbd-client                   | nbd-client            | nbd                     | nbd               | nbd-client           | nbd
ovmf                         | ovmf                  | edk2-ovmf               | edk2-ovmf         | ovmf                 | qemu-ovmf-x86_64
qemu, qemu-kvm               | qemu-system-x86       | qemu-kvm                | qemu-base         | qemu-system-x86_64   | qemu-x86
qemu-img, qemu-utils         | qemu-utils            | qemu-img                | qemu-img          | qemu-img             | qemu-img
quota                        | quota                 | quota                   | quota-tools       | quota-tools          | quota
squashfs-tools               | squashfs-tools        | squashfs-tools          | squashfs-tools    | squashfs-tools       | squashfs
sshfs                        | sshfs                 | fuse-sshfs              | sshfs             | sshfs                | sshfs
targetcli                    | targetcli-fb          | targetcli               | targetcli-fb      | targetcli            | targetcli-fb-common
virt-install                 | virtinst              | virt-install            | virt-install      | virt-install         | virt-install
xorriso                      | xorriso               | xorriso                 | libisoburn        | xorriso              | xorriso
`,
)
