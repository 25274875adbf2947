import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { packTar } from 'modern-tar'
import { beforeEach, describe, expect, test } from 'vitest'
import { lowered } from '../../../test/lowered.ts'
import { collectors } from '../../document/collector.ts'
import { archive } from '../index.ts'
import type { ArchiveProps } from './archive.ts'
import { membersOf } from './members.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hexis-archive-'))
  return () => rmSync(root, { recursive: true })
})

const put = (name: string, content: string, mode = 0o644): void => {
  mkdirSync(join(root, name, '..'), { recursive: true })
  writeFileSync(join(root, name), content)
  chmodSync(join(root, name), mode)
}
const unpack = (source: string, props: ArchiveProps = {}) =>
  lowered(
    () => {
      // As a front end does whose module lies in the config folder.
      const collector = collectors.getStore()
      if (collector !== undefined) collector.position = { file: join(root, 'site.ts'), line: 7, column: 5 }
      archive('/opt/app/', { source, ...props })
    },
    { root },
  )

describe('what tar(1) packs', () => {
  const long = `${'d'.repeat(120)}/${'f'.repeat(150)}`
  const steps = [
    'DIR /opt/app mode=0755',
    'DIR /opt/app/bin mode=0755',
    'COPY /opt/app/bin/run blob=0 mode=0755',
    'LINK /opt/app/bin/start target=run',
    `DIR /opt/app/${'d'.repeat(120)} mode=0755`,
    `COPY /opt/app/${long} blob=1 mode=0644`,
    'COPY /opt/app/odd%20%C3%BC blob=2 mode=0600',
    'COPY /opt/app/second blob=2 mode=0600',
  ]
  beforeEach(() => {
    put('app-1.2/bin/run', '#!/bin/sh\n', 0o755)
    put(`app-1.2/${long}`, 'long')
    put('app-1.2/odd ü', 'odd', 0o600)
    linkSync(join(root, 'app-1.2/odd ü'), join(root, 'app-1.2/second'))
    symlinkSync('run', join(root, 'app-1.2/bin/start'))
    for (const name of ['', '/bin', `/${'d'.repeat(120)}`]) chmodSync(join(root, `app-1.2${name}`), 0o755)
  })

  test.each([
    ['a.tar', []],
    ['a.tar', ['--format=ustar', '--exclude=dddd*']],
    ['a.tar', ['--format=posix']],
    ['a.tar', ['--format=v7', '--exclude=dddd*']],
    ['a.tgz', ['--gzip']],
    ['a.tar.zst', ['zstd']],
  ])('%s %j becomes steps, with its modes', async (name, options) => {
    const zstd = options.includes('zstd')
    const all = ['--sort=name', '-cf', zstd ? 'plain' : name, ...(zstd ? [] : options), 'app-1.2']
    execFileSync('tar', all, { cwd: root })
    if (zstd) writeFileSync(join(root, name), zstdCompressSync(readFileSync(join(root, 'plain'))))
    const found = await unpack(`./${name}`, { strip: 1 })
    expect(found.diagnostics).toEqual([])
    const short = options.some((one) => one.startsWith('--exclude'))
    const expected = short
      ? steps.filter((one) => !one.includes('ddd')).map((one) => one.replace('blob=2', 'blob=1'))
      : steps
    expect(found.steps).toEqual(expected)
    expect(found.contents).toEqual(short ? ['#!/bin/sh\n', 'odd'] : ['#!/bin/sh\n', 'long', 'odd'])
  })

  test('folders that it does not list are there all the same, owners are those that are said', async () => {
    execFileSync('tar', ['-cf', 'a.tar', '--no-recursion', 'app-1.2/bin/run'], { cwd: root })
    expect((await unpack('./a.tar', { owner: 'app', mode: '0750' })).steps).toEqual([
      'DIR /opt/app mode=0750 owner=app',
      'DIR /opt/app/app-1.2 mode=0755 owner=app',
      'DIR /opt/app/app-1.2/bin mode=0755 owner=app',
      'COPY /opt/app/app-1.2/bin/run blob=0 mode=0755 owner=app',
    ])
  })

  test('is unpacked once; a copy that was damaged is unpacked again', async () => {
    execFileSync('tar', ['-cf', 'a.tar', 'app-1.2'], { cwd: root })
    const first = await unpack('./a.tar')
    const folder = join(root, '.hexis/archives', readdirSync(join(root, '.hexis/archives'))[0] ?? '')
    const before = readdirSync(folder).toSorted()
    writeFileSync(join(folder, before[0] ?? ''), '')
    expect(await unpack('./a.tar')).toEqual(first)
    expect(readdirSync(join(root, '.hexis/archives'))).toHaveLength(1)
    expect(readdirSync(folder).toSorted()).toEqual(before)
  })

  test('is refused with a reason where it is cut off, damaged, empty or something else', async () => {
    execFileSync('tar', ['-czf', 'whole', 'app-1.2'], { cwd: root })
    execFileSync(
      'sh',
      ['-c', 'head -c 200 whole >cut; tar -cf none -T /dev/null; printf "PK\\003\\004xxxxxxxx" >zip'],
      { cwd: root },
    )
    put('text', 'hello\n'.repeat(200))
    put('xz', '\u00fd7zXZ')
    const says = async (source: string, props = {}) => (await unpack(source, props)).diagnostics[0]
    expect(await says('./cut')).toMatchObject({
      code: 'bad-archive',
      summary: expect.stringMatching(/cut cannot be unpacked: ./),
    })
    expect(await says('./text')).toMatchObject({
      code: 'bad-archive',
      summary: expect.stringMatching(/text cannot be unpacked/),
    })
    expect((await says('./zip'))?.summary).toMatch(/it is a zip file; tar, tar.gz and tar.zst are read/)
    expect((await says('./none'))?.summary).toMatch(/none holds nothing/)
    expect((await says('./whole', { strip: 9 }))?.summary).toMatch(/holds nothing below 9 leading names/)
    expect(readdirSync(join(root, '.hexis/archives')).filter((name) => name.includes('.'))).toEqual([])
  })
})

