import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Collector } from '../document/collector.ts'
import { collectors, newCollector } from '../document/collector.ts'
import { profileFor, profiles } from '../profiles/index.ts'
import * as r from '../resources/index.ts'
import type { Capability } from '../states/kind.ts'
import { secret, text } from '../text/index.ts'
import { type LoweredDocument, type LowerOptions, lower } from './index.ts'

const everything: readonly Capability[] = ['paths', 'owners', 'accounts', 'packages', 'units', 'kernel', 'exec']

const profile = (os: string) => {
  const [id = '', version = ''] = os.split('/')
  const found = profileFor({ id, version }, profiles).profile
  if (found === undefined) throw new Error(os)
  return found
}

const run = (configure: () => void, root: string): Collector => {
  const collector = newCollector('web1', root)
  collectors.run(collector, configure)
  return collector
}

const lowered = (configure: () => void, options: Partial<LowerOptions> = {}): Promise<LoweredDocument> => {
  const root = options.siteRoot ?? import.meta.dirname
  const { resources, diagnostics } = run(configure, root)
  expect(diagnostics).toEqual([])
  return lower(
    { format: 'document/1', site: 'shop', host: 'web1', resources },
    { profile: profile('debian/12'), capabilities: new Set(everything), siteRoot: root, ...options },
  )
}

const steps = async (configure: () => void, options: Partial<LowerOptions> = {}): Promise<readonly string[]> => {
  const { steps, diagnostics } = await lowered(configure, options)
  expect(diagnostics).toEqual([])
  return steps.map((step) => step.text)
}

const errors = async (configure: () => void, options: Partial<LowerOptions> = {}) => {
  const result = await lowered(configure, options)
  expect(result.steps).toEqual([])
  return result.diagnostics
}

const hello = 'blob=5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03'
const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4vZ1Tx1Xj2Yw4cHn0h6q8f0b3yYk0Q5mXo1dYl2s3t'

