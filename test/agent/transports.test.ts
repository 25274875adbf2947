import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCheckout } from '../../src/agent/checkout/checkout.ts'
import { runProcess } from '../../src/process/run.ts'
import { makeOrigin, type Origin } from './origin.ts'

const module = join(import.meta.dirname, '../../src/agent/checkout/checkout.ts')

/** Free now; sshd cannot be asked which one it got. */
const freePort = async (): Promise<number> => {
  const { createServer: plain } = await import('node:net')
  const server = plain().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Git's own server of repositories, behind TLS. */
const httpsServer = (folder: string) =>
  createServer(
    { key: readFileSync(join(folder, 'tls.key')), cert: readFileSync(join(folder, 'tls.crt')) },
    (request, response) => {
      const [path = '', query = ''] = (request.url ?? '').split('?')
      const child = spawn('git', ['http-backend'], {
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          GIT_PROJECT_ROOT: folder,
          GIT_HTTP_EXPORT_ALL: '1',
          GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
          REQUEST_METHOD: request.method,
          PATH_INFO: path,
          QUERY_STRING: query,
          CONTENT_TYPE: request.headers['content-type'] ?? '',
          HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
          REMOTE_ADDR: '127.0.0.1',
        },
        stdio: ['pipe', 'pipe', 'ignore'],
      })
      request.pipe(child.stdin)
      const chunks: Buffer[] = []
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
      child.on('close', () => {
        const all = Buffer.concat(chunks)
        const end = all.indexOf('\r\n\r\n')
        for (const line of all.subarray(0, end).toString().split('\r\n')) {
          const [name = '', value = ''] = line.split(/: (.*)/)
          if (name === 'Status') response.statusCode = Number.parseInt(value, 10)
          else response.setHeader(name, value)
        }
        response.end(all.subarray(end + 4))
      })
    },
  )

