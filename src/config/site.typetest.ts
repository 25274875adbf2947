/** Checked by the compiler alone: what the types of a site accept and refuse. */
import type { Host, HostOf, HostSource } from '../index.ts'
import { defineSite, secret, text } from '../index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <_T extends true>(): void => {}

const site = defineSite({
  id: 'shop',
  hosts: {
    web1: { address: '10.0.0.11', labels: { role: 'web', site: 'fra' } },
    web2: { labels: { role: 'web', site: 'ams' }, vars: { workers: 8, key: secret.env('KEY') } },
    db1: { labels: { role: 'db' }, vars: { disk: '/dev/vda' } },
    box: { connection: 'directory', root: './box', os: 'debian/12' },
  },
  groups: { eu: { on: 'site=fra', vars: { region: 'eu' } } },
  defaults: { ssh: { user: 'root', port: 22 }, become: 'sudo', vars: { port: 80 } },
  configure(host) {
    same<Equal<typeof host.name, 'web1' | 'web2' | 'db1' | 'box'>>()
    same<Equal<typeof host.vars.workers, number | undefined>>()
    same<Equal<typeof host.vars.port, number>>()
    same<Equal<typeof host.vars.region, string | undefined>>()
    same<Equal<typeof host.labels.role, 'web' | 'db' | undefined>>()
    // @ts-expect-error misspelt variable
    host.vars.wrokers
    // @ts-expect-error misspelt label
    host.labels.rolle
    // @ts-expect-error no host has this role
    if (host.labels.role === 'wbe') return
    // @ts-expect-error no such host
    if (host.name === 'web3') return
    // @ts-expect-error it may be undefined on this host
    host.vars.workers + 1
    text`a ${host.vars.port} ${host.vars.key ?? 'none'}`
    web(host)
    any(host)
  },
})

const web = (host: HostOf<typeof site>): void => {
  host.vars.port.toFixed()
  // @ts-expect-error misspelt variable, in a module
  host.vars.prot
}

const any = (host: Host): void => {
  host.peers('role=db').map((peer) => peer.address)
  // @ts-expect-error a selector is text
  host.peers(5)
}

defineSite({
  id: 'x',
  // @ts-expect-error no such connection
  hosts: { a: { connection: 'telnet' } },
  configure() {},
})

defineSite({
  id: 'y',
  hosts: { a: { labels: { ring: 'canary' } } },
  agent: { mode: [{ mode: 'audit', on: 'ring=canary' }], track: { branch: 'canary', on: 'a' }, interval: '5m' },
  configure() {},
})

defineSite({
  id: 'z',
  // @ts-expect-error one of two words
  agent: { mode: 'observe', track: [{ branch: 'canary', on: 'a' }] },
  configure() {},
})

// @ts-expect-error a site has an id
defineSite({ hosts: {}, configure() {} })

declare const cloud: HostSource<{ readonly zone: string }, { readonly role: string }>

defineSite({
  id: 'cloud',
  sources: [cloud],
  configure(host) {
    same<Equal<typeof host.name, string>>()
    same<Equal<typeof host.vars.zone, string>>()
    same<Equal<typeof host.labels.role, string>>()
  },
})
