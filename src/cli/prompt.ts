import type { Output } from './output.ts'

export type Answer = 'yes' | 'no' | 'interrupted'

/** Asks on the terminal, on standard error so that results stay clean. Ctrl-C and Escape are `interrupted`. */
export const askYesNo = async (message: string, output: Output): Promise<Answer> => {
  await output.flushed()
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message, initialValue: false, output: process.stderr })
  if (isCancel(answer)) return 'interrupted'
  return answer ? 'yes' : 'no'
}

/** A password, never echoed; undefined when the question was left. */
export const askPassword = async (message: string, output: Output): Promise<string | undefined> => {
  await output.flushed()
  const { password, isCancel } = await import('@clack/prompts')
  const answer = await password({ message, output: process.stderr })
  return isCancel(answer) ? undefined : answer
}
