import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, canStart, startBench } from './bench.ts'
import { startOnTerminal } from './watched.ts'

describe.skipIf(!canStart)('steps that fail', () => {
  let bench: Bench
  const on = (command: string): Promise<string> => bench.on('h1', command)
  const there = (pattern: string): Promise<string> => on(`cd /srv && ls -d ${pattern} 2>/dev/null || :`)

  beforeAll(async () => {
    bench = await startBench(1)
  }, 600_000)
  afterAll(() => bench?.stop())

  const middle = (name: string): string => `r.file('/srv/${name}-1', { content: '1' })
r.exec('${name}', { command: 'echo some words; echo more words >&2; exit 7', undo: 'true' })
r.file('/srv/${name}-2', { content: '2' })`

  test('--on-failure rollback: everything is put back; the output of the command is shown', async () => {
    const site = bench.site(middle('back'))
    const ran = await site.up()
    expect(ran.status).toBe(3)
    expect(ran.err).toContain('error[step-failed] site.ts:9:3 EXEC back failed: exit status 7 of: echo some words;')
    expect(ran.err).toContain('\n  some words\n  more words\n  Everything that this run had changed')
    expect(ran.err).toContain('on: host h1, exec:back')
    expect(ran.err).toContain('hint: Mend the cause named above')
    expect(ran.out).toContain('Done: 1 undone')
    expect(await there("'back*'")).toBe('')
    expect(await site.json(['log', 'h1'])).toMatchObject({ generations: [] })
  })

  test('--on-failure stop: what was done stays as a partial generation; the next run goes on from there', async () => {
    const site = bench.site(middle('stop'))
    const ran = await site.up('--on-failure', 'stop')
    expect(ran.status).toBe(3)
    expect(ran.err).toContain('What was done before stays, recorded as a partial generation.')
    expect(ran.out).toMatch(/h1 +failed +generation 1/)
    expect(await there('stop*')).toBe('stop-1\n')
    expect(await site.json(['log', 'h1'])).toMatchObject({ generations: [{ number: 1, partial: true }] })
    expect((await site.hexis(['plan'])).out).toContain('Plan: 1 to create, 1 to run on 1 host')
    site.configure(middle('stop').replace('exit 7', 'exit 0'))
    expect((await site.up()).status).toBe(0)
    expect(await there('stop*')).toBe('stop-1\nstop-2\n')
    expect((await site.up()).out).toContain('Done: 1 converged')
    expect((await site.hexis(['rollback', '--to', '0', '--yes'])).status).toBe(0)
    expect(await there('stop*')).toBe('')
  })

  test('--on-failure continue: what can be done is done; taking the declarations away takes it back', async () => {
    const site = bench.site(middle('on'))
    const ran = await site.up('--on-failure', 'continue')
    expect(ran.status).toBe(3)
    expect(ran.err).toContain('recorded as a partial generation')
    expect(await there('on-*')).toBe('on-1\non-2\n')
    site.configure('')
    expect((await site.up('--allow-removals')).status).toBe(0)
    expect(await there('on-*')).toBe('')
  })

  test('validate fails: undone, the error shows what the validator said', async () => {
    await on('echo old >/srv/conf')
    const site = bench.site(`r.file('/srv/valid-1', { content: '1' })
r.file('/srv/conf', { content: 'bad\\n', validate: 'grep -q good %s || { echo "line 1: not good" >&2; echo and more; exit 1; }' })`)
    const ran = await site.up()
    expect(ran.status).toBe(3)
    expect(ran.err).toContain(
      'error[validation-failed] site.ts:9:3 COPY /srv/conf failed: validation failed: grep -q good',
    )
    expect(ran.err).toContain('\n  line 1: not good\n  and more\n')
    expect(ran.err).toContain('hint: Correct the content; the file on the host was never replaced.')
    expect(await on('cat /srv/conf')).toBe('old\n')
    expect(await there("'valid*' '.hexis*'")).toBe('')
  })

  test('a foreign edit between plan and apply: undone, and nothing of the edit is lost', async () => {
    await on('echo old >/srv/race')
    const site = bench.site(`r.file('/srv/race-1', { content: '1' })\nr.file('/srv/race', { content: 'new\\n' })`)
    const up = startOnTerminal(site, 'up')
    await up.said('Carry this out')
    await on('echo edited >/srv/race')
    up.type('y')
    expect(await up.ended()).toBe(3)
    expect(up.text()).toMatch(
      /error\[changed-since-plan\] site\.ts:9:3 COPY \/srv\/race failed: changed since the plan was made: content is [0-9a-f]{12}…, expected [0-9a-f]{12}…/,
    )
    expect(up.text()).toContain('hint: Somebody or something changed it meanwhile.')
    expect(await on('cat /srv/race')).toBe('edited\n')
    expect(await there("'race-*'")).toBe('')
  })

  test('a foreign edit after a saved plan: refused before anything is begun', async () => {
    await on('echo old >/srv/saved')
    const site = bench.site("r.file('/srv/saved', { content: 'new\\n' })")
    await site.hexis(['plan', '--out', 'p.plan'])
    await on('echo edited >/srv/saved')
    const ran = await site.up('p.plan')
    expect(ran.status).toBe(3)
    expect(ran.err).toContain('error[stale-plan] the host has changed since this plan was made')
    expect(ran.err).toContain('differs now: path:/srv/saved')
    expect(await on('cat /srv/saved')).toBe('edited\n')
  })

  test('a file where a directory shall be, and the other way round, come and go back', async () => {
    await on(`mkdir -p /srv/t/empty; chmod 711 /srv/t/empty; echo x >/srv/t/isfile; chmod 640 /srv/t/isfile
      ln -s /srv/t/empty /srv/t/link; ln -s nowhere /srv/t/gone; touch -d 2001-01-01 /srv/t/isfile /srv/t/empty`)
    const look = "cd /srv/t && stat -c '%n %F %a %Y' isfile empty && readlink link gone"
    const before = await on(look)
    const site = bench.site(`r.directory('/srv/t/isfile')
r.file('/srv/t/empty', { content: 'x' })
r.file('/srv/t/link', { content: 'y' })
r.file('/srv/t/gone', { absent: true })`)
    const ran = await site.up()
    expect(ran.status, ran.all).toBe(0)
    expect(ran.out).toContain('type  file → dir')
    expect(ran.out).toContain('type  dir → file')
    expect(ran.out).toContain('type  link → file')
    expect(await on("cd /srv/t && stat -c '%n %F' *")).toBe('empty regular file\nisfile directory\nlink regular file\n')
    expect((await site.up()).out).toContain('Done: 1 converged')
    expect((await site.hexis(['rollback', '--to', '0', '--yes'])).status).toBe(0)
    expect(await on(look)).toBe(before)
  })

  test('an account that was declared away comes back with its number, groups and shell', async () => {
    await on("groupadd -g 1778 crew; useradd -u 1777 -s /bin/sh -G games,crew -c 'Old Hand' old")
    const look = 'getent passwd old; id old; getent group crew'
    const before = await on(look)
    const site = bench.site("r.user('old', { absent: true })\nr.group('crew', { absent: true })")
    const ran = await site.up()
    expect(ran.status, ran.all).toBe(0)
    expect(await on(`{ ${look}; } 2>/dev/null || :`)).toBe('')
    const back = await site.hexis(['rollback', '--to', '0', '--yes'])
    expect(back.status, back.all).toBe(0)
    expect(await on(look)).toBe(before)
  })

  test('a directory that holds something is never replaced by a file', async () => {
    await on('mkdir -p /srv/full/sub; echo y >/srv/full/sub/y')
    const site = bench.site("r.file('/srv/full', { content: 'x' })")
    const ran = await site.up()
    expect(ran.status).toBe(3)
    expect(ran.err).toContain('site.ts:8:3 COPY /srv/full failed: directory /srv/full is not empty: it holds sub')
    expect(ran.err).toContain('on: host h1, path:/srv/full')
    expect(await on('cat /srv/full/sub/y')).toBe('y\n')
  })

  test('a parent that is a file, and one that is not there', async () => {
    await on('echo f >/srv/plain')
    const below = await bench.site("r.file('/srv/plain/x', { content: 'x' })").up()
    expect(below.status).toBe(3)
    expect(below.err).toContain('site.ts:8:3')
    expect(below.err).toMatch(/\/srv\/plain is (?:no|not a) directory/)
    const missing = await bench.site("r.file('/srv/nope/deep/z', { content: 'x' })").up()
    expect(missing.status).toBe(3)
    expect(missing.err).toContain(
      'error[missing-need] site.ts:8:3 path:/srv/nope/deep/z needs path:/srv/nope/deep, which is not there',
    )
    expect(missing.err).toContain("hint: Declare directory('/srv/nope/deep', …) before it, or set parents: true.")
  })
})
