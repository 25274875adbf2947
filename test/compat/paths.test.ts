import { archiveTable } from './archive.table.ts'
import { blockTable } from './block.table.ts'
import { describeTable } from './describe-table.ts'
import { lineTable } from './line.table.ts'
import { folderStage } from './stage.ts'

describeTable(lineTable, folderStage)
describeTable(blockTable, folderStage)
describeTable(archiveTable, folderStage)
