import { nameTable } from './table.ts'

/** What installs packages, runs services and configures the network. */
export const managers = nameTable(
  'managers',
  `
name    | debian   | rhel           | arch     | alpine | suse
package | apt      | dnf            | pacman   | apk    | zypper
service | systemd  | systemd        | systemd  | openrc | systemd
network | ifupdown | networkmanager | networkd | alpine | networkmanager
`,
)
