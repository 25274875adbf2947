import { nameTable } from './table.ts'

/** Disks, file systems, boot loaders, containers and virtual machines. */
export const storageAndMachines = nameTable(
  'packages',
  `
name                         | debian =bookworm      | rhel                           | arch                    | alpine                     | suse
btrfs, btrfs-progs           | btrfs-progs           | btrfs-progs                    | btrfs-progs =archiso    | btrfs-progs                | btrfsprogs =factory
dmsetup, device-mapper       | dmsetup               | device-mapper                  | device-mapper =archweb  | device-mapper              | device-mapper
docker                       | docker.io             | podman-docker                  | docker                  | docker                     | docker =factory
docker-compose               | docker-compose        | podman-compose                 | docker-compose          | docker-cli-compose =aports | docker-compose
fuse                         | fuse3                 | fuse3                          | fuse3 =archweb          | fuse3                      | fuse3 =factory
gdisk                        | gdisk                 | gdisk                          | gptfdisk =archiso       | gptfdisk                   | gptfdisk =factory
growpart                     | cloud-guest-utils     | cloud-utils-growpart           | cloud-guest-utils       | cloud-utils-growpart       | growpart =factory
grub-bios                    | grub-pc               | grub2-pc                       | grub =archiso           | grub-bios                  | grub2-i386-pc =factory
grub-efi                     | grub-efi-amd64        | grub2-efi-x64                  | grub =archiso           | grub-efi                   | grub2-x86_64-efi =factory
iscsi, open-iscsi            | open-iscsi            | iscsi-initiator-utils =openela | open-iscsi =archweb     | open-iscsi                 | open-iscsi
kernel                       | linux-image-amd64     | kernel                         | linux =archiso          | linux-lts                  | kernel-default =factory
kernel-devel, kernel-headers | linux-headers-amd64   | kernel-devel                   | linux-headers           | linux-lts-dev              | kernel-default-devel
libvirt                      | libvirt-daemon-system | libvirt =openela               | libvirt =archweb        | libvirt-daemon             | libvirt-daemon-qemu =factory
libvirt-client               | libvirt-clients       | libvirt-client =openela        | libvirt =archweb        | libvirt-client             | libvirt-client =factory
linux-firmware               | firmware-linux-free   | linux-firmware                 | linux-firmware =archiso | linux-firmware             | kernel-firmware-all
lvm                          | lvm2                  | lvm2 =openela                  | lvm2 =archiso           | lvm2                       | lvm2
multipath, multipath-tools   | multipath-tools       | device-mapper-multipath        | multipath-tools         | multipath-tools            | multipath-tools
nbd-client                   | nbd-client            | nbd                            | nbd =archiso            | nbd-client                 | nbd
ovmf                         | ovmf                  | edk2-ovmf                      | edk2-ovmf               | ovmf                       | qemu-ovmf-x86_64
qemu, qemu-kvm               | qemu-system-x86       | qemu-kvm                       | qemu-base =archweb      | qemu-system-x86_64         | qemu-x86
qemu-img, qemu-utils         | qemu-utils            | qemu-img                       | qemu-img                | qemu-img                   | qemu-img
quota                        | quota                 | quota                          | quota-tools             | quota-tools                | quota
squashfs-tools               | squashfs-tools        | squashfs-tools                 | squashfs-tools =archiso | squashfs-tools             | squashfs =factory
sshfs                        | sshfs                 | fuse-sshfs                     | sshfs                   | sshfs                      | sshfs
targetcli                    | targetcli-fb          | targetcli                      | targetcli-fb            | targetcli =aports          | targetcli-fb-common
virt-install                 | virtinst              | virt-install                   | virt-install            | virt-install               | virt-install =factory
xorriso                      | xorriso               | xorriso                        | libisoburn              | xorriso                    | xorriso
`,
)
