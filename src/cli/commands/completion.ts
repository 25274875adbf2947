import type { Action } from '../command.ts'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { exits } from '../exit.ts'
import { commands } from '../table/table.ts'

export const action: Action = async (invocation, context) => {
  const [shell] = invocation.args
  const script = shell === 'bash' ? bashCompletion : shell === 'zsh' ? zshCompletion : fishCompletion
  context.output.out(script(commands))
  return exits.converged
}
