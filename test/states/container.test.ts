import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { runtimeText } from '../../src/host/runtime-text.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'
import { type Op, prepare } from './transact.ts'

const isRoot = process.getuid?.() === 0

/** An image of nothing but busybox, as one is made without a network; says its digest. */
const makeImage = `set -e
cd "$(mktemp -d)"
mkdir bin
cp /bin/busybox bin
for name in sh sleep env cat echo; do ln -s busybox bin/$name; done
tar -c . | podman import -q -c 'CMD ["/bin/sleep","1000000"]' -c 'STOPSIGNAL SIGKILL' - localhost/app:1 >/dev/null
podman image inspect --format '{{.Digest}}' localhost/app:1`

/** Another one, in a folder as `podman push` writes it. */
const makeRegistry = `set -e
tar -C / -c bin/busybox |
  podman import -q -c 'CMD ["/bin/busybox","sleep","2000000"]' -c 'STOPSIGNAL SIGKILL' - localhost/other:1 >/dev/null
podman push -q localhost/other:1 dir:/srv/registry
podman image rm localhost/other:1 >/dev/null
printf '[[registry]]\nlocation = "10.77.0.1:5000"\ninsecure = true\n' >>/etc/containers/registries.conf
sha256sum /srv/registry/manifest.json | cut -d ' ' -f 1`

/** As much of a registry as a pull asks for; its argument is that folder. */
const registryProgram = `const { readFileSync } = require('node:fs')
const at = process.argv[1]
require('node:http').createServer((asked, answer) => {
  const [, what, digest] = /(manifests|blobs).sha256:([0-9a-f]+)$/.exec(asked.url) ?? []
  if (what === 'manifests') {
    const text = readFileSync(at + '/manifest.json')
    answer.setHeader('content-type', JSON.parse(text).mediaType ?? 'application/vnd.oci.image.manifest.v1+json')
    answer.end(text)
  } else answer.end(what === undefined ? '{}' : readFileSync(at + '/' + digest))
}).listen(5000, '10.77.0.1', () => console.log('listens'))`

/** In place of podman: writes down what it is called with, and may end the transaction before or after a call. */
const shim = `#!/bin/sh
{ printf '%s ' "$@"; echo; } >>/run/podman.calls
kind=
case $1 in create | stop | rename | start | rm) kind=$1 ;; esac
[ -z "$kind" ] || [ ! -e "/run/kill.before.$kind" ] || { rm /run/kill.*; systemctl kill -s KILL --kill-who=all 'hexis-*'; sleep 5; }
/usr/bin/podman "$@"
status=$?
[ -z "$kind" ] || [ ! -e "/run/kill.after.$kind" ] || { rm /run/kill.*; systemctl kill -s KILL --kill-who=all 'hexis-*'; sleep 5; }
exit $status
`

/** A generator of systemd as podman 4.4 and later have one, which makes as much of a file as the tests need. */
const standIn = `mkdir -p /etc/systemd/system-generators
cat >/etc/systemd/system-generators/stand-in <<'END'
#!/bin/sh
for file in /etc/containers/systemd/*.container; do
  [ -f "$file" ] || continue
  name=\${file##*/}
  printf '[Service]\\nExecStart=/bin/sleep infinity\\nEnvironment=%s\\n' "$(sed -n 's/^Exec=//p' "$file")" >"$1/\${name%.container}.service"
done
END
chmod 0755 /etc/systemd/system-generators/stand-in`

