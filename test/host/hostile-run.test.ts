import { chmodSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'

let site: ScratchSite
beforeEach(() => {
  site = scratchSite()
  mkdirSync(join(site.folder, 'good/etc'), { recursive: true })
  site.write(`import { defineSite } from 'hexis'
import { file } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: {
    good: { connection: 'directory', root: './good', os: 'debian/12' },
    bad: { ssh: { connectTimeoutSeconds: 3 } },
  },
  configure() { file('/etc/motd', { content: 'hello' }) },
})
`)
})
afterEach(() => site.dispose())

/** A program named ssh that plays the host; `$n` is the connection's nonce, as a host that listens would know it. */
const hostile = (script: string) => {
  site.write(
    `#!/bin/sh\nfor last; do :; done\nn=$(printf %s "$last" | sed 's/.*n=\\([0-9a-z]*\\);.*/\\1/')\n${script}\n`,
    'bin/ssh',
  )
  return { PATH: `${join(site.folder, 'bin')}${delimiter}${process.env.PATH ?? ''}` }
}

test.each([
  ['prints for ever before the shell', 'exec yes "welcome to this host"', 3],
  ['prints for ever after it', 'echo "hexis:$n:ready"; exec yes "fact\tos.name\tx"', 3],
  [
    'speaks to the terminal',
    'printf "\\033]0;owned\\007\\033[2J\\n" >&2; echo "hexis:$n:ready"; printf "\\033[31mred\\n"; sleep 1',
    3,
  ],
  ['ends at once', 'exit 0', 3],
  ['is cut off', 'echo "hexis:$n:ready"; exit 255', 4],
])('a host that %s fails alone', async (_, script, exit) => {
  const env = hostile(script)
  chmodSync(join(site.folder, 'bin/ssh'), 0o755)
  const ran = await site.hexis(['up', '--yes', '--json'], { env, timeoutMs: 60_000 })
  const end = JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '')
  expect(end.hosts.good).toMatchObject({ status: 'changed', changes: 1 })
  expect(['failed', 'unreachable']).toContain(end.hosts.bad.status)
  expect([ran.status, end.exit]).toEqual([exit, exit])
  expect(ran.all).not.toContain('\x1b')
  const told = await site.hexis(['plan'], { env, timeoutMs: 60_000 })
  expect(told.err).toMatch(/error\[[a-z-]+\] /)
  expect(told.err).toContain('on: host bad')
  expect(told.all).not.toContain('\x1b')
})
