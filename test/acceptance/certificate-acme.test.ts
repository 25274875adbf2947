import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, type LabHost, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

/** certbot, and pebble, which is an authority for tests, with all that they need beyond a small Debian. */
const unpacked = async (root: string): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'hexis-debs-'))
  const get = `cd "$1" && apt-get -q -o APT::Sandbox::User=root download $(apt-get -s -o Dir::State::status="$2/var/lib/dpkg/status" \
    install --no-install-recommends certbot pebble | sed -n 's/^Inst \\([^ ]*\\) .*/\\1/p')`
  await tool(['sh', '-c', get, 'sh', folder, root], { timeoutMs: 240_000 })
  const unpack =
    'for deb in "$1"/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$2"; done'
  await tool(['sh', '-c', unpack, 'sh', folder, root], { timeoutMs: 120_000 })
  rmSync(folder, { recursive: true })
}

const pebbleConfig = {
  pebble: {
    listenAddress: '127.0.0.1:14000',
    managementListenAddress: '127.0.0.1:15000',
    certificate: '/srv/pebble/tls.pem',
    privateKey: '/srv/pebble/tls.key',
    httpPort: 80,
    tlsPort: 443,
  },
}

const furnish = async (host: LabHost): Promise<void> => {
  await unpacked(host.root)
  const folder = join(host.root, 'srv/pebble')
  mkdirSync(folder, { recursive: true })
  mkdirSync(join(host.root, 'srv/www'))
  writeFileSync(join(folder, 'config.json'), JSON.stringify(pebbleConfig))
}

const begun = [
  'openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout /srv/pebble/tls.key -out /srv/pebble/tls.pem 2>/dev/null',
  'cat /srv/pebble/tls.pem >>/etc/ssl/certs/ca-certificates.crt',
  'echo 127.0.0.1 shop.example.org www.example.org >>/etc/hosts',
  'systemd-run -q -E PEBBLE_VA_NOSLEEP=1 -E PEBBLE_WFE_NONCEREJECT=0 pebble -config /srv/pebble/config.json',
  'systemd-run -q python3 -m http.server -d /srv/www 80',
  'for n in $(seq 60); do ! curl -s -o /dev/null https://localhost:14000/dir || break; openssl s_client -connect 127.0.0.1:14000 </dev/null >/dev/null 2>&1 && break; sleep 0.5; done',
].join('; ')

const issuer = "{ acme: 'https://localhost:14000/dir', email: 'ops@example.org', webroot: '/srv/www' }"

describe.skipIf(process.getuid?.() !== 0)('a certificate by ACME, of an authority for tests', () => {
  let lab: Lab
  let site: ScratchSite

  const on = (command: string): Promise<string> =>
    tool(['ssh', '-F', lab.sshConfig, 'h1', command], { timeoutMs: 60_000 })
  const configure = (body: string): void =>
    site.write(`import { defineSite } from 'hexis'
import { certificate, run } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}' } } },
  configure() {
    ${body}
  },
})
`)
  const up = (...args: readonly string[]): Promise<Ran> => site.hexis(['up', '--yes', '--allow-removals', ...args])
  const changes = async (): Promise<number> => {
    const ran = await up('--json')
    expect(ran.status, ran.all).toBe(0)
    return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
  }
  const live = '/etc/letsencrypt/live/shop'
  const names = (): Promise<string> =>
    on(`openssl x509 -in ${live}/cert.pem -noout -ext subjectAltName | tail -n 1; cat /run/deployed`)

  beforeAll(async () => {
    lab = await startLab(1, { name: `acme${process.pid}`, prepare: furnish })
    site = scratchSite()
    await on(begun)
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  const declared = (list: string): string =>
    `certificate('shop', { names: ${list}, issuer: ${issuer}, deploy: 'echo x >>/run/deployed' })`

  test('the authority sees the proof and signs; what is signed is not asked for again', async () => {
    configure(declared("['shop.example.org']"))
    expect(await changes()).toBe(1)
    expect(await names()).toMatch(/^ +DNS:shop\.example\.org\nx\n$/)
    expect(await on(`openssl x509 -in ${live}/cert.pem -noout -issuer`)).toContain('Pebble Intermediate CA')
    expect(await changes()).toBe(0)
  })

  test('another name makes a new one, which stays when it is no longer declared', async () => {
    configure(declared("['shop.example.org', 'www.example.org']"))
    expect(await changes()).toBe(1)
    expect(await names()).toMatch(/^ +DNS:shop\.example\.org, DNS:www\.example\.org\nx\nx\n$/)
    expect(await changes()).toBe(0)
    configure('')
    expect(await changes()).toBe(1)
    expect(await on(`ls ${live}`)).toContain('fullchain.pem')
  })

  test('one that was never renewed goes again; a refusal of the authority is said', async () => {
    configure(declared("['www.example.org']").replace("'shop'", "'first'"))
    expect(await changes()).toBe(1)
    configure('')
    expect(await changes()).toBe(1)
    expect(await on('ls /etc/letsencrypt/live')).not.toContain('first')
    configure(declared("['unknown.example.org']").replace("'shop'", "'bad'"))
    const ran = await up()
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toMatch(/unknown\.example\.org/)
    expect(await on('ls /etc/letsencrypt/live')).not.toContain('bad')
  })
})
