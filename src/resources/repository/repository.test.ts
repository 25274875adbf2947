import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { pkg, repository } from '../index.ts'
import type { RepositoryProps } from './repository.ts'
import { otherFingerprint, otherKey, sampleFingerprint, sampleKey } from './sample-key.ts'

const key = { content: sampleKey, fingerprint: sampleFingerprint }
const base = { url: 'https://example.org/r', key }
const deb = { ...base, suites: ['stable', 'testing'], components: ['main', 'extra'] }
const file = (path: string, blob: number): string =>
  `COPY ${path} blob=${blob} group=root mode=0644 owner=root parents=yes`

describe('a repository', () => {
  test('of apt is a file whose Signed-By names a keyring of its own, before packages', async () => {
    const { steps, contents, diagnostics } = await lowered(() => {
      pkg('curl')
      pkg('rsync', { absent: true })
      repository('shop', { ...deb, architectures: ['amd64'], description: 'Shop & Co' })
    })
    expect(diagnostics).toEqual([])
    expect(steps.map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual([
      'COPY /etc/apt/keyrings/shop.gpg',
      'COPY /etc/apt/sources.list.d/shop.sources',
      'PACKAGE curl',
      'PACKAGE rsync',
    ])
    expect(contents[1]).toBe(
      [
        'X-Repolib-Name: Shop & Co',
        'Types: deb',
        'URIs: https://example.org/r',
        'Suites: stable testing',
        'Components: main extra',
        'Architectures: amd64',
        'Signed-By: /etc/apt/keyrings/shop.gpg',
        '',
      ].join('\n'),
    )
  })

  test('of apt may be a plain folder, trusted as it is or by the keys of the system', async () => {
    const { steps, contents } = await lowered(() => {
      repository('flat', { url: 'file:/srv/debs', suites: ['./'], unsigned: true })
      repository('backports', { url: 'http://deb.debian.org/debian', suites: ['b-backports'], components: ['main'] })
    })
    expect(steps).toEqual([
      file('/etc/apt/sources.list.d/flat.sources', 0),
      file('/etc/apt/sources.list.d/backports.sources', 1),
    ])
    expect(contents).toEqual([
      'Types: deb\nURIs: file:/srv/debs\nSuites: ./\nTrusted: yes\n',
      'Types: deb\nURIs: http://deb.debian.org/debian\nSuites: b-backports\nComponents: main\n',
    ])
  })

  test.each([
    ['fedora/43', '/etc/yum.repos.d', ''],
    ['rocky/9', '/etc/yum.repos.d', ''],
    ['opensuse-leap/15', '/etc/zypp/repos.d', 'autorefresh=1\ntype=rpm-md\n'],
  ])('of %s is a .repo file, and a key in armour', async (os, folder, more) => {
    const { steps, contents } = await lowered(() => repository('shop', base), { os })
    expect([steps[0], steps[2]]).toEqual([file('/etc/pki/rpm-gpg/RPM-GPG-KEY-shop', 0), file(`${folder}/shop.repo`, 1)])
    const list = `rpm -q gpg-pubkey --qf '%{name}-%{version}-%{release}\\n' | grep -i -e 'pubkey-903C79B1-' -e 'pubkey-${sampleFingerprint}-'`
    expect(decodeURIComponent(steps[1] ?? '')).toBe(
      `EXEC trust in ${sampleFingerprint} command=rpm --import /etc/pki/rpm-gpg/RPM-GPG-KEY-shop timeout=300 undo=${list} | xargs -r rpm -e unless={ ${list}; } >/dev/null 2>&1`,
    )
    expect(contents).toEqual([
      sampleKey.replace('Comment: of a test\n', ''),
      `[shop]\nname=shop\nbaseurl=https://example.org/r\nenabled=1\n${more}gpgcheck=1\ngpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-shop\n`,
    ])
    const bare = await lowered(() => repository('shop', { url: base.url, unsigned: true, description: 'Shop' }), { os })
    expect(bare.contents).toEqual([`[shop]\nname=Shop\nbaseurl=https://example.org/r\nenabled=1\n${more}gpgcheck=0\n`])
  })

  test('of pacman is a section, and a key taken into its keyring', async () => {
    const { steps } = await lowered(() => repository('shop', base), { os: 'arch' })
    const decoded = steps.map((step) => decodeURIComponent(step))
    expect(steps[0]).toBe(file('/usr/share/pacman/keyrings/shop.gpg', 0))
    expect(decoded[1]).toContain(
      `command=pacman-key --add /usr/share/pacman/keyrings/shop.gpg && pacman-key --lsign-key ${sampleFingerprint}`,
    )
    expect(decoded[1]).toContain(`undo=pacman-key --delete ${sampleFingerprint}`)
    expect(decoded[2]).toBe(
      'BLOCK /etc/pacman.conf id=repository shop site=s text=[shop]\nSigLevel = Required DatabaseOptional\nServer = https://example.org/r\n',
    )
    const files = await lowered(() => repository('shop', base), { os: 'arch', capabilities: ['paths', 'owners'] })
    expect(files.steps.map((step) => step.split(' ')[0])).toEqual(['COPY', 'BLOCK'])
  })

  test('of apk is a line for each part, and a key by the name that signatures have (golden only)', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const content = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const wrong = await lowered(() => repository('shop', { ...deb, key: { ...key, content } }), { os: 'alpine/3.22' })
    const fingerprint = /It is ([0-9A-F]{64});/.exec(wrong.diagnostics[0]?.detail ?? '')?.[1] ?? ''
    const { steps, contents } = await lowered(
      () =>
        repository('shop', {
          url: 'https://example.org/r/',
          suites: ['v3.22'],
          components: ['main', 'extra'],
          key: { content, fingerprint, name: 'a@example.org-1.rsa.pub' },
        }),
      { os: 'alpine/3.22' },
    )
    expect(steps.map((step) => decodeURIComponent(step))).toEqual([
      file('/etc/apk/keys/a@example.org-1.rsa.pub', 0),
      'BLOCK /etc/apk/repositories id=repository shop site=s text=https://example.org/r/v3.22/main\nhttps://example.org/r/v3.22/extra\n',
    ])
    expect(contents[0]).toBe(content)
  })

  test.each([
    ['debian/12', ['RM /etc/apt/sources.list.d/shop.sources', 'RM /etc/apt/keyrings/shop.gpg']],
    ['fedora/43', ['RM /etc/yum.repos.d/shop.repo', 'RM /etc/pki/rpm-gpg/RPM-GPG-KEY-shop']],
    [
      'alpine/3.22',
      ['BLOCK /etc/apk/repositories absent=yes id=repository%20shop site=s', 'RM /etc/apk/keys/shop.rsa.pub'],
    ],
  ])('that is absent has no files on %s', async (os, expected) => {
    expect((await lowered(() => repository('shop', { absent: true }), { os })).steps).toEqual(expected)
  })

  test('that needs a package first does not come before all of them', async () => {
    const { steps, diagnostics } = await lowered(() => {
      repository('shop', { ...deb, after: pkg('ca-certificates') })
    })
    expect(diagnostics).toEqual([])
    expect(steps[0]).toBe('PACKAGE ca-certificates')
  })
})

