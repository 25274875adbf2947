import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tool } from '../../lab/run.ts'

const golden = join(import.meta.dirname, '../../src/resources/network/golden/netplan.txt')

let folder: string
let generator: readonly [string, ...string[]] = ['false']

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hexis-netplan-'))
  const get = `cd "$1" && apt-get -q -o APT::Sandbox::User="$(id -un)" download netplan.io libnetplan0 &&
    for deb in *.deb; do dpkg-deb -x "$deb" x; done; echo x/usr/lib/*-linux-gnu*`
  const libraries = (await tool(['sh', '-c', get, 'sh', folder])).trim().split('\n').at(-1) ?? ''
  const program = join(folder, 'x/usr/libexec/netplan/generate')
  generator = ['env', `LD_LIBRARY_PATH=${join(folder, libraries)}`, program, '--root-dir', join(folder, 'root')]
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The files that the golden one shows. */
const unpack = (): void => {
  for (const [, path = '', text = ''] of readFileSync(golden, 'utf8').matchAll(/^== (\/\S+) \d+\n((?:.|\n)+?)^-- /gm)) {
    const file = join(folder, 'root', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text, { mode: 0o600 })
  }
}

test("netplan's own generator takes every file of the document, and makes of it what was meant", async () => {
  unpack()
  await tool(generator)
  const made = (name: string): string => {
    const path = join(folder, 'root/run/systemd/network', `10-netplan-${name}`)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }
  for (const line of [
    'Address=10.0.1.5/24',
    'Address=2001:db8::5/64',
    'DNS=10.0.0.53',
    'VLAN=eth1.10',
    'MTUBytes=1400',
  ])
    expect(made('eth1.network')).toContain(`${line}\n`)
  expect(made('eth1.network')).toContain('[Route]\nDestination=10.9.0.0/16\nGateway=10.0.0.254\nMetric=50\n')
  expect(made('eth1.network')).toMatch(/Destination=::\/0\nGateway=2001:db8::1\n/)
  expect(made('eth1.10.netdev')).toContain('Kind=vlan\n\n[VLAN]\nId=10\n')
  expect(made('br0.netdev')).toContain('Kind=bridge\n\n[Bridge]\nSTP=false\n')
  expect(made('bond0.netdev')).toContain('Mode=802.3ad\nMIIMonitorSec=100ms\n')
  for (const port of ['eth2', 'eth3']) expect(made(`${port}.network`)).toContain('Bridge=br0\n')
  for (const port of ['eth4', 'eth5']) expect(made(`${port}.network`)).toContain('Bond=bond0\n')
})
