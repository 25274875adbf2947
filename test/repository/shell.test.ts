import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { runtimeText } from '../../src/host/runtime-text.ts'

const here = spawnSync('shellcheck', ['--version']).status === 0

// Each file alone cannot say this: what one sets, another reads.
test.skipIf(!here)(
  'in the whole program of a host every variable that is read is set, and every one set is read',
  () => {
    const { text } = runtimeText()
    const lines = text.split('\n')
    const run = spawnSync('shellcheck', ['-s', 'sh', '-i', 'SC2034,SC2154', '-f', 'gcc', '-'], {
      input: text,
      encoding: 'utf8',
    })
    const found = run.stdout.split('\n').filter((line) => line !== '')
    // Fields that a function has no use for must be named all the same to reach the one behind them.
    const isField = (line: string): boolean => lines[Number(line.split(':')[1]) - 1]?.includes('read -r ') === true
    expect(found.filter((line) => !isField(line))).toEqual([])
  },
)
