import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { documentDigest } from '../document/canonical.ts'
import { schemas } from '../resources/registry.ts'
import { checkConfig, initConfig, jsonSchemas, loadConfig } from './index.ts'

const folder = (name: string, text: string): string => {
  const root = mkdtempSync(join(tmpdir(), 'hexis-interface-'))
  writeFileSync(join(root, name), text)
  return join(root, name)
}

const site = `import { defineSite } from 'hexis'
import { directory, file, group, line, pkg, reload, service, user } from 'hexis/resources'

export default defineSite({
  id: 'shop',
  hosts: {
    web1: { address: '10.0.0.11', labels: { role: 'web', site: 'fra' } },
    web2: { address: '10.0.0.12', labels: { role: 'web', site: 'ams' }, vars: { workers: 8 } },
    box:  { connection: 'directory', root: './sandbox', os: 'debian/12' },
  },
  defaults: { ssh: { user: 'root', port: 22 }, become: 'sudo' },
  configure(host) {
    group('app', { gid: 900 })
    user('app', { uid: 900, group: 'app', home: '/srv/app', shell: '/usr/sbin/nologin' })
    directory('/srv/app', { owner: 'app', group: 'app', mode: '0750' })
    pkg(['curl', 'ca-certificates'])
    const conf = file('/etc/app.conf', { content: 'workers = 2\\n', mode: '0644', onChange: reload('app') })
    line('/etc/hosts', { id: 'db', match: /\\sdb$/, line: '10.0.0.5 db' })
    service('app', { enabled: true, running: true, after: [conf] })
    file('/etc/old.conf', { absent: true })
  },
})
`

const yaml = `id: shop
hosts:
  web1: { address: 10.0.0.11, labels: { role: web, site: fra } }
  web2: { address: 10.0.0.12, labels: { role: web, site: ams }, vars: { workers: 8 } }
  box: { connection: directory, root: ./sandbox, os: debian/12 }
defaults: { ssh: { user: root, port: 22 }, become: sudo }
configure:
  - group: { app: { gid: 900 } }
    user: { app: { uid: 900, group: app, home: /srv/app, shell: /usr/sbin/nologin } }
    directory: { /srv/app: { owner: app, group: app, mode: "0750" } }
    pkg: [curl, ca-certificates]
    file: { /etc/app.conf: { content: "workers = 2\\n", mode: "0644", onChange: { reload: app } } }
    line: { /etc/hosts: { id: db, match: { regex: '\\sdb$', flags: "" }, line: 10.0.0.5 db } }
    service: { app: { enabled: true, running: true, after: "file:/etc/app.conf" } }
  - file: { /etc/old.conf: { absent: true } }
`

test('the example of the interface is sound, and the same in both languages', async () => {
  const typescript = await loadConfig(folder('site.ts', site))
  const data = await loadConfig(folder('hexis.yaml', yaml))
  expect(await checkConfig(typescript, schemas)).toEqual([])
  expect(await checkConfig(data, schemas)).toEqual([])
  for (const host of typescript.inventory.hosts.keys()) {
    const one = (await typescript.evaluate(host)).document
    const other = (await data.evaluate(host)).document
    if (one === undefined || other === undefined) throw new Error('no document')
    expect(one.resources).toHaveLength(9)
    expect(documentDigest(other)).toBe(documentDigest(one))
  }
})

test('what init writes is sound', async () => {
  const root = mkdtempSync(join(tmpdir(), 'hexis-interface-'))
  await initConfig(root)
  expect(await checkConfig(await loadConfig(join(root, 'site.ts')), schemas)).toEqual([])
})

test('mistakes in both languages read the same', async () => {
  const typescript = await loadConfig(folder('site.ts', site.replace("mode: '0644'", "mdoe: '0644'")))
  const data = await loadConfig(folder('hexis.yaml', yaml.replace('mode: "0644"', 'mdoe: "0644"')))
  const said = async (config: typeof data) =>
    (await checkConfig(config, schemas)).map((d) => [d.code, d.summary, d.hint, d.source?.line])
  expect(await said(typescript)).toEqual([
    ['unknown-property', "file '/etc/app.conf': unknown property 'mdoe'", "Did you mean 'mode'?", 17],
  ])
  expect(await said(data)).toEqual([
    ['unknown-property', "file '/etc/app.conf': unknown property 'mdoe'", "Did you mean 'mode'?", 12],
  ])
})

test('JSON Schemas cover every resource', () => {
  const { yaml: schema, document } = jsonSchemas(schemas)
  const text = JSON.stringify(schema)
  for (const type of schemas.keys()) {
    expect(text).toContain(`"${type === 'package' ? 'pkg' : type}"`)
    expect(JSON.stringify(document)).toContain(`"const":"${type}"`)
  }
})
