import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpLine, Sandbox, shells } from '../../src/host/runtime/sandbox.ts'

const source = readFileSync(join(import.meta.dirname, '../../src/states/mount/mount.sh'), 'utf8')

const step = (id: string, args: string): OpLine => ({ kind: 'mount', verb: 'MOUNT', id, args })
const tmpfs = 'device=tmpfs mounted=yes options=size%3D1m,nosuid vfstype=tmpfs'

/** Stand-ins that only keep the table of a sandbox, as the kernel writes it. */
const mountTool = (root: string): string => `
table=${root}/proc/self/mountinfo; type=auto; options=
while [ $# -gt 2 ]; do case $1 in -t) type=$2 ;; -o) options=$2 ;; esac; shift 2; done
if [ $# -eq 1 ] || [ "$options" = remount ]; then path=\${1#${root}}; else path=\${2#${root}}; fi
path=$(echo "$path" | sed 's/ /\\\\040/g')
case $1 in broken) echo "mount: unknown device broken" >&2; exit 32 ;; esac
case $options in
remount*)
  P=$path O=rw\${options#remount} awk '$5 == ENVIRON["P"] { $6 = ENVIRON["O"] } { print }' "$table" >"$table.new" &&
    mv "$table.new" "$table" ;;
*)
  flags=rw; case ,$options, in *,nosuid,*) flags=rw,nosuid ;; esac
  printf '%s\\n' "9 1 0:9 / $path $flags,relatime shared:1 - $type $1 rw,size=1024k" >>"$table" ;;
esac`
const umountTool = (root: string): string => `
table=${root}/proc/self/mountinfo; path=$(echo "\${1#${root}}" | sed 's/ /\\\\040/g')
case $path in /busy) echo "umount: /busy: target is busy." >&2; exit 32 ;; esac
grep -vF " $path " "$table" >"$table.new"; mv "$table.new" "$table"`

describe.each(shells)('mounts, with tools that only keep the table of a sandbox, by %s', (shell) => {
  let box: Sandbox
  const tool = (name: string, body: string) => {
    rmSync(join(box.tools, name), { force: true })
    writeFileSync(join(box.tools, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  }
  const observe = (id: string) => box.script('hx_observe_mount', `${id}\n`).stdout.toString().trim().split('\t')[1]
  const end = (id: string, ops: readonly OpLine[]) => box.run(id, ops).at(-1)

  beforeEach(() => {
    box = new Sandbox(shell, undefined, source)
    for (const name of ['proc/self', 'busy', 'srv']) mkdirSync(box.path(name), { recursive: true })
    writeFileSync(
      box.path('proc/self/mountinfo'),
      [
        '1 0 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw,errors=remount-ro',
        '2 1 0:5 / /busy rw - ext4 /dev/old rw',
        '3 1 0:5 / /busy ro,noexec shared:2 master:1 - nfs4 host:/a\\040b ro,vers=4.2',
        '',
      ].join('\n'),
    )
    tool('mount', mountTool(box.root))
    tool('umount', umountTool(box.root))
  })
  afterEach(() => box.dispose())

  it('are what the kernel says, the uppermost at one place', () => {
    expect(observe('/busy')).toBe('flags=ro,noexec,vers%3D4.2 fstype=nfs4 mounted=yes point=yes source=host:/a%20b')
    expect(observe('/srv')).toBe('mounted=no point=yes')
    expect(observe('/srv/none')).toBe('mounted=no point=no')
    expect(observe('/bus')).toBe('mounted=no point=no')
  })

  it('are made with their directory, given other options, and taken away with it', () => {
    for (const path of ['/srv/a', '/srv/a%20b']) {
      const before = box.snapshot()
      expect(end('t1', [step(path, tmpfs)])).toBe('end committed 0 ""')
      expect(observe(path)).toBe(
        'flags=rw,nosuid,relatime,size%3D1024k fstype=tmpfs mounted=yes point=yes source=tmpfs',
      )
      expect(end('t2', [step(path, tmpfs.replace('nosuid', 'noexec'))])).toBe('end committed 0 ""')
      expect(observe(path)).toMatch(/^flags=rw,size%3D1m,noexec,/)
      expect(end('t3', [step(path, 'mounted=no rmdir=yes')])).toBe('end committed 0 ""')
      const { '/proc/self/mountinfo': _a, '/proc/self': _b, ...now } = box.snapshot()
      const { '/proc/self/mountinfo': _c, '/proc/self': _d, ...then } = before
      expect(now).toEqual(then)
    }
  })

  it('something else is mounted in the place of what was there, and that again when the transaction fails', () => {
    expect(end('t1', [step('/srv/a', tmpfs)])).toBe('end committed 0 ""')
    const before = observe('/srv/a')
    const other = step('/srv/a', 'device=/dev/new mounted=yes vfstype=ext4')
    expect(end('t2', [other, step('/srv/b', 'device=broken mounted=yes')])).toMatch(
      /^end undone 2 .*unknown%20device%20broken.*broken%20cannot%20be%20mounted%20at%20\/srv\/b/s,
    )
    expect(observe('/srv/a')).toBe(before)
    expect(observe('/srv/b')).toBe('mounted=no point=no')
    expect(end('t3', [other])).toBe('end committed 0 ""')
    expect(observe('/srv/a')).toMatch(/fstype=ext4 .* source=\/dev\/new$/)
  })

  it('a directory with something in it stays, and is noted', () => {
    expect(end('t1', [step('/srv/a', tmpfs)])).toBe('end committed 0 ""')
    writeFileSync(box.path('srv/a/x'), '')
    const events = box.run('t2', [step('/srv/a', 'mounted=no rmdir=yes')])
    expect(events.at(-1)).toBe('end committed 0 ""')
    expect(events.join('\n')).toContain('note /srv/a%20is%20not%20empty,%20and%20stays')
  })

  it('what is in use stays, and says so; what is no path is refused', () => {
    expect(end('t1', [step('/busy', 'mounted=no')])).toMatch(/^end undone 1 .*busy.*fuser%20-m/)
    expect(end('t2', [step('/srv/../etc', tmpfs)])).toMatch(/is%20no%20path%20to%20mount%20at/)
  })
})
