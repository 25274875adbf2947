import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

const declared = (more = '', after = ''): string => `
    group('tls')
    const ca = certificate('ca', { path: '/etc/ssl/own/ca.crt', names: ['ca.lan'], authority: true, days: 3650 })
    certificate('web', {
      path: '/etc/ssl/own/web.pem', names: ['web.lan', '10.0.0.5'], days: 90, group: 'tls', after: ca,
      issuer: { certificate: '/etc/ssl/own/ca.crt', key: '/etc/ssl/own/ca.key' },
      onChange: run('echo read >>/run/read'), ${more}
    })
    ${after}`

describe.skipIf(process.getuid?.() !== 0)('certificates on a real host', () => {
  let lab: Lab
  let site: ScratchSite

  const on = (command: string): Promise<string> => tool(['ssh', '-F', lab.sshConfig, 'h1', command])
  const configure = (body: string): void =>
    site.write(`import { defineSite } from 'hexis'
import { certificate, exec, group, run } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}' } } },
  configure() {${body}
  },
})
`)
  const up = (...args: readonly string[]): Promise<Ran> => site.hexis(['up', '--yes', '--allow-removals', ...args])
  const changes = async (): Promise<number> => {
    const ran = await up('--json')
    expect(ran.status, ran.all).toBe(0)
    return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
  }
  const sums = (): Promise<string> => on('cd /etc/ssl/own && sha256sum *')

  beforeAll(async () => {
    lab = await startLab(1, { name: `cert${process.pid}` })
    site = scratchSite()
    await on('mkdir /etc/ssl/own')
    await on(
      'cd /etc/ssl/own && openssl req -x509 -newkey ed25519 -nodes -days 20 -subj /CN=old -keyout web.key -out web.pem 2>/dev/null',
    )
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  let before: string

  test('an authority and what it signs come to be, and are not made again', async () => {
    before = await sums()
    configure(declared())
    const plan = await site.hexis(['plan'])
    expect(plan.out).toContain('certificate:/etc/ssl/own/web.pem:/etc/ssl/own/web.key')
    expect(plan.out).toMatch(/names\W+none\W+DNS:web\.lan,IP:10\.0\.0\.5/)
    expect(plan.out).toContain('trusted, the certificate meanwhile')
    expect(await changes()).toBe(3)
    expect(
      await on('cd /etc/ssl/own && openssl verify -CAfile ca.crt -verify_ip 10.0.0.5 web.pem; cat /run/read'),
    ).toBe('web.pem: OK\nread\n')
    expect(await on('cd /etc/ssl/own && stat -c "%n %a %U %G" *')).toBe(
      'ca.crt 644 root root\nca.key 600 root root\nweb.key 640 root tls\nweb.pem 644 root tls\n',
    )
    const made = await sums()
    expect(await changes()).toBe(0)
    expect(await sums()).toBe(made)
  })

  test('a wider window alone makes no new one; a run that fails brings the earlier pair back', async () => {
    const made = await sums()
    configure(declared('renewBefore: 60,'))
    expect(await changes()).toBe(1)
    expect(await sums()).toBe(made)
    const failing = "exec('fails', { command: 'false', undo: 'true' })"
    configure(declared("renewBefore: 60, keyType: 'ec-p384',", failing))
    expect((await up()).status).toBe(3)
    expect(await sums()).toBe(made)
    configure(declared('renewBefore: 60,'))
    expect(await changes()).toBe(0)
  })

  test('a key that somebody changed is drift, and the authority signs anew; the private key is in no output', async () => {
    await on('openssl genpkey -algorithm ed25519 -out /etc/ssl/own/web.key')
    const drift = await site.hexis(['drift'])
    expect(drift.status, drift.all).toBe(5)
    expect(await changes()).toBe(1)
    expect(await on('cd /etc/ssl/own && openssl verify -CAfile ca.crt web.pem')).toBe('web.pem: OK\n')
    const key = (await on('sed -n 2p /etc/ssl/own/web.key')).trim()
    expect(await on(`grep -rlF ${key} /var/lib/hexis/journal /var/lib/hexis/sites || echo none`)).toBe('none\n')
    expect(await on('find /var/lib/hexis/certificates -type d -perm /077')).toBe('')
  })

  test('no longer declared, the pair of before is back, and what was made is gone', async () => {
    configure('')
    expect(await changes()).toBe(3)
    expect(await sums()).toBe(before)
    expect(await on('stat -c "%n %a %U %G" /etc/ssl/own/*')).toMatch(/web\.key 600 root root/)
    expect(await site.hexis(['fsck'])).toMatchObject({ status: 0 })
  })
})
