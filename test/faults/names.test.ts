import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, canStart, startBench } from './bench.ts'

/** Last parts of paths that a shell, a tool or a protocol could trip over. */
const names = [
  'a b',
  ' lead and trail ',
  "it's",
  'a "quoted" name',
  'new\nline',
  'ends\n',
  '-rf',
  '--help',
  '$(touch pwned)',
  '`touch pwned`',
  '$HOME $1',
  'back\\slash',
  'tab\there',
  '*?[a-z]',
  'per%cent%20',
  '#hash',
  'a&&b;c|d>e<f',
  '~root',
  'ünïcödé ☃',
  '\u001b[31mred',
  'n'.repeat(255),
]

describe.skipIf(!canStart)('names', () => {
  let bench: Bench
  const on = (command: string): Promise<string> => bench.on('h1', command)

  beforeAll(async () => {
    bench = await startBench(2)
  }, 600_000)
  afterAll(() => bench?.stop())

  test('files, directories and links of any name are made, seen, edited and taken away', async () => {
    await on(
      "mkdir -p /srv/n; cd /srv/n; printf old >'a b'; printf old >-rf; chmod 600 -- -rf; printf old >'back\\slash'",
    )
    const look = 'find /srv/n ! -type d -printf "%p %m %y %s\\n" -o -printf "%p %m\\n" | sort'
    const before = await on(look)
    const site = bench.site(`for (const name of ${JSON.stringify(names)}) {
  r.file('/srv/n/' + name, { content: 'content of ' + name, mode: '0644' })
}
r.directory('/srv/n/di r\\n"')
r.file('/srv/n/di r\\n"/x\\ny', { content: 'x' })
r.link("/srv/n/li'nk", { target: '/srv/n/new\\nline' })`)
    const ran = await site.up()
    expect(ran.status, ran.all).toBe(0)
    const root = bench.lab.hosts[0]?.root ?? ''
    for (const name of names)
      expect(readFileSync(join(root, 'srv/n', name), 'utf8'), JSON.stringify(name)).toBe(`content of ${name}`)
    expect(await on('ls /root /srv | grep -c pwned || :')).toBe('0\n')
    expect(ran.out).not.toContain('\u001b[31m')
    expect((await site.up()).out).toContain('Done: 1 converged')
    await on("printf edited >'/srv/n/new\nline'; rm '/srv/n/it'\\''s'")
    const drift = await site.hexis(['drift'])
    expect(drift.status).toBe(5)
    expect((await site.up()).out).toContain('2 changes')
    const back = await site.hexis(['rollback', '--to', '0', '--yes'])
    expect(back.status, back.all).toBe(0)
    expect(await on(look)).toBe(before)
  })

  test('names that are too long or hold a NUL are refused with their place', async () => {
    const long = await bench.site("r.file('/srv/' + 'n'.repeat(256), { content: 'x' })").up()
    expect(long.status).toBe(1)
    expect(long.err).toMatch(/error\[wrong-value\] site\.ts:8:3 .*a name has at most 255 bytes/)
    const nul = await bench.site("r.file('/srv/a\\0b', { content: 'x' })").up()
    expect(nul.status).toBe(1)
    expect(nul.err).toMatch(/error\[wrong-value\] site\.ts:8:3 .*a path cannot hold a NUL/)
    const relative = await bench.site("r.file('srv/x', { content: 'x' })").up()
    expect(relative.status).toBe(1)
    expect(relative.err).toMatch(/site\.ts:8:3 .*srv\/x/)
  })

  test('what is not UTF-8 below a managed directory is named and stays', async () => {
    const site = bench.site("r.directory('/srv/odd')")
    expect((await site.up()).status).toBe(0)
    await on('printf x >"$(printf \'/srv/odd/\\351\\377 \\n\')x"')
    site.configure('')
    const ran = await site.up('--allow-removals')
    expect(ran.status, ran.all).toBe(0)
    expect(ran.out).toMatch(/path:\/srv\/odd +released/)
    expect(ran.out).toContain('not empty, stays: ')
    expect(await on('ls -A /srv/odd | wc -l')).not.toBe('0\n')
  })

  test('a config that throws: exit 1, the line is shown, nothing is done', async () => {
    const site = bench.site("r.file('/srv/thrown', { content: 'x' })\nthrow new Error('no database')")
    for (const command of [['up', '--yes'], ['plan'], ['check']]) {
      const ran = await site.hexis(command)
      expect(ran.status, command.join(' ')).toBe(1)
      expect(ran.err).toContain('error[config-threw] site.ts:9:7 configure(h1) threw: no database')
      expect(ran.err).toContain("throw new Error('no database')")
      expect(ran.err).toContain('on: host h1')
    }
    expect(await on('ls /srv | grep -c thrown || :')).toBe('0\n')
    const later = await bench.site("await Promise.reject(new TypeError('later'))").up()
    expect(later.status).toBe(1)
    expect(later.err).toContain('error[config-threw] site.ts:8:22 configure(h1) threw: later')
  })

  test('a config that throws for one host stops only that host', async () => {
    const site = bench.site(
      "if (host.name === 'h2') throw new Error('only here')\nr.file('/srv/other', { content: 'x' })",
      {
        hosts: ['h1', 'h2'],
      },
    )
    const ran = await site.up()
    expect(ran.status).toBe(1)
    expect(ran.out).toContain('Done: 1 changed, 1 failed')
    expect(await on('cat /srv/other')).toBe('x')
  })
})
