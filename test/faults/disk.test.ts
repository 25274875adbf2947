import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, canStart, startBench } from './bench.ts'

describe.skipIf(!canStart)('disks that take nothing', () => {
  let bench: Bench
  const on = (command: string): Promise<string> => bench.on('h1', command)
  const mounted: string[] = []
  const mount = async (folder: string, options: string): Promise<void> => {
    await on(`mkdir -p ${folder}; mount -t tmpfs -o ${options} tmpfs ${folder}`)
    mounted.push(folder)
  }

  beforeAll(async () => {
    bench = await startBench(1)
  }, 600_000)
  afterEach(async () => {
    for (const folder of mounted.splice(0)) await on(`umount ${folder}`)
  })
  afterAll(() => bench?.stop())

  test('read-only file system: undone; what, host, resource, line and hint are named', async () => {
    await mount('/srv/ro', 'size=1m')
    await on('mount -o remount,ro /srv/ro')
    const site = bench.site(`r.file('/srv/before-ro', { content: 'a' })
r.file('/srv/ro/x', { content: 'b' })`)
    const ran = await site.up()
    expect(ran.status).toBe(3)
    expect(ran.err).toMatch(/error\[read-only\] site\.ts:9:3 COPY \/srv\/ro\/x failed: read-only file system\n/)
    expect(ran.err).toContain("r.file('/srv/ro/x'")
    expect(ran.err).toContain('on: host h1, path:/srv/ro/x')
    expect(ran.err).toContain('hint: Mount it writable')
    expect(ran.err).toContain('Everything that this run had changed on the host was put back.')
    expect(ran.out).toContain('Done: 1 undone')
    expect(await on('ls -A /srv/ro; ls /srv')).not.toContain('before-ro')
  })

  test('full disk: nothing half-written, the rest undone', async () => {
    await mount('/srv/full', 'size=1m')
    await on('echo old >/srv/full/y')
    const site = bench.site(`r.file('/srv/before-full', { content: 'a' })
r.file('/srv/full/y', { content: 'new' })
r.file('/srv/full/x', { content: 'b'.repeat(3 << 20) })`)
    const ran = await site.up()
    expect(ran.status).toBe(3)
    expect(ran.err).toMatch(/error\[disk-full\] site\.ts:10:3 COPY \/srv\/full\/x failed: disk full\n/)
    expect(ran.err).toContain('No space left on device')
    expect(ran.err).toContain('on: host h1, path:/srv/full/x')
    expect(ran.err).toContain('hint: Make room there')
    expect(await on('ls -A /srv/full; cat /srv/full/y')).toBe('y\nold\n')
    expect(await on('ls /srv')).not.toContain('before-full')
  })

  test('room for a small file, but none for the second: the first is undone on the full disk', async () => {
    await mount('/srv/tight', 'size=1m')
    await on('echo old >/srv/tight/y; chmod 640 /srv/tight/y')
    const inode = await on('stat -c %i /srv/tight/y')
    const site = bench.site(`r.file('/srv/tight/y', { content: 'c'.repeat(600_000), mode: '0600' })
const y = r.exec('between', { command: 'head -c 2000000 /dev/zero >/srv/tight/fill || :', undo: 'rm -f /srv/tight/fill' })
r.file('/srv/tight/z', { content: 'd'.repeat(600_000), after: [y] })`)
    const ran = await site.up()
    expect(ran.status).toBe(3)
    expect(ran.err).toMatch(/error\[disk-full\] site\.ts:10:3 COPY \/srv\/tight\/z failed: disk full/)
    expect(await on('ls -A /srv/tight; cat /srv/tight/y; stat -c "%a" /srv/tight/y')).toBe('y\nold\n640\n')
    // The state directory is on another file system, so the earlier file came back as a copy.
    expect(inode).toMatch(/^\d+\n$/)
  })

  test('state directory without room for an earlier file: refused before anything is touched', async () => {
    await on('rm -rf /var/lib/hexis; head -c 8000000 /dev/zero >/srv/big')
    await mount('/var/lib/hexis', 'size=4m,mode=700')
    const site = bench.site(`r.file('/srv/before-state', { content: 'a' })
r.file('/srv/big', { content: 'b' })`)
    const ran = await site.up()
    expect(ran.status).toBe(3)
    expect(ran.err).toContain('COPY /srv/big failed: its earlier state cannot be kept: disk full')
    expect(ran.err).toContain('site.ts:9:3')
    expect(
      await on('stat -c %s /srv/big; ls -A /var/lib/hexis/blobs/inodes; ls /srv | grep -c before-state || :'),
    ).toBe('8000000\n0\n')
    expect((await site.hexis(['plan'])).all).not.toContain('interrupted')

    await on('mount -o remount,size=1m /var/lib/hexis')
    const smaller = await site.up()
    expect(smaller.status).toBe(3)
    expect(smaller.err).toMatch(/error\[disk-full\] \/var\/lib\/hexis has \d+ KiB left, \d+ KiB are needed/)
    expect(smaller.err).toContain('on: host h1')
    expect(smaller.err).toContain('hint: Make room and run it again.')

    await on('mount -o remount,size=9m,ro /var/lib/hexis')
    const readOnly = await site.up()
    expect(readOnly.status).toBe(3)
    expect(readOnly.err).toMatch(/error\[read-only\] .*\/var\/lib\/hexis/)
    expect(readOnly.err).toContain('hint: Mount it writable')
    expect((await site.hexis(['plan'])).status).toBe(0)

    await on('mount -o remount,size=64m,rw /var/lib/hexis')
    expect((await site.up()).status).toBe(0)
  })

  test('no room at all on the disk of the state directory: plan works, up says so', async () => {
    await on('rm -rf /var/lib/hexis')
    await mount('/var/lib/hexis', 'size=64k,mode=700')
    await on('head -c 65536 /dev/zero >/var/lib/hexis/fill 2>/dev/null || :')
    const site = bench.site("r.file('/srv/none', { content: 'a' })")
    expect((await site.hexis(['plan'])).status).toBe(0)
    const ran = await site.up()
    expect(ran.status).toBe(3)
    expect(ran.err).toContain('error[disk-full]')
    expect(ran.err).toContain('on: host h1')
    expect(await on('ls /srv | grep -c none || :')).toBe('0\n')
  })
})