// What root trusts, keys of ssh and authorities of TLS, lies at fixed places: each agent gets its own view of them.
describe.skipIf(process.getuid?.() !== 0)('a repository', () => {
  let origin: Origin
  let sshd: ReturnType<typeof spawn>
  let sshPort: number
  let server: ReturnType<typeof httpsServer>
  const at = (name: string) => join(origin.folder, name)

  /** Fetches, verifies and places as an agent of a machine whose root has this `.ssh` and these authorities. */
  const agent = async (repository: string, see: { ssh?: string; authorities?: string } = {}): Promise<string> => {
    const program = `import { openCheckout } from '${module}'
const agent = openCheckout({ folder: process.argv[1], repository: process.argv[2] })
try {
  const { upstream } = await agent.fetch('main')
  const { is } = await agent.verify(upstream, undefined, false)
  process.stdout.write(is + ' ' + (await agent.place(upstream)))
} catch (error) {
  process.stdout.write(error.diagnostics.map((d) => [d.summary, d.detail, d.hint].join(' | ')).join())
}`
    const views = [
      `mount --bind '${see.ssh ?? at('no-ssh')}' /root/.ssh`,
      ...(see.authorities === undefined
        ? []
        : [`mount --bind '${see.authorities}' /etc/ssl/certs/ca-certificates.crt`]),
    ]
    const script = `mkdir -p /root/.ssh && ${views.join(' && ')} && exec "$@"`
    const node = [process.execPath, '--input-type=module', '-e', program, at('agent'), repository]
    rmSync(at('agent'), { recursive: true, force: true })
    const { SSH_AUTH_SOCK: _none, ...env } = process.env
    const outcome = await runProcess(['unshare', '-m', 'sh', '-c', script, 'sh', ...node], {
      timeoutMs: 60_000,
      limitBytes: 1_000_000,
      env: Object.fromEntries(Object.entries({ ...env, HOME: '/root' }).filter((e): e is [string, string] => !!e[1])),
    })
    return outcome.stdout.toString() + outcome.stderr
  }

  beforeAll(async () => {
    origin = makeOrigin()
    origin.commit('site.ts', 'it is here')
    mkdirSync(at('no-ssh'))
    mkdirSync(at('ssh'), { mode: 0o700 })
    origin.key('server')
    origin.key('ssh/id_ed25519')
    origin.key('stranger')
    writeFileSync(at('authorized'), `${origin.publicKey('ssh/id_ed25519')}\n`)
    sshPort = await freePort()
    const options = {
      HostKey: at('server'),
      AuthorizedKeysFile: at('authorized'),
      ListenAddress: '127.0.0.1',
      Port: String(sshPort),
      StrictModes: 'no',
      UsePAM: 'no',
      PermitRootLogin: 'yes',
      PidFile: 'none',
    }
    mkdirSync('/run/sshd', { recursive: true })
    const args = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
    sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', '/dev/null', ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    await new Promise<void>((resolve) =>
      sshd.stderr?.on('data', (text: Buffer) => text.includes('listening') && resolve()),
    )
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=x',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-keyout',
        at('tls.key'),
        '-out',
        at('tls.crt'),
      ],
      { stdio: 'ignore' },
    )
    server = httpsServer(origin.folder)
    server.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
  }, 60_000)
  afterAll(() => {
    sshd?.kill()
    server?.close()
    if (origin !== undefined) rmSync(origin.folder, { recursive: true, force: true })
  })

  const know = (key: string): void =>
    writeFileSync(at('ssh/known_hosts'), `[127.0.0.1]:${sshPort} ${origin.publicKey(key)}\n`)

  test('over ssh, with the key and the known hosts of root', async () => {
    know('server')
    const said = await agent(`ssh://root@127.0.0.1:${sshPort}${origin.path}`, { ssh: at('ssh') })
    expect(said).toMatch(/^trusted /)
    expect(readFileSync(join(said.slice('trusted '.length), 'site.ts'), 'utf8')).toBe('it is here')
  }, 60_000)

  test('over ssh, of an unknown host, one with another key, and one that does not let in: said, with what to do', async () => {
    const address = `ssh://root@127.0.0.1:${sshPort}${origin.path}`
    writeFileSync(at('ssh/known_hosts'), '')
    expect(await agent(address, { ssh: at('ssh') })).toMatch(
      /cannot be reached .*Host key verification failed.*known_hosts/s,
    )
    know('stranger')
    expect(await agent(address, { ssh: at('ssh') })).toMatch(/cannot be reached .*HOST IDENTIFICATION HAS CHANGED/s)
    know('server')
    writeFileSync(at('authorized'), `${origin.publicKey('stranger')}\n`)
    expect(await agent(address, { ssh: at('ssh') })).toMatch(/Permission denied .*a key that may read the repository/s)
    writeFileSync(at('authorized'), `${origin.publicKey('ssh/id_ed25519')}\n`)
  }, 60_000)

  test('over https, when the machine trusts its certificate and not otherwise', async () => {
    const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}/origin/.git`
    const said = await agent(address, { authorities: at('tls.crt') })
    expect(said).toMatch(/^trusted /)
    expect(readFileSync(join(said.slice('trusted '.length), 'site.ts'), 'utf8')).toBe('it is here')
    expect(await agent(address)).toMatch(/cannot be reached .*certificate/s)
  }, 60_000)
})

test.skipIf(process.getuid?.() !== 0)('a repository of this machine may belong to another account', async () => {
  const from = makeOrigin()
  const last = from.commit('a', '1')
  from.git('clone', '-q', '--bare', from.path, join(from.folder, 'bare.git'))
  execFileSync('chown', ['-R', 'nobody', from.path, join(from.folder, 'bare.git')])
  for (const path of [
    from.path,
    `${from.path}/`,
    `${from.path}/.git`,
    join(from.folder, 'bare'),
    `${from.folder}/bare.git/`,
  ]) {
    rmSync(join(from.folder, 'agent'), { recursive: true, force: true })
    const agent = openCheckout({ folder: join(from.folder, 'agent'), repository: path })
    expect((await agent.fetch('main')).upstream, path).toBe(last)
  }
  rmSync(from.folder, { recursive: true, force: true })
})
