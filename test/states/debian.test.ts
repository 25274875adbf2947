import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Root, shells } from './root.ts'
import { type Op, transact } from './transact.ts'

const asRoot = process.getuid?.() === 0

describe.skipIf(!asRoot)('what only dpkg has', () => {
  let root: Root
  beforeAll(() => {
    root = new Root()
    for (const name of ['one', 'two', 'three']) root.write(`/opt/${name}`, `#!/bin/sh\necho ${name}\n`, 0o755)
    root.run(
      'update-alternatives --quiet --install /usr/bin/which-one which-one /opt/one 10; update-alternatives --quiet --install /usr/bin/which-one which-one /opt/two 5',
    )
    root.write('/usr/bin/tool', 'packaged\n', 0o755)
  })
  afterAll(() => root?.dispose())

  describe.each(shells)('by %s', (shell) => {
    beforeAll(() => {
      root.shell = shell
    })
    let number = 0
    const tx = (...ops: readonly Op[]) => transact(root, `t${shell.replace(/\W/g, '')}${++number}`, ops).at(-1)

    describe('an alternative', () => {
      const now = () => root.observe('alternative', ['which-one'])['which-one']
      const set = (path: string, undo = false) =>
        root.apply('alternative', [`ALTERNATIVE which-one path=${path}`], { undo })

      it('is chosen, and automatic again to the last byte', () => {
        const file = root.read('/var/lib/dpkg/alternatives/which-one')
        expect(now()).toBe('path=auto type=present')
        expect(set('/opt/two')).toMatchObject({ status: 0, did: [1], error: '' })
        expect(now()).toBe('path=/opt/two type=present')
        expect(root.run('which-one')).toBe('two\n')
        expect(set('auto')).toMatchObject({ status: 0, did: [1] })
        expect(now()).toBe('path=auto type=present')
        expect(root.run('which-one')).toBe('one\n')
        expect(root.read('/var/lib/dpkg/alternatives/which-one')).toBe(file)
      })

      it('is refused where it is none, or there is no such name, and nothing changes', () => {
        expect(set('/opt/three').error).toMatch(/three.*not registered/)
        expect(root.apply('alternative', ['ALTERNATIVE nosuch path=/opt/one']).error).toContain(
          'no alternatives for nosuch',
        )
        expect(root.observe('alternative', ['nosuch', '../../status', 'a%20b'])).toEqual({
          nosuch: 'type=absent',
          '../../status': 'type=absent',
          'a%20b': 'type=absent',
        })
        expect(now()).toBe('path=auto type=present')
        const last = tx(['alternative', 'ALTERNATIVE', 'nosuch', 'path=/opt/one'])
        expect(last).toMatch(/^end undone.*no%20alternatives/)
      })

      it('goes back with its transaction', () => {
        const last = tx(
          ['alternative', 'ALTERNATIVE', 'which-one', 'path=/opt/two'],
          ['exec', 'EXEC', 'fails', 'command=false undo=true'],
        )
        expect(last).toMatch(/^end undone/)
        expect(now()).toBe('path=auto type=present')
      })
    })

    describe('a diversion', () => {
      const now = () => root.observe('diversion', ['/usr/bin/tool', '/usr/bin/no%20tool'])
      const add = 'DIVERT /usr/bin/tool to=/usr/bin/tool.real'
      const none = { '/usr/bin/tool': 'type=absent', '/usr/bin/no%20tool': 'type=absent' }

      it('moves the file away, and back with its attributes', () => {
        const stat = root.run('stat -c "%i %a %Y" /usr/bin/tool; cat /var/lib/dpkg/diversions')
        expect(now()).toEqual(none)
        expect(root.apply('diversion', [add, 'DIVERT /usr/bin/no%20tool to=/usr/bin/x%20y'])).toMatchObject({
          status: 0,
          did: [1, 2],
          error: '',
        })
        expect(now()).toEqual({
          '/usr/bin/tool': 'kept=yes to=/usr/bin/tool.real type=present',
          '/usr/bin/no%20tool': 'kept=no to=/usr/bin/x%20y type=present',
        })
        expect(root.exists('/usr/bin/tool')).toBe(false)
        expect(root.run('dpkg-divert --listpackage /usr/bin/tool; dpkg-divert --truename /usr/bin/tool')).toBe(
          'LOCAL\n/usr/bin/tool.real\n',
        )
        expect(
          root.apply('diversion', ['DIVERT /usr/bin/tool type=absent', 'DIVERT /usr/bin/no%20tool type=absent']),
        ).toMatchObject({ status: 0, error: '' })
        expect(root.run('stat -c "%i %a %Y" /usr/bin/tool; cat /var/lib/dpkg/diversions')).toBe(stat)
      })

      it('never covers another file', () => {
        root.write('/usr/bin/tool.real', 'foreign\n')
        expect(root.apply('diversion', [add]).error).toContain('something is there')
        root.run('rm /usr/bin/tool.real')
        expect(root.apply('diversion', [add]).status).toBe(0)
        root.write('/usr/bin/tool', 'mine\n')
        expect(root.apply('diversion', ['DIVERT /usr/bin/tool type=absent']).error).toContain('something is there')
        expect([root.read('/usr/bin/tool'), root.read('/usr/bin/tool.real')]).toEqual(['mine\n', 'packaged\n'])
        root.run('rm /usr/bin/tool')
        expect(root.apply('diversion', ['DIVERT /usr/bin/tool type=absent']).status).toBe(0)
        expect(now()).toEqual(none)
      })

      it('of a package is told and stays', () => {
        root.run('dpkg-divert --quiet --package other --no-rename --divert /usr/bin/tool.other --add /usr/bin/tool')
        expect(now()['/usr/bin/tool']).toBe('by=other to=/usr/bin/tool.other type=present')
        expect(root.apply('diversion', [add]).status).toBe(1)
        root.apply('diversion', ['DIVERT /usr/bin/tool type=absent'])
        expect(now()['/usr/bin/tool']).toContain('by=other')
        root.run('dpkg-divert --quiet --package other --no-rename --remove /usr/bin/tool')
        expect(root.read('/usr/bin/tool')).toBe('packaged\n')
      })

      it.each([
        ['before anything', ''],
        [
          'with the list written',
          'dpkg-divert --quiet --local --no-rename --divert /usr/bin/tool.real --add /usr/bin/tool',
        ],
        ['with the file moved', 'mv /usr/bin/tool /usr/bin/tool.real'],
      ])('that was to come is undone when it was killed %s', (_, half) => {
        root.run(`${half}\n:`)
        if (half.startsWith('mv')) {
          root.run('dpkg-divert --quiet --local --no-rename --divert /usr/bin/tool.real --add /usr/bin/tool')
        }
        expect(root.apply('diversion', ['DIVERT /usr/bin/tool type=absent'], { undo: true }).status).toBe(0)
        expect(now()).toEqual(none)
        expect(root.read('/usr/bin/tool')).toBe('packaged\n')
        expect(root.exists('/usr/bin/tool.real')).toBe(false)
      })

      it.each([
        ['before anything', ''],
        ['with the list written', 'dpkg-divert --quiet --local --no-rename --remove /usr/bin/tool'],
        ['at its end', 'dpkg-divert --quiet --local --rename --remove /usr/bin/tool'],
        ['in the middle of the way back', 'dpkg-divert --quiet --local --no-rename --remove /usr/bin/tool'],
      ])('that was to go is there again when that was killed %s', (_, half) => {
        expect(root.apply('diversion', [add]).status).toBe(0)
        const was = now()['/usr/bin/tool']
        root.run(`${half}\n:`)
        expect(root.apply('diversion', [`DIVERT /usr/bin/tool ${was}`], { undo: true })).toMatchObject({ error: '' })
        expect(now()['/usr/bin/tool']).toBe(was)
        expect(root.exists('/usr/bin/tool')).toBe(false)
        expect(root.read('/usr/bin/tool.real')).toBe('packaged\n')
        root.apply('diversion', ['DIVERT /usr/bin/tool type=absent'])
      })
    })

    describe('an answer for debconf', () => {
      const ids = ['seen/answer', 'seen/other']
      const now = () => root.observe('debconf', ids)['seen/answer']
      const answer = (value: string, more = '') =>
        root.apply('debconf', [`DEBCONF seen/answer ${more}as=string package=seen seen=yes value=${value}`])

      it('is given, replaced, taken back to what it was, and forgotten', () => {
        expect(now()).toBe('type=absent')
        expect(answer('a%20b%25%20$(id)')).toMatchObject({ status: 0, did: [1], error: '' })
        expect(now()).toBe('seen=yes type=present value=a%20b%25%20$(id)')
        expect(root.run('debconf-show seen')).toBe('* seen/answer: a b% $(id)\n')
        root.run('echo FSET seen/answer seen false | debconf-communicate seen')
        const earlier = now()
        expect(earlier).toContain('seen=no')
        expect(answer('""').status).toBe(0)
        expect(now()).toBe('seen=yes type=present value=""')
        expect(root.apply('debconf', [`DEBCONF seen/answer ${earlier}`], { undo: true }).status).toBe(0)
        expect(now()).toBe(earlier)
        expect(root.apply('debconf', ['DEBCONF seen/answer type=absent'])).toMatchObject({ status: 0, error: '' })
        expect(now()).toBe('type=absent')
        expect(root.read('/var/cache/debconf/config.dat')).not.toContain('seen/')
      })

      it('is on one line, of a question with a plain name', () => {
        expect(answer('a%0Ab').error).toContain('more than one line')
        expect(root.apply('debconf', ['DEBCONF a$b value=x']).error).toContain('no name of a question')
      })

      it('goes back with its transaction', () => {
        const last = tx(
          ['debconf', 'DEBCONF', 'seen/answer', 'as=string package=seen seen=yes value=x'],
          ['exec', 'EXEC', 'fails', 'command=false undo=true'],
        )
        expect(last).toMatch(/^end undone/)
        expect(now()).toBe('type=absent')
      })
    })
  })
})
