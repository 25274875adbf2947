import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type OpLine, Sandbox, type ShellName, sha256, shells } from './sandbox.ts'

const old = (box: Sandbox, name: string, content: string, mode = 0o640): void => {
  fs.mkdirSync(join(box.path(name), '..'), { recursive: true })
  fs.writeFileSync(box.path(name), content)
  fs.chmodSync(box.path(name), mode)
  fs.utimesSync(box.path(name), 1_000_000_000, 1_000_000_000)
}

/** A little of everything: create, replace, remove, every change of type, odd names. */
const furnish = (box: Sandbox): readonly OpLine[] => {
  old(box, '/etc/motd', 'old\n')
  old(box, '/etc/gone', 'bye\n', 0o4755)
  old(box, '/etc/to-link', 'f')
  old(box, '/etc/to-dir', 'g')
  old(box, '/etc/mode', 'same', 0o600)
  fs.mkdirSync(box.path('/etc/empty'), { mode: 0o711 })
  fs.mkdirSync(box.path('/etc/dir-to-file'), { mode: 0o700 })
  fs.symlinkSync('nowhere', box.path('/etc/link'))
  fs.symlinkSync('/etc', box.path('/etc/link-to-file'))
  const hello = box.blob('hello\n')
  const same = box.blob('same')
  return [
    { verb: 'DIR', id: '/srv', before: 'type=absent', args: 'mode=0755' },
    { verb: 'DIR', id: '/srv/app', before: 'type=absent', args: 'mode=2750' },
    { verb: 'COPY', id: '/srv/app/a%20b%0Ac', before: 'type=absent', args: `blob=${hello} mode=0644` },
    { verb: 'COPY', id: '/srv/app/-dash', before: 'type=absent', args: `blob=${hello}` },
    { verb: 'COPY', id: "/srv/app/quote'%22\\", before: 'type=absent', args: `blob=${hello}` },
    { verb: 'COPY', id: '/srv/app/%E9%FF', before: 'type=absent', args: `blob=${hello} mode=4711` },
    { verb: 'COPY', id: '/etc/motd', before: `content=${sha256('old\n')} mode=0640`, args: `blob=${hello} mode=0644` },
    { verb: 'COPY', id: '/etc/mode', before: 'mode=0600 type=file', args: `blob=${same} mode=0644` },
    { verb: 'RM', id: '/etc/gone', before: 'type=file' },
    { verb: 'RM', id: '/etc/empty', before: 'type=dir' },
    { verb: 'LINK', id: '/etc/link', before: 'target=nowhere type=link', args: 'target=/some%20where' },
    { verb: 'LINK', id: '/etc/to-link', before: 'type=file', args: 'target=motd' },
    { verb: 'DIR', id: '/etc/to-dir', before: 'type=file', args: 'mode=0755' },
    { verb: 'COPY', id: '/etc/dir-to-file', before: 'type=dir', args: `blob=${hello} mode=0600` },
    { verb: 'COPY', id: '/etc/link-to-file', before: 'type=link', args: `blob=${hello} mode=0600` },
    { verb: 'COPY', id: '/opt/deep/er/file', before: 'type=absent', args: `blob=${hello} parents=yes` },
    { verb: 'CHMOD', id: '/etc', before: 'type=dir', args: 'mode=0711' },
    // The same object again starts a new batch.
    { verb: 'CHMOD', id: '/srv/app', before: 'mode=2750', args: 'mode=0700' },
  ]
}

const failing: OpLine = { verb: 'RM', id: '/etc', before: 'type=dir' }
const last = (lines: readonly string[]): string => lines.at(-1) ?? ''