const of = async (props: Partial<RepositoryProps>, os?: string) =>
  (await lowered(() => repository('shop', { ...deb, ...props }), os === undefined ? {} : { os })).diagnostics

describe('a key', () => {
  const other = 'F'.repeat(40)

  test('of another fingerprint is refused, and both are named; nothing is sent', async () => {
    const { steps, diagnostics } = await lowered(() =>
      repository('shop', { ...deb, key: { ...key, fingerprint: other } }),
    )
    expect(steps).toEqual([])
    expect(diagnostics).toMatchObject([
      { code: 'bad-key', source: { file: expect.stringContaining('repository.test') } },
    ])
    expect(diagnostics[0]?.detail).toBe(`It is ${sampleFingerprint}; declared is ${other}.`)
  })

  test('without a fingerprint is refused, and its own is named', async () => {
    const found = await of({ key: { content: sampleKey } as typeof key })
    expect(found[0]).toMatchObject({ code: 'bad-key', detail: `It is ${sampleFingerprint}.` })
  })

  test('may not bring another one along, nor be one of several declared', async () => {
    expect(await of({ key: { ...key, fingerprint: [sampleFingerprint, other] } })).toMatchObject([{ code: 'bad-key' }])
    expect(await of({ key: { ...key, content: sampleKey + otherKey } })).toMatchObject([{ code: 'bad-key' }])
    expect(await of({ key: { ...key, content: sampleKey + sampleKey } })).toEqual([])
  })

  test('is looked at before the system of a host is known', async () => {
    expect(await of({}, 'linux')).toEqual([])
    expect(await of({ key: { ...key, fingerprint: other } }, 'linux')).toMatchObject([{ code: 'bad-key' }])
  })

  test('may be written with spaces, in small letters', async () => {
    const spaced = `0x${sampleFingerprint.toLowerCase().replace(/(.{4})/g, '$1 ')}`
    expect(await of({ key: { ...key, fingerprint: spaced } })).toEqual([])
  })

  test.each([
    ['not a key', 'debian/12', /neither an armoured/],
    [sampleKey, 'alpine/3.22', /apk wants a public key in PEM/],
  ])('that is none is refused: %#', async (content, os, says) => {
    const [found] = await of({ key: { ...key, content } }, os)
    expect(found).toMatchObject({ code: 'bad-key', summary: expect.stringMatching(says) })
  })

  describe('of a file or a server', () => {
    let root: string
    let server: Server
    let asked = 0
    let body = sampleKey
    const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/key`
    const lower = (more: object) =>
      lowered(() => repository('shop', { ...deb, key: { fingerprint: sampleFingerprint, ...more } }), { root })

    beforeAll(() => {
      server = createServer((_, response) => {
        asked++
        response.end(body)
      })
      return new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    })
    afterAll(() => void server.close())
    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), 'hexis-key-'))
      asked = 0
      body = sampleKey
    })
    afterEach(() => rmSync(root, { recursive: true }))

    test('is asked for once, and kept by its fingerprint', async () => {
      const all = await Promise.all(Array.from({ length: 5 }, () => lower({ url: url() })))
      expect(all.flatMap((one) => one.diagnostics)).toEqual([])
      expect(all[4]?.steps).toHaveLength(2)
      expect(asked).toBe(1)
      await lower({ url: url() })
      expect(asked).toBe(1)
      expect(readdirSync(join(root, '.hexis/keys'))).toEqual([`${sampleFingerprint}.pub`])
      writeFileSync(join(root, '.hexis/keys', `${sampleFingerprint}.pub`), 'damaged')
      expect((await lower({ url: url() })).diagnostics).toEqual([])
      expect(asked).toBe(2)
    })

    test('that is another is refused and not kept', async () => {
      const { diagnostics } = await lower({ url: url(), fingerprint: other })
      expect(diagnostics[0]?.detail).toContain(sampleFingerprint)
      expect(readdirSync(root)).toEqual([])
    })

    test('that is far too large is given up', async () => {
      body = 'x'.repeat(5_000_000)
      expect((await lower({ url: url() })).diagnostics).toMatchObject([{ code: 'download-failed' }])
    })

    test('is relative to the module that says so, and must be there', async () => {
      const here = import.meta.dirname
      const found = await lowered(() => repository('shop', { ...deb, key: { ...from('./sample-key.ts') } }), {
        root: here,
      })
      expect(found.diagnostics).toEqual([])
      const gone = await lowered(() => repository('shop', { ...deb, key: from('./none.asc') }), { root: here })
      expect(gone.diagnostics).toMatchObject([{ code: 'source-missing' }])
    })
  })
})

const from = (source: string) => ({ source, fingerprint: [sampleFingerprint, otherFingerprint] })

test.each([
  [{}, /url is missing/],
  [{ url: 'x' }, /no URL/],
  [{ url: 'ftp://example.org/x' }, /http, https or file/],
  [{ url: 'https://me:pw@example.org/x' }, /no user and password/],
  [{ url: 'https://example.org/a b' }, /no spaces/],
  [{ ...deb, unsigned: true }, /exclude each other/],
  [{ ...deb, key: { fingerprint: sampleFingerprint } }, /one of url, source and content/],
  [{ ...deb, key: { ...key, url: base.url } }, /one of url, source and content/],
  [{ ...deb, key: { ...key, fingerprint: '903C79B1' } }, /40 hexadecimal digits/],
  [{ ...deb, suites: ['a b'] }, /one word/],
  [{ ...deb, suites: [] }, /suites/],
  [{ ...deb, suites: ['x/'] }, /has no components/],
  [{ ...deb, description: 'a\nb' }, /one line/],
  [{ ...deb, absent: true }, /no other property/],
  [{ ...base }, /suites is missing/],
  [{ ...base, suites: ['x'] }, /components is missing/],
])('nonsense %# is refused', async (props, says) => {
  expect(await mistakes(() => repository('shop', props as RepositoryProps))).toEqual([expect.stringMatching(says)])
})

test.each([
  ['fedora/43', deb, /dnf knows no suites and components/],
  ['arch', { ...base, architectures: ['amd64'] }, /pacman knows no architectures/],
  ['alpine/3.22', { url: base.url, unsigned: true }, /apk has no repositories without signatures/],
])('what %s cannot have is named', async (os, props, says) => {
  const { diagnostics } = await lowered(() => repository('shop', props), { os })
  expect(diagnostics[0]?.summary).toMatch(says)
})

test.each(['a/b', '', '-a', 'a.b', 'a b'])('%j is no name', async (name) => {
  expect(await mistakes(() => repository(name, deb))).toHaveLength(1)
})