describe('lowering', () => {
  const cases: readonly [name: string, configure: () => void, ...steps: string[]][] = [
    [
      'file',
      () => r.file('/etc//motd/', { content: 'hello\n', mode: 'u=rw,go=r' }),
      `COPY /etc/motd ${hello} mode=0644`,
    ],
    [
      'file with owner and check',
      () => r.file('/a b', { content: 'hello\n', owner: 'app', group: 'wheel', validate: 'check %s', parents: true }),
      `COPY /a%20b ${hello} group=sudo owner=app parents=yes validate=check%20%25s`,
    ],
    ['file, attributes', () => r.file('/a', { mode: '600', owner: 'app' }), 'CHMOD /a mode=0600', 'CHOWN /a owner=app'],
    ['file, absent', () => r.file('/a', { absent: true }), 'RM /a'],
    ['directory', () => r.directory('/srv/app', { mode: '0750', owner: 'app' }), 'DIR /srv/app mode=0750 owner=app'],
    ['link', () => r.link('/a', { target: '../b' }), 'LINK /a target=../b'],
    ['hard link', () => r.link('/a', { target: '/b', hard: true }), 'LINK /a hard=yes target=/b'],
    [
      'line',
      () => r.line('/etc/hosts', { id: 'db', match: /\sdb$/i, line: '10.0.0.5 db', place: { after: /^127/ } }),
      'LINE /etc/hosts anchor=^127 flags=i id=db line=10.0.0.5%20db match=\\sdb$ place=after',
    ],
    [
      'ini',
      () => r.ini('/a', { section: 'web app', key: 'port', value: 80, inlineComments: true, create: true }),
      'INI /a create=yes inline=yes key=port section=web%20app value=80',
    ],
    ['ini, a key alone', () => r.ini('/a', { key: 'k', bare: true }), 'INI /a bare=yes key=k'],
    ['env', () => r.env('/a', { key: 'K', value: 'a b', quote: false }), 'ENV /a key=K quote=no value=a%20b'],
    ['env, absent', () => r.env('/a', { key: 'K', absent: true }), 'ENV /a absent=yes key=K'],
    [
      'json',
      () => r.json('/a', { at: ['a b', 'c/d', 0], value: { x: [1, text`y`, null] } }),
      'JSON /a at=/a%20b/c~1d/0 value={%22x%22:[1,%22y%22,null]}',
    ],
    ['yaml', () => r.yaml('/a', { at: ['a'], value: false, create: true }), 'YAML /a at=/a create=yes value=false'],
    ['toml', () => r.toml('/a', { at: ['a'], value: 1.5 }), 'TOML /a at=/a value=1.5'],
    ['line, absent', () => r.line('/a', { id: 'x', match: 'x', absent: true }), 'LINE /a absent=yes id=x match=x'],
    [
      'block',
      () => r.block('/a', { id: 'x', text: 'y\n', create: true }),
      'BLOCK /a create=yes id=x site=shop text=y%0A',
    ],
    ['group', () => r.group('app', { gid: 900 }), 'GROUP app gid=900'],
    ['group, absent', () => r.group('app', { absent: true }), 'GROUP app type=absent'],
    [
      'user',
      () => r.user('app', { uid: 900, group: 'app', home: '/srv/app', shell: 'nologin' }),
      'USER app gid=app home=/srv/app shell=/usr/sbin/nologin uid=900',
    ],
    [
      'user with groups',
      () => r.user('al', { groups: ['wheel', 'adm', 'sudo'], appendGroups: true, locked: false, expiry: '' }),
      'USER al append=yes expiry="" groups=adm,sudo locked=no',
    ],
    [
      'authorized key',
      () => r.authorizedKey('root', { key: `${ed25519} me`, options: ['no-pty'] }),
      'DIR /root/.ssh group=root mode=0700 owner=root',
      `LINE /root/.ssh/authorized_keys create=yes group=root id=MvPXyfyaLXFoDuy1 line=no-pty%20${ed25519.replace(' ', '%20')}%20me match=(^|\\s)AAAAC3NzaC1lZDI1NTE5AAAAIJ4vZ1Tx1Xj2Yw4cHn0h6q8f0b3yYk0Q5mXo1dYl2s3t(\\s|$) mode=0600 owner=root`,
    ],
    ['packages by common and native names', () => r.pkg(['apache', 'curl']), 'PACKAGE apache2', 'PACKAGE curl'],
    [
      'package, held back',
      () => r.pkg('curl', { version: '1.2-3', hold: true, startOnInstall: false }),
      'PACKAGE curl hold=yes start=no version=1.2-3',
    ],
    ['service', () => r.service('sshd', { enabled: true, running: true }), 'UNIT ssh.service active=yes enabled=yes'],
    ['service, other unit', () => r.service('fstrim.timer', { masked: true }), 'UNIT fstrim.timer masked=yes'],
    ['hostname', () => r.hostname('web1'), 'HOSTNAME system name=web1'],
    [
      'exec',
      () => r.exec('init', { command: 'a && b', creates: '/x', undo: 'c', ok: [2, 0], env: { B: '1', A: '2 3' } }),
      'EXEC init command=a%20%26%26%20b creates=/x env=A%3D2%203%0AB%3D1 ok=0,2 timeout=300 undo=c',
    ],
    ['exec of words', () => r.exec('w', { command: ['a', 'b c', ''] }), 'EXEC w argv=a%20b%2520c%20%22%22 timeout=300'],
    [
      'actions',
      () =>
        r.file('/a', { content: 'hello\n', onChange: [r.reload('apache'), r.restart('x.socket'), r.run('echo hi')] }),
      `COPY /a ${hello} && RELOAD apache2.service && RESTART x.socket && RUN echo%20hi`,
    ],
    [
      'restartOn is the same as onChange: restart',
      () => {
        const conf = r.file('/a', { content: 'hello\n', onChange: r.restart('app') })
        r.service('app', { running: true, restartOn: conf })
      },
      `COPY /a ${hello} && RESTART app.service`,
      'UNIT app.service active=yes',
    ],
  ]
  test.each(cases)('%s', async (_name, configure, ...expected) => {
    expect(await steps(configure)).toEqual(expected)
  })

  test('sudoers', async () => {
    const { steps, blobs } = await lowered(() =>
      r.sudoers('ops', {
        groups: ['wheel'],
        users: ['al'],
        commands: ['/bin/a b', '/bin/c'],
        nopasswd: true,
        runAs: 'app',
      }),
    )
    const [blob] = blobs.blobs.values()
    expect(steps.map((step) => step.text)).toEqual([
      `COPY /etc/sudoers.d/ops blob=${blob?.name} group=root mode=0440 owner=root validate=/usr/sbin/visudo%20-cf%20%25s`,
    ])
    const chunks: Uint8Array[] = []
    for await (const chunk of blob?.open() ?? []) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe(
      'al ALL=(app) NOPASSWD: /bin/a b, /bin/c\n%sudo ALL=(app) NOPASSWD: /bin/a b, /bin/c\n',
    )
  })

  test('a tree', async () => {
    const siteRoot = mkdtempSync(join(tmpdir(), 'hexis-tree-'))
    mkdirSync(join(siteRoot, 'etc/sub'), { recursive: true })
    writeFileSync(join(siteRoot, 'etc/b'), 'hello\n')
    writeFileSync(join(siteRoot, 'etc/sub/run'), 'hello\n')
    chmodSync(join(siteRoot, 'etc/sub/run'), 0o755)
    symlinkSync('b', join(siteRoot, 'etc/a'))
    const collector = newCollector('web1', siteRoot)
    collector.position = { file: join(siteRoot, 'hexis.yaml'), line: 1, column: 1 }
    collectors.run(collector, () => r.tree('/etc/app', { source: 'etc', owner: 'root' }))
    const { steps } = await lower(
      { format: 'document/1', site: 's', host: 'h', resources: collector.resources },
      { profile: profile('debian/12'), capabilities: new Set(everything), siteRoot },
    )
    expect(steps.map((step) => step.text)).toEqual([
      'DIR /etc/app mode=0755 owner=root',
      `COPY /etc/app/b ${hello} mode=0644 owner=root`,
      'LINK /etc/app/a target=b',
      'DIR /etc/app/sub mode=0755 owner=root',
      `COPY /etc/app/sub/run ${hello} mode=0755 owner=root`,
    ])
  })

  test('each operating system has its own words', async () => {
    const configure = () => {
      r.pkg('redis')
      r.service('redis', { running: true })
    }
    expect(await steps(configure)).toEqual(['PACKAGE redis-server', 'UNIT redis-server.service active=yes'])
    expect(await steps(configure, { profile: profile('debian/13') })).toEqual([
      'PACKAGE valkey-server',
      'UNIT valkey-server.service active=yes',
    ])
  })

  test('steps know their line, and the list its host', async () => {
    const { steps, list } = await lowered(() => r.hostname('web1'), { os: 'debian/12.4' })
    expect(steps[0]?.source).toMatch(/^lower\.test\.ts:\d+:\d+$/)
    expect(list).toMatch(/^steps\/1 host=web1 os=debian\/12\.4 site=shop\nHOSTNAME system name=web1 # lower\.test\.ts:/)
  })

  test('what is kept on removal and what is only looked at', async () => {
    const { meta } = await lowered(() => {
      r.group('app', { mode: 'audit', onRemoval: 'keep' })
      r.group('b')
    })
    expect([...meta]).toEqual([['group:app', { onRemoval: 'keep', audit: true }]])
  })
})

describe('texts with holes', () => {
  test('secret contents have no digest of their own', async () => {
    const { steps, blobs } = await lowered(() => {
      r.file('/a', { content: text`password=${secret.env('DB')}` })
      r.user('app', { password: 'hash' })
    })
    const names = [...blobs.texts.keys()]
    expect(names).toHaveLength(2)
    expect(names.every((name) => /^sealed:[0-9a-f]{64}$/.test(name))).toBe(true)
    expect(steps.map((step) => step.text)).toEqual([`COPY /a blob=${names[0]}`, `USER app password=${names[1]}`])
    expect(blobs.blobs.size).toBe(0)
  })

  test('probe output is held', async () => {
    const { steps, probes, blobs } = await lowered(() => {
      const kernel = r.probe('kernel', { command: ['uname', '-r'], env: { A: 'b' } })
      r.file('/a', { content: text`${kernel.output}\n` })
    })
    expect(probes).toEqual([{ id: 'kernel', argv: ['uname', '-r'], env: { A: 'b' }, timeoutMs: 30_000 }])
    expect(steps[0]?.text).toMatch(/^COPY \/a blob=held:[0-9a-f]{64}$/)
    expect([...blobs.texts.values()]).toEqual([[{ probe: 'kernel' }, '\n']])
  })

  test('facts are filled in', async () => {
    const document = {
      format: 'document/1',
      site: 's',
      host: 'h',
      resources: [{ type: 'file', id: '/a', props: { content: { $text: ['hel', { fact: 'x' }, '\n'] } }, source }],
    } as const
    const options = { profile: profile('debian/12'), capabilities: new Set(everything), siteRoot: '/' }
    const known = await lower(document, { ...options, resolveFact: () => 'lo' })
    expect(known.steps[0]?.text).toBe(`COPY /a ${hello}`)
    const unknown = await lower(document, options)
    expect(unknown.diagnostics).toMatchObject([{ code: 'unknown-fact', source }])
  })

  test('a secret where people would see it is refused', async () => {
    const held = text`a ${secret.env('B')}`
    const all = [
      () => r.block('/a', { id: 'x', text: held }),
      () => r.ini('/a', { key: 'x', value: held }),
      () => r.env('/a', { key: 'X', value: held }),
      () => r.json('/a', { at: ['x'], value: { y: [held] } }),
    ]
    for (const one of all) expect(await errors(one)).toMatchObject([{ code: 'held-here' }])
  })

  test('guards of an exec are read-only commands of the plan', async () => {
    const { probes, creates } = await lowered(() => {
      r.exec('a', { command: 'x', unless: 'test -e /y', user: 'app' })
      r.exec('b', { command: 'x', onlyIf: 'test -e /z', creates: '/w' })
    })
    expect(probes.map((one) => [one.id, one.argv.at(-1), one.user])).toEqual([
      ['unless:a', 'test -e /y', 'app'],
      ['onlyIf:b', 'test -e /z', undefined],
    ])
    expect(creates).toEqual(['/w'])
  })
})

const source = { file: 'site.ts', line: 3, column: 5 }

describe('order', () => {
  test('is the written one where nothing speaks against it', async () => {
    const list = await steps(() => {
      r.service('b', { running: true })
      r.pkg('b')
      r.pkg('a')
    })
    expect(list).toEqual(['UNIT b.service active=yes', 'PACKAGE b', 'PACKAGE a'])
  })

  test('parents, owners, groups, link targets and unit files come first', async () => {
    const list = await steps(() => {
      r.service('app', { running: true })
      r.link('/srv/now', { target: 'app/current' })
      r.file('/etc/systemd/system/app.service.d/x.conf', { content: 'hello\n' })
      r.file('/etc/systemd/system/app.service', { content: 'hello\n' })
      r.directory('/srv/app/current', { owner: 'app' })
      r.user('app', { group: 'app', groups: ['log'] })
      r.directory('/srv/app', { group: 'app' })
      r.group('app')
      r.group('adm')
    })
    expect(list.map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual([
      'COPY /etc/systemd/system/app.service.d/x.conf',
      'COPY /etc/systemd/system/app.service',
      'UNIT app.service',
      'GROUP app',
      'GROUP adm',
      'USER app',
      'DIR /srv/app',
      'DIR /srv/app/current',
      'LINK /srv/now',
    ])
  })

  test('after', async () => {
    const list = await steps(() => {
      const last = r.pkg('c')
      r.pkg('a', { after: last })
    })
    expect(list).toEqual(['PACKAGE c', 'PACKAGE a'])
    const [first] = (await lowered(() => r.pkg('a', { after: [] }))).steps
    expect(first?.text).toBe('PACKAGE a')
  })

  test('what is inside of a directory goes before the directory', async () => {
    const list = await steps(() => {
      r.directory('/srv/app', { absent: true })
      r.file('/srv/app/x', { absent: true })
    })
    expect(list).toEqual(['RM /srv/app/x', 'RM /srv/app'])
  })

  test('a circle names its members', async () => {
    const found = await lower(
      {
        format: 'document/1',
        site: 's',
        host: 'h',
        resources: [
          { type: 'package', id: 'a', props: {}, source, after: ['package:b'] },
          { type: 'package', id: 'b', props: {}, source, after: ['package:a'] },
        ],
      },
      { profile: profile('debian/12'), capabilities: new Set(everything), siteRoot: '/' },
    )
    expect(found.steps).toEqual([])
    expect(found.diagnostics).toMatchObject([
      { code: 'circle', summary: expect.stringContaining('package:a → package:b → package:a'), source },
    ])
  })
})

describe('one thing declared by several', () => {
  test('equal aspects merge, also between resources', async () => {
    const list = await steps(() => {
      r.pkg('apache')
      r.pkg('apache2', { hold: true })
      r.authorizedKey('root', { key: `${ed25519} me` })
      r.directory('/root/.ssh', { mode: '0700', onChange: r.run('x') })
      r.sudoers('a', { content: 'hello\n' })
      r.file('/etc/sudoers.d/a', { owner: 'root' })
      r.file('/etc/sudoers.d/b', { owner: 'root', mode: '0440' })
      r.sudoers('b', { content: 'hello\n' })
    })
    expect(list).toEqual([
      'PACKAGE apache2 hold=yes',
      'DIR /root/.ssh group=root mode=0700 owner=root && RUN x',
      expect.stringMatching(/^LINE/),
      expect.stringMatching(/^COPY \/etc\/sudoers\.d\/a blob=\w+ group=root mode=0440 owner=root/),
      expect.stringMatching(/^COPY \/etc\/sudoers\.d\/b blob=\w+ group=root mode=0440 owner=root/),
    ])
  })

  const conflicts: readonly [name: string, code: string, says: RegExp, configure: () => void][] = [
    [
      'unequal aspects',
      'conflicting-declarations',
      /differ in mode/,
      () => {
        r.sudoers('a', { content: 'hello\n' })
        r.file('/etc/sudoers.d/a', { mode: '0600' })
      },
    ],
    [
      'attributes apart, then all at once',
      'conflicting-declarations',
      /differ in owner/,
      () => {
        r.file('/etc/sudoers.d/a', { mode: '0440', owner: 'bob' })
        r.sudoers('a', { content: 'hello\n' })
      },
    ],
    [
      'two names of one host',
      'conflicting-declarations',
      /differ in name/,
      () => {
        r.hostname('a')
        r.hostname('b')
      },
    ],
    [
      'different sorts of things',
      'conflicting-declarations',
      /differ in type/,
      () => {
        r.directory('/a')
        r.link('/a', { target: '/b' })
      },
    ],
    [
      'present and absent',
      'conflicting-declarations',
      /differ in type/,
      () => {
        r.pkg('apache')
        r.pkg('apache2', { absent: true })
      },
    ],
    [
      'whole content beside parts',
      'content-and-parts',
      /whole content/,
      () => {
        r.line('/a', { line: 'x' })
        r.file('/a', { content: 'hello\n' })
      },
    ],
    [
      'a value inside of another',
      'content-and-parts',
      /json '\/a#\/b\/c\/d' is a part of the value that json '\/a#\/b' owns/,
      () => {
        r.json('/a', { at: ['b'], value: {} })
        r.json('/a', { at: ['bb'], value: 1 })
        r.yaml('/a', { at: ['b', 'x'], value: 1 })
        r.json('/a', { at: ['b', 'c', 'd'], value: 1 })
      },
    ],
    [
      'something inside of what shall not be there',
      'inside-absent',
      /lies in \/a/,
      () => {
        r.directory('/a', { absent: true })
        r.file('/a/b/c', { content: 'hello\n' })
      },
    ],
  ]
  test.each(conflicts)('%s: an error that names both places', async (_name, code, says, configure) => {
    const found = await errors(configure)
    expect(found).toMatchObject([{ code, summary: expect.stringMatching(says), source: { file: 'lower.test.ts' } }])
    expect(found[0]?.related?.[0]?.source.file).toBe('lower.test.ts')
    expect(found[0]?.related?.[0]?.source).not.toEqual(found[0]?.source)
  })

  test('attributes beside parts are fine', async () => {
    const list = await steps(() => {
      r.line('/a', { line: 'x', create: true })
      r.file('/a', { mode: '0600' })
    })
    expect(list).toEqual(['LINE /a create=yes id=x line=x', 'CHMOD /a mode=0600'])
  })
})

describe('a host that cannot do everything', () => {
  const configure = () => {
    r.file('/a', { content: 'hello\n', validate: 'check %s', onChange: r.reload('app') })
    r.pkg('curl')
    r.service('app', { running: true })
    r.probe('x', { command: 'y' })
  }
  const capabilities: ReadonlySet<Capability> = new Set(['paths'])

  test('is told what is left out', async () => {
    const { steps, diagnostics, unsupported } = await lowered(configure, { capabilities })
    expect(steps.map((step) => step.text)).toEqual([`COPY /a ${hello}`])
    expect(unsupported.map((one) => one.capability)).toEqual(['packages', 'units', 'exec'])
    expect(diagnostics.map((one) => [one.severity, one.code])).toEqual(Array(3).fill(['warning', 'unsupported-here']))
  })

  test('is refused when strict', async () => {
    expect(await errors(configure, { capabilities, strict: true })).toHaveLength(3)
  })
})

test('5,000 resources, each after the one before, written backwards', async () => {
  const resources = Array.from({ length: 5000 }, (_, n) => ({
    type: 'file',
    id: `/srv/${4999 - n}`,
    props: { content: '' },
    source,
    ...(n === 4999 ? {} : { after: [`file:/srv/${4998 - n}`] }),
  }))
  const { steps, diagnostics } = await lower(
    { format: 'document/1', site: 's', host: 'h', resources },
    { profile: profile('debian/12'), capabilities: new Set(everything), siteRoot: '/' },
  )
  expect(diagnostics).toEqual([])
  expect(steps[0]?.target).toBe('/srv/0')
  expect(steps[4999]?.target).toBe('/srv/4999')
})
