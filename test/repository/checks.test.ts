import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from './tracked.ts'

/** Checks that run for half a minute where all processors are at work. */
const timeout = 300_000

const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
const shellTools = has('shellcheck') && has('shfmt')

const said = (name: string): string => {
  const run = spawnSync(join(repository, 'dev'), ['lint', name], { cwd: repository, encoding: 'utf8' })
  return run.status === 0 ? '' : `${run.stdout}${run.stderr}`
}

const names = ['style', 'types', 'types-6', 'layers', 'dead-code', 'shell']

test('./dev lint has no other checks than these', () => {
  expect(/^checks='(.*)'$/m.exec(readFileSync(`${repository}/dev`, 'utf8'))?.[1]).toBe(names.join(' '))
})

test.for(names)('%s is in order', { timeout }, (name, { skip }) => {
  if (name === 'shell' && !shellTools) skip('shellcheck and shfmt are not here')
  expect(said(name)).toBe('')
})
