import { readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { repository, tracked } from './tracked.ts'

const text = (file: string): string => readFileSync(`${repository}/${file}`, 'utf8')
const linesOf = (file: string): number => text(file).split('\n').length - 1

/** Where people build and where packages come from is theirs. Written in parts, so that this file is none of its finds. */
const local = new RegExp(['(?<![\\w.])/wo' + 'rk/', '\\.py' + 'env', 'registry\\.npm' + 'js\\.org'].join('|'))

test('no file names a path of the machine that it was written on, or a registry of packages', () => {
  const small = tracked('**').filter((file) => statSync(`${repository}/${file}`).size < 1_000_000)
  expect(small.filter((file) => local.test(text(file)))).toEqual([])
})

/** One long thought: a program that runs on the host, whose parts share their variables. */
const long: Readonly<Record<string, number>> = {
  'src/states/user/user.sh': 500,
}

test('a source file is one thought: up to 300 lines', () => {
  const over = tracked('src/**')
    .filter((file) => !file.endsWith('.test.ts'))
    .filter((file) => linesOf(file) > (long[file] ?? 300))
    .map((file) => `${file}: ${linesOf(file)}`)
  expect(over).toEqual([])
})

test('no exception from that is kept longer than it is needed', () => {
  expect(Object.keys(long).filter((file) => !tracked(file).includes(file) || linesOf(file) <= 300)).toEqual([])
})

test('no file has a name that says nothing', () => {
  expect(
    tracked('**').filter((file) => /(?:^|\/)(?:utils?|helpers?|common|misc|manager)(?:[./]|$)/i.test(file)),
  ).toEqual([])
})
