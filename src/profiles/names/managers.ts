import { nameTable } from './table.ts'

/** What installs packages, runs services, configures the network and makes locales. */
export const managers = nameTable(
  'managers',
  `
name    | debian =debian12   | rhel           | arch       | alpine  | suse
package | apt                | dnf            | pacman     | apk     | zypper
service | systemd            | systemd        | systemd    | openrc  | systemd
network | ifupdown =bookworm | networkmanager | networkd   | alpine  | networkmanager
locale  | locale-gen         | langpack       | locale-gen | package | package
`,
)
