import type { Handle } from '../document/declare.ts'
import { secret, text } from '../text/index.ts'
import {
  alternatives,
  archive,
  certificate,
  container,
  cron,
  debconf,
  divert,
  download,
  env,
  exec,
  file,
  firewall,
  git,
  health,
  hosts,
  ini,
  json,
  kernelModule,
  line,
  locale,
  mount,
  mysqlDatabase,
  mysqlGrant,
  mysqlUser,
  network,
  pkg,
  postgresDatabase,
  postgresGrant,
  postgresRole,
  probe,
  quadlet,
  reboot,
  reload,
  repository,
  resolver,
  selinux,
  service,
  swap,
  sysctl,
  template,
  timer,
  timezone,
  unit,
  user,
  waitFor,
} from './index.ts'

/** Never run: what the compiler must accept and refuse in a config. */
export const surface = (): void => {
  const conf: Handle = file('/a', { content: text`${secret.env('A')}`, mode: '0644', onChange: reload('app') })
  const both: readonly Handle[] = pkg(['a', 'b'], { onRemoval: 'keep' })
  service('app', { running: true, restartOn: conf, after: [...both, conf] })
  line('/etc/hosts', { match: /x/, line: 'x', place: { before: /y/ }, mode: 'audit' })
  file('/b', { content: probe('kernel', { command: 'uname -r' }).output })
  exec('x', { command: ['a'], ok: [0, 2] })
  cron('x', { schedule: { minute: 0, hour: '*/2' }, command: 'a' })
  unit('x', { dropIn: 'y', sections: { Service: { Nice: 5, PrivateTmp: true, ExecStart: ['', '/bin/a'] } } })
  sysctl('net.ipv4.ip_forward', { value: 1, live: false })
  hosts('10.0.0.5', ['db'], { onRemoval: 'keep' })
  kernelModule('kvm', { options: { nested: true }, onChange: reload(timezone('UTC')) })
  locale('C.UTF-8', { categories: { LC_TIME: 'C' } })
  timer('x', { onCalendar: ['daily'], command: ['/bin/a', 'b'] })
  template('/a', { source: './a', vars: { a: 1, b: [{ c: secret.env('C') }], d: null }, delimiters: ['<%', '%>'] })
  archive('/a', { source: './a.tar', strip: 1 })
  git('/a', { repo: 'https://a/b', ref: 'v1', mode: 'audit' })
  waitFor('a', { port: 80, after: conf, timeout: 5 })
  certificate('a', { path: '/a.crt', names: ['a'], issuer: { certificate: '/b', key: '/c' }, onChange: reload('a') })
  // @ts-expect-error an authority has a key
  certificate('a', { path: '/a.crt', names: ['a'], issuer: { certificate: '/b' } })
  selinux('a', { state: 'enforcing', booleans: { b: true }, ports: [{ port: '1-2', type: 'c' }], mode: 'audit' })
  // @ts-expect-error selinux booleans are true or false
  selinux('a', { booleans: { b: 'on' } })
  const booted = reboot('kernel', { when: 'changed', after: conf, timeout: 900 })
  kernelModule('a', { after: booted })
  // @ts-expect-error one of two words
  reboot('kernel', { when: 'always' })
  health('a', { unit: 'a', grace: '30s' })
  // @ts-expect-error a check of a file names one
  health('a', { file: ['/a'] })
  // @ts-expect-error a wait comes after something
  waitFor('a', { port: 80 })
  resolver('system', { servers: ['10.0.0.53'], options: { timeout: 2 }, mode: 'audit' })
  // @ts-expect-error a host has one resolver
  resolver('eth0', { servers: ['10.0.0.53'] })
  mount('/a', { device: 'tmpfs', type: 'tmpfs', options: ['size=1m'], mode: 'audit' })
  // @ts-expect-error options are a list
  mount('/a', { device: 'tmpfs', options: 'ro,noexec' })
  container('a', {
    image: 'b',
    env: { C: secret.env('D') },
    restart: 'on-failure:3',
    restartOn: conf,
    engine: 'docker',
  })
  quadlet('a.container', { sections: { Container: { Image: 'b', PublishPort: ['80:80'] } }, strict: false })
  // @ts-expect-error a section holds keys
  quadlet('a.container', { sections: { Container: 'b' } })
  // @ts-expect-error three words and a number of tries
  container('a', { image: 'b', restart: 'sometimes' })
  swap('/a', { size: '1GiB', priority: 5 })
  // @ts-expect-error a size has a unit
  swap('/a', { size: 512 })
  // @ts-expect-error which commit must be said
  git('/a', { repo: 'https://a/b' })
  download('/a', { url: 'https://a/b', sha256: 'x', mode: '0755' })
  // @ts-expect-error what is downloaded has a checksum
  download('/a', { url: 'https://a/b' })
  repository('a', { url: 'https://a/b', suites: ['c'], key: { fingerprint: ['d'], source: './e' }, mode: 'audit' })
  // @ts-expect-error a key has a fingerprint
  repository('a', { url: 'https://a/b', key: { source: './e' } })
  mysqlUser('a@%', { password: secret.env('A'), require: 'ssl', mode: 'audit' })
  mysqlGrant('a', { user: 'a', database: 'b', privileges: ['ALL'], after: mysqlDatabase('b', { charset: 'utf8mb4' }) })
  // @ts-expect-error privileges must be said
  mysqlGrant('a', { user: 'a' })
  postgresRole('a', { login: true, password: secret.env('A'), memberOf: ['b'], port: 5433, mode: 'audit' })
  postgresGrant('a', { role: 'a', database: 'b', table: true, privileges: ['SELECT'], after: postgresDatabase('b') })
  // @ts-expect-error no such privilege
  postgresGrant('a', { role: 'a', database: 'b', privileges: ['READ'] })
  alternatives('a', { path: '/b', after: divert('/c', { to: '/d' }) })
  debconf('a/b', { package: 'a', value: true })
  // @ts-expect-error a question is asked by a package
  debconf('a/b', { value: true })
  firewall('x', { rules: ['tcp dport 25 drop', { protocol: ['tcp', 'udp'], ports: [53, '80-90'] }] })
  network('eth1', { addresses: ['10.0.0.5/24'], gateway: ['10.0.0.1', '::1'], vlan: { id: 5, on: 'eth0' } })
  // @ts-expect-error a verdict is one of three
  firewall('x', { rules: [{ verdict: 'deny' }] })
  // @ts-expect-error a VLAN lies on an interface
  network('eth1', { vlan: { id: 5 } })
  // @ts-expect-error the minute of a schedule must be said
  cron('x', { schedule: { hour: 2 }, command: 'a' })
  template('/a', { source: './a', vars: { a: undefined } })
  // @ts-expect-error a function is no value
  template('/a', { source: './a', vars: { a: () => 1 } })
  // @ts-expect-error a switch of the kernel is a number
  sysctl('net.ipv4.ip_forward', { value: true })
  // @ts-expect-error LC_ALL is none of the things that have a locale
  locale('C.UTF-8', { categories: { LC_ALL: 'C' } })
  // @ts-expect-error names are a list
  hosts('10.0.0.5', 'db')
  ini('/a', { section: 's', key: 'k', value: text`${secret.env('A')}` })
  env('/a', { key: 'K', value: 1, onRemoval: 'keep' })
  json('/a', { at: ['a', 0], value: { x: [1, null, { y: 'z' }] }, mode: 'audit' })
  // @ts-expect-error the keys are a list
  json('/a', { at: 'a.b', value: 1 })
  // @ts-expect-error a function is no value
  json('/a', { at: ['a'], value: () => 1 })
  // @ts-expect-error true and yes are two different words in such files: write it as text
  ini('/a', { key: 'k', value: true })
  // @ts-expect-error a misspelled property
  file('/a', { contents: '' })
  // @ts-expect-error a service is not restarted by a name alone
  service('app', { restartOn: 'conf' })
  // @ts-expect-error numbers are no mode
  file('/a', { mode: 644 })
  // @ts-expect-error a uid is a number
  user('app', { uid: '900' })
  // @ts-expect-error one of two words
  user('app', { onRemoval: 'delete' })
}
