import { garbage } from './answer.ts'
import type { Along } from './session.ts'

const actions = ['install', 'upgrade', 'remove'] as const

const text = (word: string | undefined): string => {
  if (word === undefined || !/^[!-~]{1,300}$/.test(word)) throw garbage('a package without a plain name or version')
  return word
}

/** ACTION NAME FROM TO, `-` where there is no version. */
export const alongOf = (words: readonly (string | undefined)[]): Along => {
  const action = actions.find((one) => one === words[0])
  if (action === undefined) throw garbage(`${words[0]?.slice(0, 40)} is nothing that happens to a package`)
  const [, name, from, to] = words.map(text)
  return {
    action,
    name: text(name),
    ...(from === undefined || from === '-' ? {} : { from }),
    ...(to === undefined || to === '-' ? {} : { to }),
  }
}
