import { archiveTable } from './archive.table.ts'
import { blockTable } from './block.table.ts'
import { cronTable } from './cron.table.ts'
import { fileTable } from './file.table.ts'
import { gitTable } from './git.table.ts'
import { groupTable } from './group.table.ts'
import { lineTable } from './line.table.ts'
import { packageTable } from './package.table.ts'
import type { Table } from './row.ts'
import { serviceTable } from './service.table.ts'
import { userTable } from './user.table.ts'

/** All tables, in the order of the page. */
export const tables: readonly Table[] = [
  fileTable,
  lineTable,
  blockTable,
  archiveTable,
  gitTable,
  userTable,
  groupTable,
  packageTable,
  serviceTable,
  cronTable,
]
