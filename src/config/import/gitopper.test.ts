import { describe, expect, test } from 'vitest'
import { DiagnosticError, formatSource } from '../../diagnostics/diagnostic.ts'
import { importGitopper } from './gitopper.ts'

const whole = (text: string): string => {
  try {
    return importGitopper('config.toml', text).text
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    return error.diagnostics.map((d) => `${d.code} ${d.source && formatSource(d.source)} ${d.summary}`).join('\n')
  }
}

const global = '[global]\nupstream = "git@git.example.org:ops/config.git"\nmount = "/srv/gitopper"\n'
const service = (lines: string): string => `${global}\n[[services]]\nmachine = "web1"\nservice = "nginx"\n${lines}\n`

describe('a configuration of gitopper', () => {
  test('is a checkout, mounts and a reload for the machine that it names', () => {
    const { text, notes } = importGitopper(
      'config.toml',
      service(`branch = "canary"
user = "www-data"
package = "nginx"
action = "reload"
dirs = [
  { local = "/etc/nginx", link = "nginx/etc" },   # all of it
  { local = "/etc/logrotate.d/nginx", link = "nginx/logrotate", file = true },
  { link = "nginx/more" },
]`),
    )
    expect(notes).toEqual([])
    expect(text.slice(text.indexOf('  hosts:'))).toBe(`  hosts: {
    web1: {},
  },
  configure(host) {
    if (host.name === 'web1') {
      pkg('nginx')
      directory('/srv/gitopper', { parents: true })
      const checkout = git('/srv/gitopper/nginx', {
        repo: 'git@git.example.org:ops/config.git',
        ref: 'canary',
        user: 'www-data',
        onChange: run("git -C /srv/gitopper/nginx -c 'safe.directory=*' -c core.fsmonitor=false diff-tree --quiet 'HEAD@{1}' HEAD -- nginx/etc nginx/logrotate nginx/more 2>/dev/null || { systemctl daemon-reload && { ! systemctl is-active --quiet nginx || systemctl reload nginx; }; }"),
      })
      mount('/etc/nginx', { device: '/srv/gitopper/nginx/nginx/etc', options: ['bind', 'nofail'], after: checkout })
      directory('/etc/logrotate.d', { parents: true })
      link('/etc/logrotate.d/nginx', { target: '/srv/gitopper/nginx/nginx/logrotate', after: checkout })
    }
  },
})
`)
    expect(text).toContain("import { directory, git, link, mount, pkg, run } from 'hexis/resources'")
  })

  test('a service without directories is told of every change; one without an action of none', () => {
    expect(whole(service('action = "restart"'))).toContain("onChange: restart('nginx'),")
    expect(whole(service(''))).not.toContain('onChange')
    expect(whole(service('action = "try-restart"'))).toContain(
      "onChange: run('systemctl daemon-reload && systemctl try-restart nginx')",
    )
  })

  test('what several machines say alike stands once, what a service says goes before [global]', () => {
    const text = whole(`${global}branch = "stable"
[[services]]
machine = "web1.example.org"
service = "app@blue"
[[services]]
machine = "web2.example.org"
service = "app@blue"
[[services]]
machine = "db"
service = "postgres"
upstream = "https://git.example.org/db.git"
mount = "/var/lib/checkouts/"
branch = "main"
`)
    expect(text).toContain("    'web1.example.org': {},\n    'web2.example.org': {},\n    db: {},")
    expect(text).toContain("if (['web1.example.org', 'web2.example.org'].includes(host.name)) {")
    expect(text).toContain("service('app@blue', { enabled: true })")
    expect(text).toContain("ref: 'stable'")
    expect(text).toContain(
      "git('/var/lib/checkouts/postgres', {\n        repo: 'https://git.example.org/db.git',\n        ref: 'main',",
    )
  })

  test('the same file makes the same site, another another', () => {
    const id = (text: string) => /id: '([^']*)'/.exec(whole(text))?.[1]
    expect(id(service(''))).toBe(id(service('')))
    expect(id(service(''))).not.toBe(id(service('upstream = "/srv/x"')))
  })

  test('what is not as in gitopper is noted with its line, and stands in a comment', () => {
    const { text, notes } = importGitopper(
      'config.toml',
      `[global]
upstream = "https://bot:hush@git.example.org/config.git"
mount = "/tmp"
action = "reload"
keys = [ { path = "keys/a.pub", ro = true } ]

[[services]]
machine = "localhost"
service = "one"
dirs = [
  { local = "/etc/one", link = "one" },
  { local = "/etc", link = "etc" },
]

[[services]]
machine = "localhost"
service = "two"
mount = "/srv"
dirs = [ { local = "/etc/one/", link = "two" } ]
`,
    )
    expect(notes.map((d) => `${d.source?.line}:${d.source?.column} ${d.summary}`)).toEqual([
      '5:1 keys say who may use gitopperctl; groups of the agent say who may give it orders',
      '7:1 localhost may stand for any machine that was started with -h localhost; name those machines in hosts',
      '4:1 action in [global] does nothing',
      '7:1 the address held a login, which plans would show: give hosts a deploy key or ~/.netrc',
      '7:1 /tmp/one is gone after a boot, until the next run makes it again',
      '12:3 /etc is a matter of the system, and nothing is mounted over it',
      '15:1 the address held a login, which plans would show: give hosts a deploy key or ~/.netrc',
      '19:10 /etc/one is mounted by an earlier service already',
    ])
    for (const { summary } of notes) expect(text).toContain(`// Not as gitopper: ${summary}.`)
    expect(text).not.toContain('hush')
    expect(text).toContain("localhost: { connection: 'local' },")
  })

  test('no text of the file becomes code', () => {
    const odd = 'it\'s \\\\ \\"odd\\"'
    const text = whole(
      service(
        `branch = "${odd}"\nuser = "'); process.exit() //"\ndirs = [ { local = "/etc/a'b", link = "x;touch y" } ]\naction = "reload"`,
      ),
    )
    expect(text).toContain(`ref: 'it\\'s \\\\ "odd"'`)
    expect(text).toContain(`user: "'); process.exit() //"`)
    expect(text).toContain("-- 'x;touch y'")
  })
})

