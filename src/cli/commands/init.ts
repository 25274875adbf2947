import { resolve } from 'node:path'
import type { Action } from '../command.ts'
import { exits } from '../exit.ts'
import { inert } from '../inert.ts'
import { printJson } from '../with-site.ts'

export const action: Action = async (invocation, context) => {
  const [named] = invocation.args
  const directory = resolve(context.cwd, named ?? '.')
  const files = await context.ports.initConfig(directory)
  if (context.globals.json) {
    printJson({ directory, files }, context)
    return exits.converged
  }
  const { output } = context
  output.out(files.map((file) => `${output.paintOut('green', '+')} ${inert(file)}\n`).join(''))
  const enter = named === undefined || directory === context.cwd ? '' : `cd ${named} && `
  output.out(`\nNext: ${enter}hexis plan\n`)
  return exits.converged
}
