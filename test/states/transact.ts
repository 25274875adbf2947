import type { Root } from './root.ts'

/** KIND, VERB, target, arguments. */
export type Op = readonly [string, string, string, string]

/** Writes a transaction directory inside and returns it. */
export const prepare = (root: Pick<Root, 'write'>, id: string, ops: readonly Op[]): string => {
  const dir = `/var/lib/hexis/journal/${id}`
  root.write(`${dir}/tx`, `tx/1 id=${id} site=shop runtime=none who=test onfailure=rollback\n`)
  const lines = ops.map(([kind, verb, target, args], i) => `${i + 1}\t${kind}\t${verb}\t${target}\t?\t${args}\t\n`)
  root.write(`${dir}/ops`, lines.join(''))
  root.write(`${dir}/ledger.new`, 'ledger/1 site=shop generation=1\n')
  root.write(`${dir}/list.new`, 'steps/1\n')
  root.write(`${dir}/meta.new`, 'generation/1 number=1 partial=no\n')
  return dir
}

/** Carries the ops out as one transaction; its events. */
export const transact = (root: Root, id: string, ops: readonly Op[]): readonly string[] =>
  root
    .script(`hx_main tx ${prepare(root, id, ops)}`)
    .stdout.trimEnd()
    .split('\n')
