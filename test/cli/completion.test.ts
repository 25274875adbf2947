import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bashCompletion } from '../../src/cli/completion/bash.ts'
import { fishCompletion } from '../../src/cli/completion/fish.ts'
import { zshCompletion } from '../../src/cli/completion/zsh.ts'
import { commands } from '../../src/cli/table/table.ts'

const sample = new URL('./sample-main.ts', import.meta.url).pathname
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hexis-completion-'))
  writeFileSync(join(folder, 'hexis'), `#!/bin/sh\nexec '${process.execPath}' '${sample}' "$@"\n`)
  chmodSync(join(folder, 'hexis'), 0o755)
  writeFileSync(join(folder, 'hexis.bash'), bashCompletion(commands))
  writeFileSync(join(folder, 'hexis.fish'), fishCompletion(commands))
  writeFileSync(join(folder, '_hexis'), zshCompletion(commands))
})
afterAll(() => rmSync(folder, { recursive: true }))

const shell = (argv: readonly [string, ...string[]]): string => {
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, HOME: folder, TERM: 'dumb' }
  const ended = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8', cwd: folder, env })
  expect(ended.stderr).toBe('')
  return ended.stdout
}
const has = (name: string): boolean => spawnSync(name, ['-c', 'exit 0']).status === 0

const inBash = (line: string): readonly string[] => {
  const words = line
    .split(' ')
    .map((w) => `'${w}'`)
    .join(' ')
  const script = `source ./hexis.bash; COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _hexis; printf '%s\\n' "\${COMPREPLY[@]}"`
  return shell(['bash', '--norc', '-c', script]).trim().split('\n')
}
const inFish = (line: string): readonly string[] =>
  shell(['fish', '--no-config', '-c', `source ./hexis.fish; complete -C '${line}'`])
    .trim()
    .split('\n')
    .map((l) => l.split('\t')[0] ?? '')

/** Types the line into an interactive zsh on a pseudo-terminal and lists what it offers. */
const inZsh = (line: string): string => {
  const script = `
    zmodload zsh/zpty
    zpty z zsh -f -i
    zpty -w z "PS1='>'; fpath=($PWD \\$fpath); autoload -Uz compinit; compinit -u -D; setopt no_beep; LISTMAX=999; stty cols 200 rows 60"
    zpty -w z "zstyle ':completion:*' list-prompt ''; print READY"
    local all= part
    until [[ $all == *READY*READY* ]]; do zpty -r z part; all+=$part; done
    zpty -n -w z $'${line}\\t\\t'
    all=
    local -i i
    for ((i = 0; i < 40; i++)); do while zpty -r -t z part; do all+=$part; done; sleep 0.05; done
    print -r -- $all
    zpty -d z`
  return shell(['zsh', '-f', '-c', `() { ${script}\n}`])
}

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['hexis pl', ['plan']],
  ['hexis plan --det', ['--detailed-exitcode']],
  ['hexis up --on-failure ', ['continue', 'rollback', 'stop']],
  ['hexis log web', ['web1', 'web2']],
  ['hexis plan --on web', ['web1', 'web2']],
  ['hexis --json completion z', ['zsh']],
  ['hexis resource f', ['file']],
]

describe.runIf(has('bash'))('bash', () => {
  test.each(cases)('%s', (line, expected) => {
    expect([...inBash(line)].sort()).toEqual(expected)
  })
})

describe.runIf(has('fish'))('fish', () => {
  test.each(cases)('%s', (line, expected) => {
    expect([...inFish(line)].sort()).toEqual(expected)
  })
})

describe.runIf(has('zsh'))('zsh', () => {
  test.each([
    ['hexis log ', ['web1', 'web2', 'db1']],
    ['hexis up --on-failure ', ['continue', 'rollback', 'stop']],
    ['hexis re', ['recover', 'release', 'resource']],
  ] as const)('%s', (line, expected) => {
    const offered = inZsh(line)
    for (const word of expected) expect(offered).toContain(word)
  })
})