describe.each(shells)('%s', (shell: ShellName) => {
  let box: Sandbox
  beforeEach(() => {
    box = new Sandbox(shell)
  })
  afterEach(() => box.dispose())

  test('carries out every kind of change and commits', () => {
    const ops = furnish(box)
    const ledger = [
      'ledger/1 site=shop generation=7',
      'path:/etc/motd\t1\t7\tundo\tno\tcontent=$7 mode=$7 type=$7\tmode=0644\tsite.ts\tCOPY',
      'path:/srv\t2\t7\tundo\tno\tmode=$1 type=$1\ttype=dir\tsite.ts\tDIR',
    ]
    const lines = box.run('t1', ops, { ledger: `${ledger.join('\n')}\n` })
    expect(last(lines)).toBe('end committed 0 ""')
    expect(lines.filter((line) => line.endsWith(' done'))).toHaveLength(ops.length)
    const now = box.snapshot()
    expect(now['/srv/app/quote\'"\\']).toMatch(/^file 644 /)
    expect(now['/srv/app/a b\nc']).toContain(sha256('hello\n'))
    expect(now['/srv/app/\u00e9\u00ff']).toMatch(/^file 4711 /)
    expect(now['/srv/app']).toMatch(/^dir 700 /)
    expect(now['/etc/motd']).toMatch(/^file 644 /)
    expect(now['/etc/mode']).toMatch(/^file 644 .* links=1$/)
    expect(now['/etc/gone']).toBeUndefined()
    expect(now['/etc/to-link']).toMatch(/^link motd /)
    expect(now['/etc/to-dir']).toMatch(/^dir 755 /)
    expect(now['/etc/dir-to-file']).toMatch(/^file 600 /)
    expect(now['/opt/deep/er']).toMatch(/^dir 755 /)
    const stored = fs.readFileSync(box.state('sites/shop/ledger'), 'utf8')
    expect(stored).toContain(`content=${sha256('old\n')}`)
    expect(stored).toMatch(/mode=0640 .*inode=t1\.7/)
    expect(stored).toContain('path:/srv\t2\t7\tundo\tno\ttype=absent\t')
    expect(fs.readFileSync(box.state('sites/shop/generations/7.meta'), 'utf8')).toMatch(/partial=no at=\d+\n$/)
    expect(fs.existsSync(box.state('sites/shop/generations/7.steps'))).toBe(true)
  })

  test('a failing op takes everything back: bytes, modes, times, inodes', () => {
    const ops = furnish(box)
    const before = box.snapshot()
    const inode = fs.statSync(box.path('/etc/motd')).ino
    const lines = box.run('t1', [...ops, failing])
    expect(last(lines)).toMatch(/^end undone 19 directory/)
    expect(lines).toContain(`op 19 failed ${last(lines).split(' ')[3]}`)
    expect(box.snapshot()).toEqual(before)
    expect(fs.statSync(box.path('/etc/motd')).ino).toBe(inode)
    expect(fs.readdirSync(box.state('blobs/inodes'))).toEqual([])
  })

  test('the reverse steps bring everything back in a later transaction', () => {
    old(box, '/etc/motd', 'old\n')
    const before = box.snapshot()
    box.run('t1', [{ verb: 'COPY', id: '/etc/motd', args: `blob=${box.blob('new')} mode=0600` }])
    const lines = box.run('t2', [{ verb: 'COPY', id: '/etc/motd', args: 'inode=t1.1 mode=0640' }])
    expect(last(lines)).toBe('end committed 0 ""')
    expect(box.snapshot()).toEqual(before)
  })

  test('a change behind the plan is found and nothing is lost', () => {
    old(box, '/etc/a', 'a')
    old(box, '/etc/b', 'edited')
    const before = box.snapshot()
    const lines = box.run('t1', [
      { verb: 'RM', id: '/etc/a', before: 'type=file' },
      { verb: 'COPY', id: '/etc/b', before: `content=${sha256('other')}`, args: `blob=${box.blob('x')}` },
    ])
    expect(last(lines)).toMatch(/^end undone 2 changed%20since%20the%20plan/)
    expect(box.snapshot()).toEqual(before)
  })

  test.each(['stop', 'continue'])('on failure %s what is done stays and the ledger says so', (onFailure) => {
    old(box, '/etc/keep', 'x')
    const hello = box.blob('hello')
    const entry = (key: string, n: number): string => `${key}\t${n}\t1\tundo\tno\t$${n}\ttype=file\ts\tS\n`
    const lines = box.run(
      't1',
      [
        { verb: 'COPY', id: '/etc/one', args: `blob=${hello}` },
        { verb: 'RM', id: '/etc', before: 'type=dir' },
        { verb: 'COPY', id: '/etc/one', args: `blob=${hello} mode=0600` },
      ],
      { onFailure, ledger: `ledger/1 site=shop generation=1\n${entry('path:/etc/one', 1)}${entry('path:/etc', 2)}` },
    )
    expect(last(lines)).toMatch(/^end partial 2 /)
    expect(box.snapshot()['/etc/one']).toMatch(onFailure === 'stop' ? /^file 644/ : /^file 600/)
    const stored = fs.readFileSync(box.state('sites/shop/ledger'), 'utf8')
    expect(stored).not.toContain('path:/etc\t')
    expect(fs.readFileSync(box.state('sites/shop/generations/1.meta'), 'utf8')).toContain('partial=yes')
  })

  test('a parent that leads out of the root is refused in observe and in apply', () => {
    fs.mkdirSync(box.path('/etc'))
    fs.symlinkSync('/tmp', box.path('/etc/out'))
    const seen = box.script('hx_observe_path', '/etc/out/x\n/etc/y\n').stdout.toString()
    expect(seen).toMatch(/^\/etc\/out\/x\terror=/)
    expect(seen).toContain('/etc/y\ttype=absent')
    const lines = box.run('t1', [{ verb: 'COPY', id: '/etc/out/x', args: `blob=${box.blob('x')}` }])
    expect(last(lines)).toMatch(/^end undone 1 .*leads%20out%20of/)
  })

  test('several hard links are refused unless told', () => {
    old(box, '/etc/a', 'a')
    fs.linkSync(box.path('/etc/a'), box.path('/etc/b'))
    const blob = box.blob('x')
    expect(last(box.run('t1', [{ verb: 'COPY', id: '/etc/a', args: `blob=${blob}` }]))).toMatch(/end undone 1 .*hard/)
    const told = box.run('t2', [{ verb: 'COPY', id: '/etc/a', args: `blob=${blob} hardlinks=allow` }])
    expect(last(told)).toBe('end committed 0 ""')
    expect(fs.readFileSync(box.path('/etc/b'), 'utf8')).toBe('a')
  })

  test('of two at once the second names the holder', async () => {
    const hello = box.blob('hello')
    const dir = box.prepare('first', [{ verb: 'COPY', id: '/a', args: `blob=${hello}` }])
    const [command, ...rest] = box.argv
    const body = `. ${box.runtime}; hx_init; HX_TX=first; HX_WHO=ann; hx_lock && echo held; sleep 30`
    const holder = spawn(command, [...rest, '-c', body], { env: box.env(), detached: true })
    await new Promise((resolve) => holder.stdout.once('data', resolve))
    const lines = box.main(['tx', dir]).stdout.trimEnd().split('\n')
    expect(last(lines)).toMatch(
      /^end undone 0 another%20run%20holds%20the%20lock:%20ann%20since%20\d{4}-\S+UTC,%20transaction%20first%20\(process%20\d+\)$/,
    )
    if (holder.pid) process.kill(-holder.pid, 'SIGKILL')
    await new Promise((resolve) => holder.once('close', resolve))
    const after = box.run('second', [{ verb: 'COPY', id: '/a', args: `blob=${hello}` }])
    expect(last(after)).toBe('end committed 0 ""')
  })

  test('acts and commands run on the way there and on the way back', () => {
    box.dispose()
    const kinds = `hx_act_RELOAD() { hx_say "$HX_UNDO $1" >>"$HX_ROOT/var/acts"; }
      hx_apply_exec() {
        while IFS=$HX_TAB read -r n verb id before args; do
          hx_args "$args"; hx_arg command; hx_say "$HX_UNDO $HX_REPLY" >>"$HX_ROOT/var/acts"; hx_done "$n"
        done <"$1"
      }`
    box = new Sandbox(shell, undefined, kinds)
    old(box, '/etc/a', 'a')
    const before = box.snapshot()
    const blob = box.blob('b')
    const lines = box.run('t1', [
      { kind: 'exec', verb: 'EXEC', id: 'make', before: 'done=no', args: 'command=make%20it undo=unmake%20it' },
      { verb: 'COPY', id: '/etc/a', args: `blob=${blob}` },
      { kind: 'unit', verb: 'RELOAD', id: 'a%20b.service', because: '2' },
      { kind: 'exec', verb: 'EXEC', id: 'once', args: 'command=once' },
      failing,
    ])
    expect(fs.readFileSync(box.path('/var/acts'), 'utf8').trimEnd().split('\n')).toEqual([
      'no make it',
      'no a b.service',
      'no once',
      'yes unmake it',
      'yes a b.service',
    ])
    expect(lines).toContain('op 4 undo-failed the%20command%20ran%20and%20has%20no%20undo')
    expect(last(lines)).toMatch(/^end undo-incomplete 5 /)
    expect(box.snapshot()).toEqual(before)
  })

  test('killed at a change or a record, recovery finds before or after', { timeout: 240_000 }, () => {
    const ops = furnish(box)
    const before = box.snapshot()
    box.dispose()
    box = new Sandbox(shell)
    furnish(box)
    box.killAt(0, 'before')
    expect(last(box.run('t1', ops))).toBe('end committed 0 ""')
    const total = box.calls
    const after = Object.keys(box.snapshot()).sort()
    const stride = shell === 'dash' ? 3 : 13
    for (let point = 1; point <= total; point += stride) {
      box.dispose()
      box = new Sandbox(shell)
      const list = furnish(box)
      box.killAt(point, point % 2 === 0 ? 'before' : 'after')
      const dir = box.prepare('t1', list)
      const [command, ...rest] = box.argv
      // A process group of its own, as a detached transaction has one.
      box.groupRun([command, ...rest, box.runtime, 'tx', dir])
      box.unshim()
      const interrupted = box.main(['interrupted']).stdout
      const began = fs.existsSync(join(dir, 'log')) && !fs.existsSync(join(dir, 'end'))
      if (began) expect(interrupted).toMatch(/^interrupted no tx\/1 id=t1 /)
      if (point % 4 === 1) {
        // Recovery is killed too.
        box.killAt(7, 'after')
        box.groupRun([command, ...rest, box.runtime, 'recover'])
        box.unshim()
      }
      const recovered = box.main(['recover'])
      expect(box.main(['interrupted']).stdout).toBe('')
      const now = box.snapshot()
      const committed = fs.existsSync(join(dir, 'end')) && /committed/.test(fs.readFileSync(join(dir, 'end'), 'utf8'))
      const context = `point ${point} of ${total}: ${recovered.stdout}${recovered.stderr}`
      if (committed) expect(Object.keys(now).sort(), context).toEqual(after)
      else expect(now, context).toEqual(before)
    }
  })
})
