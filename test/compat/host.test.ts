import { afterAll, beforeAll, describe } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { describeTable } from './describe-table.ts'
import { serviceTable } from './service.table.ts'
import { labStage } from './stage.ts'

describe.skipIf(process.getuid?.() !== 0)('a host with systemd', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab(1, { name: `compat${process.pid}` })
  }, 300_000)
  afterAll(() => lab?.stop())

  describeTable(serviceTable, () => labStage(lab))
})
