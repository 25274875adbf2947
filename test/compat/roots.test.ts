import { describe } from 'vitest'
import { bringGit } from '../states/bring-git.ts'
import { publish } from '../states/repository.ts'
import { cronTable } from './cron.table.ts'
import { describeTable } from './describe-table.ts'
import { fileTable } from './file.table.ts'
import { gitTable } from './git.table.ts'
import { groupTable } from './group.table.ts'
import { packagesOfRows, packageTable } from './package.table.ts'
import { rootStage } from './stage.ts'
import { userTable } from './user.table.ts'

describe.skipIf(process.getuid?.() !== 0)('a whole root', () => {
  describeTable(fileTable, () => rootStage('outside'))
  describeTable(userTable, () => rootStage('inside'))
  describeTable(groupTable, () => rootStage('inside'))
  describeTable(cronTable, () => rootStage('inside'))
  describeTable(gitTable, () => rootStage('inside', (root) => bringGit(root.path)))
  describeTable(packageTable, () => rootStage('inside', (root) => publish(root, packagesOfRows)))
})
