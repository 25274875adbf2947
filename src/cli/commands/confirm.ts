import type { Action } from '../command.ts'
import { notYet } from '../engine-run.ts'

export const action: Action = async () => {
  throw notYet('confirm')
}