test('a member that reaches out is refused, and all of them are named', async () => {
  const file = (name: string) => ({ header: { name, size: 1, type: 'file' as const }, body: 'x' })
  const tar = await packTar([file('good'), file('../../etc/passwd'), file('/etc/shadow'), file('a/../../b')])
  writeFileSync(join(root, 'a.tar'), tar)
  const { steps, diagnostics } = await unpack('./a.tar')
  expect(steps).toEqual([])
  expect(diagnostics).toMatchObject([
    { code: 'bad-archive', summary: "archive '/opt/app/': a.tar holds what is not unpacked" },
  ])
  expect(diagnostics[0]?.detail?.split('\n')).toEqual([
    '"../../etc/passwd": its name leads out of the archive',
    '"/etc/shadow": its name is absolute',
    '"a/../../b": its name leads out of the archive',
  ])
})

describe('members', () => {
  const content = { name: 'a'.repeat(64), sizeBytes: 1 }
  const link = (name: string, target: string, type = 'symlink') => ({ name, type, mode: 0o777, target })
  const file = (name: string) => ({ name, type: 'file', mode: 0o644, content })
  const refusedOf = (...entries: Parameters<typeof membersOf>[0]) => membersOf(entries, '/opt/app', 0).refused

  test.each([
    ['x', '.'],
    ['x', 'a/b'],
    ['a/b/x', '../../c'],
    ['a/x', '..'],
    ['x', '/opt/app/a'],
    ['a/x', './../b'],
  ])('a link %s to %s stays inside', (name, target) => {
    expect(refusedOf(link(name, target))).toEqual([])
  })

  test.each([
    ['x', '..'],
    ['x', '../app2'],
    ['a/x', '../..'],
    ['x', '/etc/passwd'],
    ['x', '/opt/application'],
    ['x', '/'],
    // Where a is a link to a/b/c, this is another place than it looks.
    ['x', 'a/../b'],
    ['x', '/opt/app/a/../../..'],
    ['x', './a/..'],
  ])('a link %s to %s leads out', (name, target) => {
    expect(refusedOf(link(name, target))).toEqual([`"${name}": it is a link that leads out, to ${target}`])
  })

  test('second names are files; of what is not in the archive they are refused', () => {
    expect(
      membersOf([file('p/a'), link('p/b', 'p/a', 'link')], '/opt/app', 1).members.map((one) => [
        one.path,
        one.entry.type,
      ]),
    ).toEqual([
      ['a', 'file'],
      ['b', 'file'],
    ])
    for (const target of ['none', '/etc/shadow', '../a', 'later'])
      expect(refusedOf(link('b', target, 'link'), file('later'))).toEqual([expect.stringMatching(/no file before it/)])
  })

  test('nothing lies in a link or a file, and the later of two holds', () => {
    expect(refusedOf(link('a', 'b'), file('a/x'))).toEqual(['"a/x": it lies in a, which is no directory'])
    expect(refusedOf(file('a'), file('a/x/y'))).toEqual(['"a/x/y": it lies in a, which is no directory'])
    expect(membersOf([file('a'), link('a', 'b')], '/opt/app', 0).members).toMatchObject([
      { entry: { type: 'symlink' } },
    ])
  })

  test.each(['fifo', 'character-device', 'block-device'])('a %s is refused', (type) => {
    expect(refusedOf({ name: 'x', type, mode: 0o644 })).toEqual([`"x": it is a ${type}`])
  })

  test('names that no file can have are refused', () => {
    expect(refusedOf(file(`a/${'x'.repeat(256)}`), file('a\uFFFDb'))).toEqual([
      expect.stringMatching(/more than 255 bytes/),
      expect.stringMatching(/no UTF-8/),
    ])
  })
})

const url = 'https://example.org/a.tar'
test.each([
  [{}, /give either source or url/],
  [{ url, source: './archive.ts', sha256: 'a'.repeat(64) }, /give either source or url/],
  [{ url }, /url needs sha256/],
  [{ url, sha256: 'a' }, /64 hexadecimal digits/],
  [{ source: './archive.ts', sha256: 'a'.repeat(64) }, /go with url/],
  [{ source: './archive.ts', strip: -1 }, /strip/],
  [{ source: './archive.ts', mode: '99999' }, /octal digits/],
])('%j is refused', async (props, says) => {
  const { diagnostics } = await lowered(() => archive('/opt/app', props), { root: import.meta.dirname })
  expect(diagnostics.map((one) => one.summary)).toEqual([expect.stringMatching(says)])
})
