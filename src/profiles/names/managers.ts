import { nameTable } from './table.ts'

/** What installs packages, runs services, configures the network, keeps the rules of the firewall, makes locales, and says which name servers are asked. */
export const managers = nameTable(
  'managers',
  `
name     | debian =debian12   | rhel           | arch       | alpine  | suse
package  | apt                | dnf            | pacman     | apk     | zypper
service  | systemd            | systemd        | systemd    | openrc  | systemd
network  | ifupdown =bookworm | networkmanager | networkd   | alpine  | networkmanager
firewall | nftables ?         | firewalld      | nftables   | nftables | firewalld
locale   | locale-gen         | langpack       | locale-gen | package | package
access   | apparmor ?         | selinux        | none       | none    | apparmor
resolver | file ?             | networkmanager | file       | file    | netconfig
`,
)
