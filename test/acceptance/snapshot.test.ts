import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const tool = join(import.meta.dirname, 'snapshot')

let root: string

const snapshot = (): readonly string[] => execFileSync(tool, [root], { encoding: 'utf8' }).trimEnd().split('\n')

/** The lines that a change takes away and brings. */
const changed = (change: () => void): readonly string[] => {
  const before = snapshot()
  change()
  const after = snapshot()
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `-${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`),
  ]
}

beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'hexis-snapshot-'))
  fs.mkdirSync(join(root, 'etc'))
  fs.mkdirSync(join(root, 'var/log'), { recursive: true })
  fs.writeFileSync(join(root, 'etc/a'), 'one\n', { mode: 0o644 })
  fs.linkSync(join(root, 'etc/a'), join(root, 'etc/b'))
  fs.symlinkSync('a', join(root, 'etc/link'))
})
afterEach(() => fs.rmSync(root, { recursive: true }))

test('every property of a path is seen', () => {
  const at = (name: string): string => join(root, 'etc', name)
  expect(changed(() => fs.chmodSync(at('a'), 0o4755))).toHaveLength(4)
  expect(changed(() => fs.writeFileSync(at('a'), 'two\n'))).toHaveLength(4)
  expect(changed(() => execFileSync('setfattr', ['-n', 'user.note', '-v', 'x', at('a')]))).toHaveLength(4)
  expect(changed(() => execFileSync('setfacl', ['-m', 'u:7:r', at('a')]))[3]).toContain(
    'xattr:system.posix_acl_access=',
  )
  expect(changed(() => execFileSync('ln', ['-sfn', 'b', at('link')]))[1]).toContain('target=b')
  expect(changed(() => fs.mkdirSync(at('dir\n with space')))[0]).toMatch(/^\+\/etc\/dir%0A%20with%20space type=dir/)
})

test('a copy in place of a hard link is seen', () => {
  const lines = changed(() => {
    fs.rmSync(join(root, 'etc/b'))
    fs.copyFileSync(join(root, 'etc/a'), join(root, 'etc/b'))
  })
  expect(lines[0]).toContain('linked=/etc/a')
  expect(lines.at(-1)).not.toContain('linked=')
})

test('what the page of residues lists is left out, and nothing beside it', () => {
  const write = (name: string) => (): void => fs.writeFileSync(join(root, name), 'x')
  expect(changed(write('var/log/syslog'))).toEqual([])
  expect(changed(write('etc/passwd-'))).toEqual([])
  expect(changed(write('etc/passwd-x'))).toHaveLength(1)
  expect(changed(write('var/logs'))).toHaveLength(1)
})