describe('mistakes', () => {
  test.each([
    ['no TOML', '[global\nupstream = 1\n', /^toml-syntax config\.toml:1:\d+ this is no TOML: /],
    ['a line further down', `${global}\n[[services]]\nmachine = "a\n`, /^toml-syntax config\.toml:6:\d+ /],
    [
      'a name that gitopper does not know',
      service('brokenbranch = "main"'),
      /^unknown-property config\.toml:8:1 .*brokenbranch/,
    ],
    ['another type', service('dirs = "/etc"'), /^wrong-type config\.toml:8:1 services\[0\]\.dirs must be a list/],
    [
      'a directory outside of the repository',
      service('dirs = [\n  { local = "/etc/a", link = "a" },\n  { local = "/etc/b", link = "../b" },\n]'),
      /^wrong-value config\.toml:10:3 services\[0\]\.dirs\[1\]\.link: it is a path inside/,
    ],
    ['a relative place', service('mount = "here"'), /^wrong-value config\.toml:8:1 .*it is an absolute path/],
    ['an action that is none', service('action = "reload; reboot"'), /^wrong-value config\.toml:8:1/],
    [
      'a service that is an option',
      `${global}[[services]]\nmachine = "a"\nservice = "a b"\n`,
      /^wrong-value config\.toml:6:1/,
    ],
    ['no machine', `${global}\n[[services]]\nservice = "a"\n`, /^missing-property config\.toml:5:1 machine is missing/],
    [
      'no upstream',
      '[[services]]\nmachine = "a"\nservice = "a"\nmount = "/m"\n',
      /upstream is missing, here and in \[global\]/,
    ],
  ])('%s', (_what, text, words) => {
    expect(whole(text)).toMatch(words)
  })

  test('all of them are said at once', () => {
    expect(whole('[[services]]\nmachine = 1\n[[services]]\naction = 2\n').split('\n')).toHaveLength(2)
  })

  test('an empty file is a site without hosts', () => {
    expect(whole('')).toContain('configure() {},')
  })
})
