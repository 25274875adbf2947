import type { CommandSpec } from '../command.ts'
import { agentCommands } from './agent.ts'
import { changeCommands } from './change.ts'
import { describeCommands } from './describe.ts'
import { fleetCommands } from './fleet.ts'
import { historyCommands } from './history.ts'
import { importCommands } from './import.ts'
import { secretCommands } from './secret.ts'

/** Every command; help, completion and the documentation come from here. */
export const commands: readonly CommandSpec[] = [
  ...describeCommands,
  ...secretCommands,
  ...importCommands,
  ...changeCommands,
  ...historyCommands,
  ...agentCommands,
  ...fleetCommands,
]
