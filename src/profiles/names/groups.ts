import { nameTable } from './table.ts'

/** Groups that a system brings. */
export const groups = nameTable(
  'groups',
  `
name            | debian =debian12 | rhel    | arch    | alpine   | suse
admin, wheel    | sudo             | wheel   | wheel   | wheel    | wheel
nobody          | nogroup          | nobody  | nobody  | nobody   | nobody
log             | adm              | adm     | log     | adm      | adm
web             | www-data         | apache  | http    | www-data | www =factory
shadow          | shadow           | root    | root    | shadow   | shadow
serial, dialout | dialout          | dialout | uucp    | dialout  | dialout
cdrom, optical  | cdrom            | cdrom   | optical | cdrom    | cdrom
`,
)
