import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encode } from '../../steps/encoding.ts'
import { Sandbox, type ShellName, sha256, shells, sources } from './sandbox.ts'

const asRoot = process.getuid?.() === 0

describe.each(shells)('%s', (shell: ShellName) => {
  let box: Sandbox
  beforeEach(() => {
    box = new Sandbox(shell)
  })
  afterEach(() => box.dispose())

  test('encodes and decodes as the step language does', () => {
    const texts = ['', 'a b', 'x%y#&=;<"z', 'line\n\n', '\ttab', '\\back\\n', '-n', 'é–', 'a\u0001b\\c %', "it's"]
    const quoted = texts.map((text) => `'${text.replaceAll("'", "'\\''")}'`).join(' ')
    const body = `for t in ${quoted}; do hx_encode "$t"; e=$HX_REPLY; hx_say "$e"; hx_decode "$e"
      [ "$HX_REPLY" = "$t" ] || hx_say BAD; done`
    expect(box.script(body).stdout.toString().trimEnd().split('\n')).toEqual(texts.map(encode))
  })

  test('observes every type and every name', () => {
    fs.mkdirSync(box.path('/d'))
    const names = ['plain', 'a b', 'new\nline', 'back\\slash', '-dash', "quote'", 'comma,', '%41', 'é', '*']
    for (const name of names) fs.writeFileSync(box.path(`/d/${name}`), name, { mode: 0o640 })
    fs.symlinkSync('a b\nc', box.path('/d/link'))
    spawnSync('mkfifo', [box.path('/d/pipe')])
    const ids = [...names.map((name) => `/d/${encode(name)}`), '/d/link', '/d/pipe', '/d/none', '/none/x', '/d/plain/x']
    const out = box.script('hx_observe_path', `${ids.join('\n')}\n/d\tentries\n`).stdout.toString()
    const seen = new Map(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t') as [string, string]),
    )
    for (const name of names) expect(seen.get(`/d/${encode(name)}`)).toContain(`content=${sha256(name)} `)
    expect(seen.get('/d/plain')).toMatch(/ mode=0640 nlink=1 .*type=file$/)
    expect(seen.get('/d/link')).toContain('target=a%20b%0Ac type=link')
    expect(seen.get('/d/pipe')).toMatch(/type=other$/)
    for (const id of ['/d/none', '/none/x', '/d/plain/x']) expect(seen.get(id)).toBe('type=absent')
    const entries = /entries=(\S+)/.exec(seen.get('/d') ?? '')?.[1] ?? ''
    const inner = [...names, 'link', 'pipe'].map((name) => encode(name).replaceAll(',', '%2C')).sort()
    expect(entries.replaceAll('%25', '%').split(',')).toEqual(inner)
  })

  test('a thousand files are observed in seconds', () => {
    fs.mkdirSync(box.path('/d'))
    const ids = Array.from({ length: 1000 }, (_, i) => `/d/file${i}`)
    for (const id of ids) fs.writeFileSync(box.path(id), id)
    const started = performance.now()
    const out = box.script('hx_observe_path', ids.join('\n')).stdout.toString()
    expect(out.trimEnd().split('\n')).toHaveLength(1000)
    expect(performance.now() - started).toBeLessThan(3000)
  })

  test.runIf(shell === 'dash' || shell === 'mksh')('observing opens nothing for writing and no pipe at all', () => {
    fs.mkdirSync(box.path('/d'))
    fs.writeFileSync(box.path('/d/f'), 'x')
    fs.writeFileSync(box.path('/d/new\nline'), 'x')
    fs.symlinkSync('f', box.path('/d/l'))
    spawnSync('mkfifo', [box.path('/d/pipe')])
    const log = join(dirname(box.root), 'trace')
    const calls =
      'open,openat,creat,truncate,ftruncate,rename,renameat2,unlink,unlinkat,mkdir,link,symlink,chmod,fchmodat'
    const [command, ...rest] = box.argv
    const body = `. ${box.runtime}; set -u; hx_init; hx_observe_path`
    spawnSync('strace', ['-f', '-o', log, '-e', `trace=${calls}`, command, ...rest, '-c', body], {
      input: '/d/f\n/d/new%0Aline\n/d/l\n/d/pipe\n/d\tentries\n',
      env: box.env(),
    })
    const lines = fs.readFileSync(log, 'utf8').split('\n')
    expect(lines.some((line) => line.includes('/d/f'))).toBe(true)
    const writing = lines.filter((line) => /O_WRONLY|O_RDWR|O_CREAT|rename|unlink|mkdir|chmod|creat\(/.test(line))
    expect(writing.filter((line) => !line.includes('"/dev/null"') && !line.includes('"/dev/tty"'))).toEqual([])
    expect(lines.filter((line) => line.includes('/d/pipe'))).toEqual([])
  })

  test('in a directory that others can write the candidate has a directory of its own', () => {
    fs.mkdirSync(box.path('/tmp'))
    fs.chmodSync(box.path('/tmp'), 0o1777)
    const lines = box.run('t1', [{ verb: 'COPY', id: '/tmp/x', args: `blob=${box.blob('x')} mode=0604` }])
    expect(lines.at(-1)).toBe('end committed 0 ""')
    expect(box.snapshot()['/tmp/x']).toMatch(/^file 604 /)
    expect(fs.readdirSync(box.path('/tmp'))).toEqual(['x'])
  })

  test.runIf(asRoot)('extended attributes survive a new content and come back', () => {
    if (shell === 'busybox only') return
    fs.mkdirSync(box.path('/etc'))
    fs.writeFileSync(box.path('/etc/f'), 'old')
    if (spawnSync('setfattr', ['-n', 'user.note', '-v', 'mine', box.path('/etc/f')]).status !== 0) return
    const note = (): string =>
      spawnSync('getfattr', ['--only-values', '-n', 'user.note', box.path('/etc/f')]).stdout.toString()
    box.run('t1', [{ verb: 'COPY', id: '/etc/f', args: `blob=${box.blob('new')}` }])
    expect([fs.readFileSync(box.path('/etc/f'), 'utf8'), note()]).toEqual(['new', 'mine'])
    box.run('t2', [{ verb: 'COPY', id: '/etc/f', args: 'inode=t1.1' }])
    expect([fs.readFileSync(box.path('/etc/f'), 'utf8'), note()]).toEqual(['old', 'mine'])
  })

  test('a candidate is validated by a command, whatever its name', () => {
    const file = join(dirname(box.root), 'it is')
    const blob = box.blob('bad')
    const source = `HX_ROOT= ; hx_path_candidate_test() { hx_args "$1"; hx_path_validate "$2" "$3"; }
      hx_path_candidate_test '' 'grep -q good %s' "${file}"; hx_say $?`
    fs.writeFileSync(file, 'good')
    expect(box.script(source).stdout.toString()).toBe('0\n')
    fs.writeFileSync(file, 'bad')
    expect(box.script(source).stdout.toString()).toBe('1\n')
    expect(blob).toHaveLength(64)
  })
})

const mounted = (options: string, work: (box: Sandbox) => void): void => {
  const folder = fs.mkdtempSync('/tmp/hexis-mount-')
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  try {
    work(new Sandbox('dash', folder))
  } finally {
    spawnSync('umount', ['-l', folder])
    fs.rmdirSync(folder)
  }
}

test.runIf(asRoot)('a full disk undoes all of it and says so', () => {
  mounted('size=6m', (box) => {
    fs.mkdirSync(box.path('/etc'))
    fs.writeFileSync(box.path('/etc/a'), 'a'.repeat(1000))
    const before = box.snapshot()
    const big = box.blob('b'.repeat(1_500_000))
    const lines = box.run(
      't1',
      ['a', 'b', 'c', 'd', 'e'].map((name) => ({ verb: 'COPY', id: `/etc/${name}`, args: `blob=${big}` })),
    )
    expect(lines.at(-1)).toMatch(/^end undone \d disk%20full/)
    expect(box.snapshot()).toEqual(before)
    expect(fs.readdirSync(box.path('/etc'))).toEqual(['a'])
  })
})

test.runIf(asRoot)('a read-only part of the tree undoes the rest and says so', () => {
  mounted('size=8m', (box) => {
    fs.mkdirSync(box.path('/etc'))
    fs.mkdirSync(box.path('/ro'))
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', box.path('/ro')])
    const before = box.snapshot()
    const blob = box.blob('x')
    const lines = box.run('t1', [
      { verb: 'COPY', id: '/etc/a', args: `blob=${blob}` },
      { verb: 'COPY', id: '/ro/b', args: `blob=${blob}` },
    ])
    expect(lines.at(-1)).toMatch(/^end undone 2 read-only%20file%20system/)
    expect(box.snapshot()).toEqual(before)
    spawnSync('umount', [box.path('/ro')])
  })
})

test('all shell of the runtime is clean', () => {
  const run = spawnSync('shellcheck', [
    '-s',
    'sh',
    '-S',
    'warning',
    '-e',
    'SC2034,SC2154,SC2030,SC2031,SC3013',
    ...sources,
  ])
  expect(run.stdout.toString()).toBe('')
})

test('a hundred files are not slow', () => {
  const box = new Sandbox('dash')
  fs.mkdirSync(box.path('/etc'))
  const blob = box.blob('hello')
  const ops = Array.from({ length: 100 }, (_, i) => ({
    verb: 'COPY',
    id: `/etc/f${i}`,
    args: `blob=${blob} mode=0644`,
  }))
  const started = performance.now()
  expect(box.run('t1', ops).at(-1)).toBe('end committed 0 ""')
  // Generous: other work shares the processors of a test machine.
  expect(performance.now() - started).toBeLessThan(3000)
  box.dispose()
})
