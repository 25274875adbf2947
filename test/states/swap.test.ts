import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpLine, Sandbox, shells } from '../../src/host/runtime/sandbox.ts'

const source = readFileSync(join(import.meta.dirname, '../../src/states/swap/swap.sh'), 'utf8')

const mebibyte = 1024 ** 2
const step = (id: string, args: string): OpLine => ({ kind: 'swap', verb: 'SWAP', id, args })
const title = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n'

/** Stand-ins that keep the table of a sandbox only: the kernel of this machine has no other. */
const swaponTool = (root: string): string => `
[ "$1" != --help ] || { [ -e ${root}/old ] || echo ' -p PRIORITY'; exit 0; }
priority=-2; while [ $# -gt 1 ]; do [ "$1" != -p ] || priority=$2; shift; done
dd if="$1" bs=1 skip=4086 count=10 2>/dev/null | grep -q SWAPSPACE2 || { echo "swapon: $1: read swap header failed" >&2; exit 255; }
printf '%s file 1020 0 %s\\n' "$(echo "\${1#${root}}" | sed 's/ /\\\\040/g')" "$priority" >>${root}/proc/swaps`
const swapoffTool = (root: string): string => `
[ ! -e ${root}/full ] || { echo "swapoff: $1: swapoff failed: Cannot allocate memory" >&2; exit 255; }
P=$(echo "\${1#${root}}" | sed 's/ /\\\\040/g')
P=$P awk '$1 != ENVIRON["P"]' ${root}/proc/swaps >${root}/proc/swaps.new; mv ${root}/proc/swaps.new ${root}/proc/swaps`

describe.each(shells)('swap, with a swapon that only keeps the table of a sandbox, by %s', (shell) => {
  let box: Sandbox
  const tool = (name: string, body: string) => {
    rmSync(join(box.tools, name), { force: true })
    writeFileSync(join(box.tools, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  }
  const observe = (id: string) => box.script('hx_observe_swap', `${id}\n`).stdout.toString().trim().split('\t')[1]
  const end = (id: string, ops: readonly OpLine[]) => box.run(id, ops).at(-1)
  const made = (priority: number, size: number) => `active=yes priority=${priority} size=${size * mebibyte}`

  beforeEach(() => {
    box = new Sandbox(shell, undefined, source)
    mkdirSync(box.path('proc'))
    writeFileSync(box.path('proc/swaps'), title)
    tool('swapon', swaponTool(box.root))
    tool('swapoff', swapoffTool(box.root))
  })
  afterEach(() => box.dispose())

  it.each(['/swapfile', '/a%20swap'])('%s is made, used, made larger, given another priority, and goes', (id) => {
    const path = box.path(decodeURIComponent(id))
    expect(observe(id)).toBe('active=no size=0')
    expect(end('t1', [step(id, `active=yes size=${mebibyte}`)])).toBe('end committed 0 ""')
    expect(observe(id)).toBe(made(-2, 1))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(end('t2', [step(id, `active=yes priority=5 size=${2 * mebibyte}`)])).toBe('end committed 0 ""')
    expect(observe(id)).toBe(made(5, 2))
    const { mtimeMs } = statSync(path)
    expect(end('t3', [step(id, 'priority=7')])).toBe('end committed 0 ""')
    expect(observe(id)).toBe(made(7, 2))
    expect(statSync(path).mtimeMs).toBe(mtimeMs)
    expect(end('t4', [step(id, 'active=no size=0')])).toBe('end committed 0 ""')
    expect(existsSync(path)).toBe(false)
    expect(readFileSync(box.path('proc/swaps'), 'utf8')).toBe(title)
  })

  it('where a later step fails, it is used as before, or was never there', () => {
    const failing = step('/none', 'active=yes')
    expect(end('t1', [step('/swapfile', `active=yes size=${mebibyte}`), failing])).toMatch(/^end undone 2 .*header/)
    expect(observe('/swapfile')).toBe('active=no size=0')
    expect(end('t2', [step('/swapfile', `active=yes priority=3 size=${mebibyte}`)])).toBe('end committed 0 ""')
    expect(end('t3', [step('/swapfile', `active=yes size=${2 * mebibyte}`), failing])).toMatch(/^end undone 2 /)
    expect(observe('/swapfile')).toBe(made(3, 1))
  })

  it('a swapon without priorities is named before anything is done', () => {
    writeFileSync(box.path('old'), '')
    const refused = end('t1', [step('/swapfile', `active=yes priority=5 size=${mebibyte}`)])
    expect(refused).toMatch(/^end undone 1 the%20swapon%20of%20this%20host%20takes%20no%20priority/)
    expect(existsSync(box.path('swapfile'))).toBe(false)
    expect(end('t2', [step('/swapfile', `active=yes size=${mebibyte}`)])).toBe('end committed 0 ""')
  })

  it('a file that holds something else is left alone', () => {
    writeFileSync(box.path('swapfile'), 'precious')
    expect(end('t1', [step('/swapfile', `active=yes size=${mebibyte}`)])).toMatch(/holds%20something%20else/)
    expect(readFileSync(box.path('swapfile'), 'utf8')).toBe('precious')
  })

  it('what memory does not hold stays in use, and the step fails', () => {
    expect(end('t1', [step('/swapfile', `active=yes size=${mebibyte}`)])).toBe('end committed 0 ""')
    writeFileSync(box.path('full'), '')
    expect(end('t2', [step('/swapfile', 'active=no size=0')])).toMatch(/^end undone 1 .*in%20use/)
    expect(observe('/swapfile')).toBe(made(-2, 1))
  })

  it('a tag that no device has is named; what is no path is refused', () => {
    expect(observe('UUID%3Dnone')).toBe('active=no')
    expect(end('t1', [step('UUID%3Dnone', 'active=yes')])).toMatch(/there%20is%20no%20UUID%3Dnone/)
    expect(end('t2', [step('/a/../b', 'active=yes')])).toMatch(/is%20no%20swap%20area/)
  })
})
