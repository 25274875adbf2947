import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type OpLine, Sandbox, shells } from '../../src/host/runtime/sandbox.ts'

const source = fs.readFileSync(join(import.meta.dirname, '../../src/states/selinux/selinux.sh'), 'utf8')

/** What the policy says of ports; the list of `semanage port -l` has what was added too. */
const policy = 'http_port_t tcp 80, 81, 443, 8008\nntop_port_t tcp 3000-3001\nunreserved_port_t tcp 1024-32767\n'

/**
 * Stand-ins that write down how they were called, and keep what they were told: a file each for the mode, booleans, own
 * rules of ports and of files.
 */
const standIns: Readonly<Record<string, string>> = {
  getenforce: 'cat "$S/mode"',
  setenforce: 'if [ "$1" = 1 ]; then echo Enforcing; else echo Permissive; fi >"$S/mode"',
  getsebool: '[ -f "$S/bool.$1" ] || exit 1; echo "$1 --> $(cat "$S/bool.$1")"',
  setsebool: 'echo "$3" >"$S/bool.$2"',
  restorecon: ':',
  semanage: `what=$1; shift
case $what in
port)
  case $1 in
  -l) case $* in *-C*) ;; *) cat "$S/policy" ;; esac; cat "$S/ports" ;;
  -d) grep -v " $3 $4\\$" "$S/ports" >"$S/new" || :; mv "$S/new" "$S/ports" ;;
  *) [ "$1" = -m ] || ! cat "$S/policy" "$S/ports" | tr -d , | grep -q " $5 .*\\b$6\\b" || { echo "port $6 already defined"; exit 1; }
     grep -v " $5 $6\\$" "$S/ports" >"$S/new" || :; echo "$3 $5 $6" >>"$S/new"; mv "$S/new" "$S/ports" ;;
  esac ;;
fcontext)
  case $1 in
  -l) cat "$S/files" ;;
  -d) grep -vF "$3  " "$S/files" >"$S/new" || :; mv "$S/new" "$S/files" ;;
  *) grep -vF "$5  " "$S/files" >"$S/new" || :; echo "$5                 all files          system_u:object_r:$3:s0" >>"$S/new"; mv "$S/new" "$S/files" ;;
  esac ;;
esac`,
}

const step = (id: string, args: string): OpLine => ({ kind: 'selinux', verb: 'SELINUX', id, args })

describe.each(shells)('SELinux by recording stand-ins of its tools (golden only), %s', (shell) => {
  let box: Sandbox
  let log: string
  beforeEach(() => {
    box = new Sandbox(shell, undefined, source)
    const state = box.path('stand-in')
    log = join(state, 'log')
    fs.mkdirSync(state)
    const files = { mode: 'Permissive\n', 'bool.a': 'off\n', policy, ports: '', files: '', log: '' }
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(join(state, name), text)
    for (const [name, body] of Object.entries(standIns)) {
      const changes = name.startsWith('get')
        ? ''
        : `case " $* " in *" -l "*) ;; *) echo "${name} $*" >>"$S/log" ;; esac\n`
      fs.rmSync(join(box.tools, name), { force: true })
      fs.writeFileSync(join(box.tools, name), `#!/bin/sh\nS=${state}\n${changes}${body}\n`, { mode: 0o755 })
    }
  })
  afterEach(() => box.dispose())

  const look = (...ids: readonly string[]): readonly string[] => {
    const ran = box.script(`hx_observe_selinux`, ids.map((id) => `${id}\n`).join(''))
    expect(ran.stderr.toString()).toBe('')
    return ran.stdout
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^.*\tvalue=/, ''))
  }
  const calls = (): readonly string[] => {
    const said = fs
      .readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '')
    fs.writeFileSync(log, '')
    return said
  }
  const port = 'port/tcp/8080'
  const context = 'context//srv/www(/.*)?'

  test('what is there is seen', () => {
    const ids = ['mode', 'boolean/a', 'boolean/none', port, 'port/tcp/8008', 'port/tcp/3001', 'port/udp/80', context]
    expect(look(...ids)).toEqual(['permissive', 'off', '?', 'none', 'http_port_t', 'ntop_port_t', 'none', 'none'])
    expect(calls()).toEqual([])
  })

  test('what is wanted is set, kept, and taken back', () => {
    fs.mkdirSync(box.path('srv/www'), { recursive: true })
    const ids = ['mode', 'boolean/a', port, 'port/tcp/8008', context]
    const before = look(...ids)
    const wanted = ['enforcing', 'on', 'http_port_t', 'app_port_t', 'httpd_sys_content_t']
    const more = ['', '', '', '', ' restore=/srv/www']
    const ops = ids.map((id, at) => step(id, `value=${wanted[at]}${more[at]}`))
    expect(box.run('t1', ops).at(-1)).toBe('end committed 0 ""')
    expect(calls()).toEqual([
      'setenforce 1',
      'setsebool -P a on',
      'semanage port -a -t http_port_t -p tcp 8080',
      'semanage port -m -t app_port_t -p tcp 8008',
      'semanage fcontext -a -t httpd_sys_content_t -- /srv/www(/.*)?',
      `restorecon -R -F -- ${box.path('srv/www')}`,
    ])
    expect(look(...ids)).toEqual(wanted)
    expect(box.run('t2', [step(port, 'value=other_port_t'), step(context, 'value=var_log_t')]).at(-1)).toMatch(
      /committed/,
    )
    expect(calls()).toEqual([
      'semanage port -m -t other_port_t -p tcp 8080',
      'semanage fcontext -m -t var_log_t -- /srv/www(/.*)?',
    ])
    const back = ids.map((id, at) => step(id, `value=${before[at]}${more[at]}`))
    expect(box.run('t3', back).at(-1)).toBe('end committed 0 ""')
    expect(calls()).toEqual([
      'setenforce 0',
      'setsebool -P a off',
      'semanage port -d -p tcp 8080',
      'semanage port -d -p tcp 8008',
      'semanage fcontext -d -- /srv/www(/.*)?',
      `restorecon -R -F -- ${box.path('srv/www')}`,
    ])
    expect(look(...ids)).toEqual(before)
  })

  test('what a tool refuses, and a tool that is missing, is said; what was set before is taken back', () => {
    fs.writeFileSync(join(box.tools, 'restorecon'), '#!/bin/sh\necho "no way"; exit 1\n', { mode: 0o755 })
    fs.mkdirSync(box.path('srv'))
    const end = box.run('t1', [step(port, 'value=a_t'), step(context, 'restore=/srv value=b_t')]).at(-1)
    expect(end).toMatch(/^end undone 2 .*restorecon%20failed:%20no%20way/)
    expect(look(port, context)).toEqual(['none', 'none'])
    fs.rmSync(join(box.tools, 'semanage'))
    expect(look(port)).toEqual(['?'])
    expect(box.run('t2', [step(port, 'value=a_t')]).at(-1)).toMatch(/this%20host%20has%20no%20semanage:.*python-utils/)
  })
})
