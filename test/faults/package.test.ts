import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, canStart, startBench } from './bench.ts'

/** A package whose installation leaves a daemon behind that keeps every stream and descriptor it was given. */
const daemonPackage = `set -e
d=$(mktemp -d); mkdir $d/DEBIAN; chmod 755 $d
printf 'Package: sloppy\\nVersion: 1\\nArchitecture: all\\nMaintainer: t <t@example.org>\\nDescription: t\\n' >$d/DEBIAN/control
printf '#!/bin/sh\\n[ "$1" = configure ] || exit 0\\n/bin/sleep 98765 &\\n' >$d/DEBIAN/postinst
chmod 755 $d/DEBIAN/postinst
mkdir -p /srv/repo; dpkg-deb --root-owner-group -Znone -b $d /srv/repo/sloppy_1_all.deb >/dev/null; rm -r $d
cd /srv/repo
{ dpkg-deb -f sloppy_1_all.deb; echo "Filename: ./sloppy_1_all.deb"; echo "Size: $(stat -c %s sloppy_1_all.deb)"
  echo "SHA256: $(sha256sum sloppy_1_all.deb | cut -d' ' -f1)"; } >Packages
echo 'deb [trusted=yes] file:/srv/repo ./' >/etc/apt/sources.list.d/sloppy.list
apt-get update -qq`

/** Holds the lock of dpkg's front ends as apt would, until a transaction has been there for three seconds. */
const holdLock = `cat >/srv/hold.pl <<'E'
use Fcntl;
open(F, ">>", "/var/lib/dpkg/lock-frontend") or die;
my $l = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0);
fcntl(F, F_SETLK, $l) or die;
sub journals { return scalar(my @all = glob("/var/lib/hexis/journal/*")) }
my $before = journals();
for (1 .. 60) { last if journals() != $before; sleep 1 }
sleep 3;
E
perl /srv/hold.pl >/dev/null 2>&1 </dev/null & sleep 0.3; grep -c 'POSIX.*WRITE' /proc/locks`

describe.skipIf(!canStart)('packages', () => {
  let bench: Bench
  const on = (command: string): Promise<string> => bench.on('h1', command)
  /** Processes that hold something of the state directory open, with what they are. */
  const holders = (): Promise<string> =>
    on("ls -l /proc/[0-9]*/fd 2>/dev/null | grep -e '/var/lib/hexis' | grep -v -e '(deleted)' || :")

  beforeAll(async () => {
    bench = await startBench(1)
  }, 600_000)
  afterAll(() => bench?.stop())

  test('a package that does not exist: that one is named, the others are undone', async () => {
    const site = bench.site(
      "r.file('/srv/before', { content: 'a' })\nr.pkg(['hexis-tool-a'])\nr.pkg(['no-such-package'])",
    )
    const ran = await site.up()
    expect(ran.status).toBe(3)
    expect(ran.err).toContain(
      'error[step-failed] site.ts:10:3 PACKAGE no-such-package failed: E: Unable to locate package no-such-package',
    )
    expect(ran.err).toContain('on: host h1, package:no-such-package')
    expect(ran.out).toContain('Done: 1 undone')
    expect(await on('ls /srv; dpkg-query -W hexis-tool-a 2>&1 || :')).toMatch(/^apt\n.*no packages found/)
  })

  test("dpkg's lock is held by another program: the run waits for it and says for whom", async () => {
    expect(await on(holdLock)).toBe('1\n')
    const site = bench.site("r.pkg('hexis-tool-b')")
    const ran = await site.up()
    expect(ran.status, ran.all).toBe(0)
    expect(ran.err).toMatch(
      /waited for another program: \/var\/lib\/dpkg\/lock-frontend is held by process \d+ \(perl\)/,
    )
    expect(await on('dpkg-query -W hexis-tool-b')).toBe('hexis-tool-b\t1.0\n')
  })

  test('a daemon that a package leaves behind holds neither the run nor the lock', async () => {
    await on(daemonPackage)
    const site = bench.site("r.pkg('sloppy')\nr.file('/srv/after', { content: 'a' })")
    const ran = await site.hexis(['up', '--yes'], { timeoutMs: 20_000 })
    expect(ran.status, ran.all).toBe(0)
    expect(await on('pgrep -xc sleep')).toBe('1\n')
    expect(await holders()).toBe('')
    expect((await site.up()).out).toContain('Done: 1 converged')
    site.configure('')
    const away = await site.up('--allow-removals')
    expect(away.status, away.all).toBe(0)
    await on('pkill -x sleep')
  })

  test('a service and what a command leaves behind hold nothing of the runtime', async () => {
    const site = bench.site(`r.pkg('hexis-hello')
r.service('hexis-hello', { running: true })
r.exec('leave', { command: '(sleep 87654 &)', undo: 'true' })
r.file('/srv/valid', { content: 'x', validate: '(sleep 87655 >/dev/null 2>&1 &)' })`)
    const ran = await site.hexis(['up', '--yes'], { timeoutMs: 20_000 })
    expect(ran.status, ran.all).toBe(0)
    expect(await on('pgrep -fc "sleep 8765[45]"')).not.toBe('0\n')
    expect(await holders()).toBe('')
    expect(await on("ls -l $(pgrep -f 'sleep 8765[45]' | sed 's,.*,/proc/&/fd,') | grep -c -e ' [3-9] -> ' || :")).toBe(
      '0\n',
    )
    expect(await on("systemctl list-units --no-legend --state=active 'hexis-*' | grep -v hexis-hello | wc -l")).toBe(
      '0\n',
    )
    await on('pkill -x sleep')
  })

  test('journals: five are kept, runs without changes leave none, kept inodes do not pile up', async () => {
    const site = bench.site('')
    for (let i = 0; i < 7; i++) {
      site.configure(`r.file('/srv/often', { content: 'version ${i}\\n' })`)
      expect((await site.up()).status).toBe(0)
    }
    const journals = (): Promise<string> => on('ls /var/lib/hexis/journal | sort')
    const after = await journals()
    expect(after.trimEnd().split('\n')).toHaveLength(5)
    expect((await site.up()).out).toContain('Done: 1 converged')
    await site.hexis(['plan'])
    await site.hexis(['drift'])
    expect(await journals()).toBe(after)
    expect(await on('find /var/lib/hexis/journal -name "reserve" -o -name "batch.*" -o -name in')).toBe('')
    expect(await on('du -sk /var/lib/hexis/journal | cut -f1').then(Number)).toBeLessThan(400)
    // The origin of the file is its absence, so no more than the journals' own are kept.
    expect(await on('ls /var/lib/hexis/blobs/inodes | wc -l').then(Number)).toBeLessThan(6)
    expect(await on('ls /var/lib/hexis/runtime')).toMatch(/^[0-9a-f]{64}\.sh\n$/)
  })
})