describe.skipIf(!isRoot)('containers on a host with podman', () => {
  let lab: Lab
  let site: ScratchSite
  let image: string
  let registry: ChildProcess | undefined
  const on = async (command: string): Promise<string> =>
    (await tool(['ssh', '-F', lab.sshConfig, 'h1', command], { timeoutMs: 60_000 })).trim()
  const configure = (body: string): void =>
    site.write(`import { defineSite, secret } from 'hexis'
import { container, directory, exec, file, quadlet, service } from 'hexis/resources'
const image = '${image}'
export default defineSite({
  id: 'shop',
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}' } } },
  configure() {${body}
  },
})
`)
  const up = (...args: readonly string[]): Promise<Ran> => site.hexis(['up', '--yes', ...args])
  const changes = async (...args: readonly string[]): Promise<number> => {
    const ran = await up('--json', ...args)
    expect(ran.status, ran.all).toBe(0)
    return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
  }
  /** All of them, with the state they are in. */
  const all = (): Promise<string> =>
    on(
      "/usr/bin/podman ps -aq | xargs -r /usr/bin/podman container inspect --format '{{.Name}} {{.State.Status}} {{.ID}}' | sort",
    )
  const idOf = (name: string): Promise<string> => on(`/usr/bin/podman container inspect --format '{{.ID}}' ${name}`)
  const web = (props: string): string => `container('web', { image, settle: 0, ${props} })`

  beforeAll(async () => {
    lab = await startLab(1, { name: `podman${process.pid}`, systems: ['podman'] })
    site = scratchSite()
    image = `localhost/app@${await on(makeImage)}`
    await tool(['ssh', '-F', lab.sshConfig, 'h1', 'cat >/usr/local/bin/podman && chmod 0755 /usr/local/bin/podman'], {
      input: shim,
    })
  }, 300_000)

  afterAll(async () => {
    registry?.kill()
    site?.dispose()
    await lab?.stop()
  })

  const served = (content: string): string => `
    directory('/srv/www')
    const index = file('/srv/www/index', { content: '${content}' })
    container('web', { restartOn: index,
      image,
      command: ['/bin/sh', '-c', 'cat /www/index; echo; env; exec sleep 1000000'],
      env: { GREETING: "it's 5 % $HOME" },
      ports: ['127.0.0.1:8080:80'],
      volumes: ['/srv//www/:/www:ro', 'data:/data'],
      labels: { team: 'a b' },
      hostname: 'web', user: '0:0', directory: '/www', restart: 'on-failure:3', stopTimeout: 1, tmpfs: ['/tmp'],
      memory: '64MiB', cpus: 0.5, health: { command: 'true', interval: '1m', retries: 2 },
      capabilities: { drop: ['NET_RAW'] }, readOnly: true, init: false,
    })`

  test('one is made and runs, a second run changes nothing, and what it shall follow restarts it', async () => {
    configure(served('hello'))
    expect(await changes()).toBe(3)
    expect(await on('podman logs web')).toMatch(/^hello\n[\s\S]*GREETING=it's 5 % \$HOME/)
    const look = '{{.HostConfig.RestartPolicy.Name}} {{.Config.Hostname}} {{.HostConfig.ReadonlyRootfs}}'
    expect(await on(`podman container inspect --format '${look} {{index .Config.Labels "team"}}' web`)).toBe(
      'on-failure web true a b',
    )
    expect(await on(`podman container inspect --format '{{index .Config.Labels "hexis.spec"}}' web`)).toMatch(
      /^sha256:[0-9a-f]{64}$/,
    )
    expect(await changes()).toBe(0)
    const id = await idOf('web')
    configure(served('again'))
    expect(await changes()).toBe(1)
    expect(await idOf('web')).toBe(id)
    expect(await on('podman logs web')).toMatch(/\nagain\n/)
  }, 120_000)

  test('another value is another container, and the plan names the property', async () => {
    configure(web("env: { A: '1' }, ports: ['8080:80']"))
    expect(await changes()).toBe(3)
    const before = await idOf('web')
    configure(web("env: { A: '2' }"))
    const plan = await site.hexis(['plan'])
    expect(plan.out).toMatch(
      /~ container:podman\/web {2}changed.*\n +env +A=1 → A=2\n +fields +env,image,ports → env,image\n/,
    )
    expect(plan.out).toMatch(/best-effort; stays: what a container that goes had written/)
    expect(await changes()).toBe(1)
    expect(await idOf('web')).not.toBe(before)
    expect(await all()).toMatch(/^web running \S+$/)
  }, 120_000)

  test('what others stop or remove is drift', async () => {
    await on('podman stop web')
    const plan = await site.hexis(['plan'])
    expect(plan.out).toMatch(/container:podman\/web {2}drift.*\n +running +no → yes\n/)
    const before = await idOf('web')
    expect(await changes()).toBe(1)
    expect(await idOf('web')).toBe(before)
    await on('podman rm -f web')
    expect(await changes()).toBe(1)
    expect(await all()).toMatch(/^web running \S+$/)
  }, 120_000)

  test('a run that fails afterwards brings back the very container', async () => {
    const before = await all()
    configure(`${web("env: { A: '3' }, volumes: ['made:/made']")}
    exec('fails', { command: 'echo broken; exit 1', undo: 'true' })`)
    const ran = await up()
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toMatch(/broken/)
    expect(await all()).toBe(before)
    expect(await on('podman volume ls -q')).toBe('data')
  }, 120_000)

  test('one that ends at once is an error with its last words', async () => {
    const before = await all()
    configure("container('web', { image, command: ['/bin/sh', '-c', 'echo no config; exit 7'] })")
    const ran = await up()
    expect(ran.status).toBe(3)
    expect(ran.all).toMatch(/the container web ended with status 7 within 2 s[\s\S]*no config/)
    expect(await all()).toBe(before)
  }, 120_000)

  test.each(['after.create', 'after.rename'])(
    'killed %s, the earlier container is there after a recovery',
    async (point) => {
      const before = await all()
      configure(web(`env: { KILLED: '${point}' }`))
      await on(`touch /run/kill.${point}`)
      expect((await up()).status).toBe(3)
      const recovered = await site.hexis(['recover'])
      expect(recovered.status, recovered.all).toBe(0)
      expect(await all()).toBe(before)
    },
    120_000,
  )

  test('killed once it was over, what had been put aside goes', async () => {
    configure(web("env: { A: '4' }"))
    await on('touch /run/kill.before.rm')
    expect((await up()).status).toBe(3)
    expect((await site.hexis(['recover'])).status).toBe(0)
    expect(await all()).toMatch(/^web running \S+$/)
    expect(await changes()).toBe(0)
  }, 120_000)

  test('a quadlet is there and read before its service starts, with a generator standing in for that of podman', async () => {
    await on(standIn)
    const declared = (said: string): void =>
      configure(`${web("env: { A: '4' }")}
    const app = quadlet('app.container', { sections: { Container: { Image: image, Exec: 'A=${said}' } } })
    service('app', { running: true, restartOn: app })`)
    const look = 'systemctl show -p ActiveState,Environment app.service; ls -A /etc/containers/systemd 2>&1 || true'
    declared('one')
    await changes()
    expect(await on(look)).toBe('Environment=A=one\nActiveState=active\napp.container')
    declared('two')
    expect(await changes()).toBe(1)
    expect(await on(look)).toBe('Environment=A=two\nActiveState=active\napp.container')
    configure(web("env: { A: '4' }"))
    expect(await changes()).toBe(3)
    expect(await on(look)).toMatch(/^Environment=\nActiveState=inactive\nls: .* No such file or directory$/)
  }, 120_000)

  test.each(['busybox ash', 'bash --posix', 'mksh'])(
    'by %s too, with the words of docker, which podman understands',
    async (shell) => {
      const script: string[] = [
        'mkdir -p /var/lib/hexis; mv /var/lib/hexis /var/lib/hexis.other',
        'printf \'#!/bin/sh\\nexec /usr/bin/podman "$@"\\n\' >/usr/local/bin/docker; chmod 0755 /usr/local/bin/docker',
      ]
      const write = (path: string, text: string): void =>
        void script.push(
          `set -- ${path}; mkdir -p "\${1%/*}"; base64 -d >"$1" <<END\n${Buffer.from(text).toString('base64')}\nEND`,
        )
      const run = (id: string, ...ops: readonly Op[]): void => {
        const dir = prepare({ write }, id, ops)
        script.push(
          `HX_LOCK_WAIT=0 ${shell} /run/runtime.sh tx ${dir} | grep -e failed -e '^end'`,
          'docker ps -a --format {{.Names}} -f name=^s',
        )
      }
      const made = (env: string): Op => [
        'container',
        'CONTAINER',
        'docker/s',
        `command=/bin/sh%20-c%20echo%2520"$1"%253B%2520sleep%2520100%20*%20it's%2520$A env=A%3D${env}%20*%0AB%3D'\` image=${image} running=yes settle=0 stoptimeout=0`,
      ]
      write('/run/runtime.sh', runtimeText().text)
      run('t1', made('1'))
      script.push('docker logs s', "docker container inspect --format '{{.Config.Env}}' s")
      run('t2', made('2'), ['exec', 'EXEC', 'x', 'command=exit%203 undo=true'])
      script.push("docker container inspect --format '{{.Config.Env}} {{.State.Running}}' s")
      run('t3', ['container', 'CONTAINER', 'docker/s', 'type=absent'])
      script.push('rm -rf /var/lib/hexis; mv /var/lib/hexis.other /var/lib/hexis')
      const said = await tool(['ssh', '-F', lab.sshConfig, 'h1', 'sh -s'], {
        input: script.join('\n'),
        timeoutMs: 60_000,
      })
      const lines = [
        'end committed 0 ""',
        's',
        "it's $A",
        expect.stringMatching(/\[(?=.*\bA=1 \*)(?=.*\bB='`).*\]/),
        'op 2 failed exit%20status%203%20of:%20exit%203',
        'end undone 2 exit%20status%203%20of:%20exit%203',
        's',
        expect.stringMatching(/\[.*\bA=1 \*.*\] true/),
        'end committed 0 ""',
      ]
      expect(said.trim().split('\n')).toEqual(lines)
    },
    120_000,
  )

  test('a secret reaches the program, and nothing that others see; another one makes another container', async () => {
    await on(': >/run/podman.calls')
    const env = { SAID: 'hush hush', OTHER: 'more % $x' }
    configure(
      web(
        "command: ['/bin/sh', '-c', 'env; exec sleep 1000000'], env: { A: '5', SAID: secret.env('SAID'), OTHER: secret.env('OTHER') }",
      ),
    )
    const ran = await site.hexis(['up', '--yes'], { env })
    expect(ran.status, ran.all).toBe(0)
    expect(await on('podman logs web')).toMatch(
      /SAID=hush hush[\s\S]*OTHER=more % \$x|OTHER=more % \$x[\s\S]*SAID=hush hush/,
    )
    expect((await site.hexis(['plan', '--detailed-exitcode'], { env })).status).toBe(0)
    const id = await idOf('web')
    const again = await site.hexis(['up', '--yes', '-v'], { env: { ...env, SAID: 'psst psst' } })
    expect(again.out).toMatch(/content +‹secret› → ‹secret›/)
    expect(await idOf('web')).not.toBe(id)
    expect(await on('podman logs web')).toMatch(/SAID=psst psst/)
    expect(await on('cat /run/podman.calls')).toMatch(/--env-file \S+/)
    const back = await site.hexis(['rollback', '--on', 'h1', '--to', 'previous', '--yes'], { env })
    expect(back.status, back.all).toBe(0)
    expect(await on('podman logs web')).toMatch(/SAID=hush hush/)
    const seen = `${await on('cat /run/podman.calls')} ${ran.all} ${again.all} ${readFileSync(`${site.folder}/site.ts`)}`
    for (const word of ['hush hush', 'psst psst', 'more %']) {
      expect(seen).not.toContain(word)
      expect(await on(`grep -rlF '${word}' /var/lib/hexis | grep -v '/blobs/sealed:' || true`)).toBe('')
    }
    const lines = await site.hexis(['up', '--yes'], { env: { ...env, SAID: 'two\nOTHER=x' } })
    expect(lines.status).toBe(3)
    expect(lines.all).toMatch(/a secret among OTHER SAID has more than one line/)
  }, 120_000)

  test('an image is pulled in the run, and goes where that fails', async () => {
    const digest = await on(makeRegistry)
    const argv = [`--net=/run/netns/${lab.space}`, process.execPath, '-e', registryProgram]
    registry = spawn('nsenter', [...argv, join(lab.hosts[0]?.root ?? '', 'srv/registry')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve, reject) => {
      registry?.stdout?.once('data', resolve)
      registry?.once('exit', reject)
    })
    const images = await on("/usr/bin/podman images --format '{{.Repository}}@{{.Digest}}' | sort")
    const before = await all()
    const other = `container('other', { image: '10.77.0.1:5000/other@sha256:${digest}', settle: 0 })`
    configure(`${web("env: { A: '5' }")}
    ${other}
    exec('fails', { command: 'exit 1', undo: 'true' })`)
    expect((await up()).status).toBe(3)
    expect(await on("/usr/bin/podman images --format '{{.Repository}}@{{.Digest}}' | sort")).toBe(images)
    expect(await all()).toBe(before)
    configure(`${web("env: { A: '5' }")}
    ${other}`)
    expect(await changes()).toBe(2)
    expect(await all()).toMatch(/^other running \S+\nweb running \S+$/)
  }, 120_000)

  test('one that others made is put aside, and has its name again; before Hexis there was nothing else', async () => {
    // What an image says of itself is data: it cannot pass for another container.
    const forged = `"hexis.fields=$(printf 'x\\nf0 web false 7 7 image=evil hexis="image=evil"')"`
    await on(`/usr/bin/podman run -d --name theirs --label ${forged} localhost/app:1`)
    const theirs = (await all()).split('\n').filter((line) => line.startsWith('theirs'))
    configure(`${web("env: { A: '5' }")}
    container('theirs', { image, settle: 0, ports: ['9090:90'] })`)
    const plan = await site.hexis(['plan'])
    expect(plan.out).not.toMatch(/podman\/web/)
    expect(plan.out).toMatch(/~ container:podman\/theirs {2}new.*\n[\s\S]* by +[0-9a-f]{12} → hexis\n/)
    expect(await changes()).toBe(2)
    expect((await all()).replace(/ [0-9a-f]{64}/g, '')).toMatch(
      /^theirs running\ntheirs-before-hexis-[0-9a-f]{12} exited\nweb running$/,
    )
    const back = await site.hexis(['rollback', '--on', 'h1', '--to', '0', '--yes', '--allow-removals'])
    expect(back.status, back.all).toBe(0)
    expect(await all()).toBe(theirs.join('\n'))
    expect(await on("/usr/bin/podman images -n --format '{{.Repository}}'")).toBe('localhost/app')
    expect(await on('ls /var/lib/hexis/containers 2>&1 || true')).toMatch(/No such file/)
  }, 120_000)
})
