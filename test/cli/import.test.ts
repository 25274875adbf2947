import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeOrigin, type Origin } from '../agent/origin.ts'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'

let site: ScratchSite
let origin: Origin
beforeAll(() => {
  site = scratchSite()
  origin = makeOrigin()
  origin.commit('prometheus/etc/prometheus.yml', 'global: {}\n')
  origin.git('branch', 'canary')
})
afterAll(async () => {
  site?.dispose()
  const { rm } = await import('node:fs/promises')
  await rm(origin.folder, { recursive: true, force: true })
})

const configs: Readonly<Record<string, string>> = {
  'one service': `[[services]]
machine = "localhost"
branch = "main"
service = "prometheus"
user = "prometheus"
package = "prometheus"
action = "reload"
dirs = [
	{ local = "/etc/prometheus", link = "prometheus/etc" },
]
`,
  'a canary beside two others, files and a template': `[[services]]
machine = "m1.example.org"
service = "prometheus"
action = "reload"
dirs = [
    { local = "/etc/prometheus", link = "prometheus/etc" },
    { local = "/etc/caddy/Caddyfile", link = "caddy/etc/Caddyfile", file = true },
]
[[services]]
machine = "m2.example.org"
service = "prometheus"
action = "reload"
dirs = [
    { local = "/etc/prometheus", link = "prometheus/etc" },
    { local = "/etc/caddy/Caddyfile", link = "caddy/etc/Caddyfile", file = true },
]
[[services]]
machine = "m3.example.org"
branch = "canary"
service = "prometheus"
action = "restart"
[[services]]
machine = "m3.example.org"
service = "worker@1"
mount = "/var/lib/other"
action = "restart"
dirs = [ { local = "/var/lib/worker/dashboards", link = "it's odd" } ]
`,
  'no service yet': '',
}

test.each(Object.entries(configs))(
  'hexis check accepts what is made of %s',
  async (_name, services) => {
    site.write(
      `[global]\nupstream = "${origin.path}"\nmount = "/srv/gitopper"\nkeys = [ { path = "k.pub" } ]\n\n${services}`,
      'c.toml',
    )
    const made = await site.hexis(['import', 'gitopper', 'c.toml'])
    expect(made.status).toBe(0)
    expect(made.err).toContain('warning[not-imported] c.toml:4:1 keys')
    site.write(made.out)
    const checked = await site.hexis(['check'])
    expect(checked, checked.all).toMatchObject({ status: 0 })
  },
  60_000,
)

test('mistakes are said with their place, and nothing is printed', async () => {
  site.write('[global]\nupstream = "x\n', 'c.toml')
  const bad = await site.hexis(['import', 'gitopper', 'c.toml'])
  expect(bad).toMatchObject({ status: 1, out: '' })
  expect(bad.err).toMatch(/error\[toml-syntax\] c\.toml:2:\d+ /)
  expect(bad.err).toContain('upstream = "x')
  const gone = await site.hexis(['import', 'gitopper', 'nowhere.toml'])
  expect(gone.status).toBe(1)
  expect(gone.err).toContain('cannot read nowhere.toml')
  const other = await site.hexis(['import', 'chef', 'c.toml'])
  expect(other.status).toBe(1)
}, 60_000)
