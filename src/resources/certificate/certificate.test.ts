import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { certificate, directory, file, group, reload } from '../index.ts'
import type { CertificateProps } from './certificate.ts'

test('one that signs itself, and one that an authority on the host signs', async () => {
  const { steps, diagnostics } = await lowered(() => {
    const ca = certificate('ca', { path: '/etc/ssl/ca.crt', names: ['ca.lan'], authority: true, days: 3650 })
    certificate('web', {
      path: '/etc/ssl//web.pem',
      keyPath: '/etc/ssl/private/web.key',
      names: ['web.lan', '*.web.lan', '10.0.0.5', '2001:db8::10.0.0.5', '::1'],
      issuer: { certificate: '/etc/ssl/ca.crt', key: '/etc/ssl/ca.key' },
      keyType: 'rsa-3072',
      renewBefore: 14,
      group: 'ssl-cert',
      onChange: reload('nginx'),
      after: ca,
    })
  })
  expect(diagnostics).toEqual([])
  expect(steps).toEqual([
    'CERTIFICATE /etc/ssl/ca.crt:/etc/ssl/ca.key authority=yes before=30 days=3650 group=root issuer=self key=ec-p256 keymode=0600 names=DNS:ca.lan owner=root',
    'CERTIFICATE /etc/ssl/web.pem:/etc/ssl/private/web.key authority=no before=14 cakey=/etc/ssl/ca.key days=365 group=ssl-cert issuer=/etc/ssl/ca.crt key=rsa-3072 keymode=0640 names=DNS:*.web.lan,DNS:web.lan,IP:0:0:0:0:0:0:0:1,IP:10.0.0.5,IP:2001:DB8:0:0:0:0:A00:5 owner=root && RELOAD nginx.service',
  ])
})

test('what it lies in, whose it is and what signs it come first, however they are written', async () => {
  const { steps } = await lowered(() => {
    const issuer = { certificate: '/etc/tls/ca.crt', key: '/etc/tls/ca.key' }
    certificate('web', { path: '/etc/tls/web.crt', names: ['web.lan'], issuer, group: 'tls' })
    certificate('ca', { path: '/etc/tls/ca.crt', names: ['ca.lan'], authority: true })
    const own = { certificate: '/srv/own.crt', key: '/srv/own.key' }
    certificate('db', { path: '/etc/tls/db.crt', names: ['db.lan'], issuer: own })
    file('/srv/own.key', { content: 'x', mode: '0600' })
    file('/srv/own.crt', { content: 'y' })
    directory('/etc/tls')
    group('tls')
  })
  expect(steps.map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual([
    'DIR /etc/tls',
    'CERTIFICATE /etc/tls/ca.crt:/etc/tls/ca.key',
    'GROUP tls',
    'CERTIFICATE /etc/tls/web.crt:/etc/tls/web.key',
    'COPY /srv/own.key',
    'COPY /srv/own.crt',
    'CERTIFICATE /etc/tls/db.crt:/etc/tls/db.key',
  ])
})

test('by ACME it is one command of certbot (by dns golden only)', async () => {
  const { steps } = await lowered(() => {
    certificate('shop', {
      names: ['shop.example.org', 'example.org'],
      issuer: { acme: 'https://ca.lan/dir', email: 'ops@example.org', webroot: '/var/www/html' },
      deploy: 'systemctl reload nginx',
    })
    certificate('wild', {
      names: ['*.example.org'],
      issuer: { acme: 'https://ca.lan/dir', email: 'a@b.org', dns: 'rfc2136', credentials: '/etc/dns.ini' },
      keyType: 'rsa-2048',
      renewBefore: 10,
    })
  })
  const words = steps.map((step) => decodeURIComponent(decodeURIComponent(step)))
  expect(words[0]).toContain(
    'argv=certbot certonly --non-interactive --agree-tos --cert-name shop --server https://ca.lan/dir --email ops@example.org --expand --renew-with-new-domains --force-renewal --webroot --webroot-path /var/www/html --key-type ecdsa --elliptic-curve secp256r1 --deploy-hook systemctl reload nginx --domain shop.example.org --domain example.org timeout=600',
  )
  expect(words[0]).toContain(
    'undo=test -e /etc/letsencrypt/archive/shop/cert2.pem || certbot delete --non-interactive --cert-name shop',
  )
  expect(words[0]).toContain('-checkend 2592000 >/dev/null')
  expect(words[0]).toContain("= 'DNS:example.org DNS:shop.example.org'")
  expect(words[1]).toContain('--dns-rfc2136 --dns-rfc2136-credentials /etc/dns.ini --key-type rsa --rsa-key-size 2048')
  expect(words[1]).toContain('-checkend 864000')
})

const names = ['web.lan']
const path = '/etc/ssl/web.crt'
const acme = { acme: 'https://ca.lan/dir', email: 'a@b.org', webroot: '/var/www' }

test.each<[CertificateProps, RegExp]>([
  [{ names }, /path is missing/],
  [{ names: [], path }, /names/],
  [{ names: ['10.0.0.300'], path }, /each of the four numbers of IPv4 is 0 to 255/],
  [{ names: ['a b'], path }, /a name is written as/],
  [{ names: ['a.*.b'], path }, /a name is written as/],
  [{ names: ['a', 'a'], path }, /a is there twice/],
  [{ names, path: 'web.crt' }, /absolute/],
  [{ names, path: '/etc/ssl/web' }, /it ends in \.crt, \.pem or \.cert/],
  [{ names, path: '/etc/a:b.crt' }, /no colon/],
  [{ names, path, keyPath: path }, /certificate and key are two files/],
  [{ names, path, days: 0 }, /it is 1 to 7300/],
  [{ names, path, days: 30 }, /renewBefore: a certificate of 30 days would be renewed at every run/],
  [{ names, path, keyType: 'rsa-1024' as never }, /'ec-p256', 'ec-p384'/],
  [{ names, path, keyMode: '99999' }, /octal digits/],
  [{ names, path, issuer: 'letsencrypt' as never }, /issuer/],
  [{ names, path, issuer: { certificate: path, key: '/k' } }, /write 'self'/],
  [{ names, path, deploy: 'x' }, /deploy goes with acme/],
  [{ names, path, issuer: acme }, /path: certbot has its own/],
  [{ names: ['10.0.0.5'], issuer: acme }, /an authority signs no addresses \(10\.0\.0\.5\)/],
  [{ names: ['*.a.org'], issuer: acme }, /can only be shown by dns/],
  [{ names, issuer: { acme: 'https://ca.lan/dir', email: 'a@b.org' } }, /give webroot or dns/],
  [{ names, issuer: { ...acme, acme: 'http://ca.lan' } }, /issuer/],
])('%j is refused', async (props, says) => {
  expect((await mistakes(() => certificate('web', props))).join('\n')).toMatch(says)
})

test('two that want one file are named', async () => {
  const said = await mistakes(() => {
    certificate('web', { names, path })
    file('/etc/ssl/web.key', { content: 'x' })
    certificate('other', { names, path: '/etc/ssl/other.crt', keyPath: '/etc/ssl/web.key' })
  })
  expect(said.join('\n')).toContain("/etc/ssl/web.key is declared by file '/etc/ssl/web.key' too")
  expect(said.join('\n')).toContain("/etc/ssl/web.key is declared by certificate 'other' too")
})
