import { describe } from 'vitest'
import { describeTable } from './describe-table.ts'
import { fileTable } from './file.table.ts'
import { rootStage } from './stage.ts'
import { userTable } from './user.table.ts'

describe.skipIf(process.getuid?.() !== 0)('a whole root', () => {
  describeTable(fileTable, () => rootStage('outside'))
  describeTable(userTable, () => rootStage('inside'))
})
