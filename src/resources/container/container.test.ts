import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { secret, text } from '../../text/index.ts'
import { container, directory, file } from '../index.ts'
import type { ContainerProps } from './container.ts'

const digest = 'sha256:0a399eb16751829e1af26fea27b20c3ec28d7ab1fb72182879dcae1cca21206a'
const image = `docker.io/library/nginx@${digest}`

test('is one step: what it is made of, in an order of its own, and whether it runs', async () => {
  const { steps, diagnostics } = await lowered(() => {
    container('web', {
      image: `docker.io/library/nginx:1.27@${digest}`,
      command: ['nginx', '-g', 'daemon off;'],
      env: { B: '2', A: 'a b' },
      ports: ['8443:443', '127.0.0.1:8080:80/tcp'],
      volumes: ['/srv//web/:/usr/share/nginx/html:ro', 'cache:/var/cache'],
      memory: '256MiB',
      cpus: 1.5,
      readOnly: true,
      privileged: false,
      restart: 'no',
      capabilities: { add: ['NET_RAW', 'CHOWN'], drop: ['ALL'] },
      health: { command: 'true', interval: '1m30s', retries: 2 },
      settle: 5,
    })
    container('old', { absent: true, engine: 'docker' })
  })
  expect(diagnostics).toEqual([])
  const parts = [
    'capadd=CHOWN%0ANET_RAW',
    'capdrop=ALL',
    'command=nginx%20-g%20daemon%2520off%253B',
    'cpus=1.5',
    'env=A%3Da%20b%0AB%3D2',
    'healthcmd=true',
    'healthinterval=1m30s',
    'healthretries=2',
    `image=${image}`,
    'memory=268435456',
    'ports=127.0.0.1:8080:80/tcp%0A8443:443',
    'readonly=yes',
    'running=yes',
    'settle=5',
    'volumes=/srv/web:/usr/share/nginx/html:ro%0Acache:/var/cache',
  ]
  expect(steps).toEqual([`CONTAINER podman/web ${parts.join(' ')}`, 'CONTAINER docker/old type=absent'])
})

test('values with secrets are a text of their own, and only their names are in the step', async () => {
  const { steps } = await lowered(() =>
    container('web', { image, env: { Z: text`x${secret.env('Z')}`, OPEN: 'yes', A: secret.env('A') }, running: false }),
  )
  expect(steps).toEqual([
    expect.stringMatching(
      /^CONTAINER podman\/web blob=sealed:[0-9a-f]{64} env=OPEN%3Dyes image=\S+ running=no secrets=A%20Z$/,
    ),
  ])
})

test('comes after the paths that it gets to see, and restarts where one of them changes', async () => {
  const { steps } = await lowered(() => {
    const conf = file('/etc/web.conf', { content: '' })
    container('web', { image, volumes: ['/srv/web:/w'], network: 'container:db', restartOn: conf })
    container('db', { image })
    directory('/srv/web')
  })
  expect(steps.map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual([
    'COPY /etc/web.conf',
    'CONTAINER podman/db',
    'DIR /srv/web',
    'CONTAINER podman/web',
  ])
  expect(steps[0]).toContain(
    `&& RUN [%20-z%20%22$(podman%20ps%20-q%20-f%20'name%3D^web$')%22%20]%20||%20env%20-u%20HX_MARK%20podman%20restart%20web`,
  )
})

test('two of one name that differ are refused, with both places', async () => {
  const { diagnostics } = await lowered(() => {
    container('web', { image })
    container('web', { image, ports: ['80:80'] })
  })
  expect(diagnostics).toMatchObject([{ code: 'declared-twice' }])
})

test('is left out where no service can be managed', async () => {
  const { steps, diagnostics } = await lowered(() => container('web', { image }), { capabilities: ['paths'] })
  expect(steps).toEqual([])
  expect(diagnostics).toMatchObject([{ code: 'unsupported-here', severity: 'warning' }])
})

test.each<[ContainerProps, RegExp]>([
  [{}, /image is missing/],
  [
    { image: 'docker.io/library/nginx:1.27' },
    /by its digest.*podman image inspect --format .* docker\.io\/library\/nginx:1\.27/,
  ],
  [{ image: `docker.io/library/nginx@${digest.slice(0, -1)}` }, /a digest of sha256 has 64 digits, this one has 63/],
  [{ image: `docker.io/library/nginx@${digest.replace('0a', '0A')}` }, /0 to 9 and a to f/],
  [{ image: `docker.io/library/nginx@md5:1` }, /after the @ comes one digest/],
  [{ image: `nginx@${digest}` }, /the registry comes first.*docker\.io\/library\/nginx@/],
  [{ image: `library/nginx@${digest}` }, /the registry comes first.*docker\.io\/library\/nginx@/],
  [{ image: `docker.io/Nginx@${digest}` }, /lower-case/],
  [{ image, ports: ['70000:80'] }, /ports\[0\]: port '70000': 1 to 65535 are allowed/],
  [{ image, ports: ['80:0'] }, /port '0'/],
  [{ image, ports: ['80'] }, /such as 8080:80/],
  [{ image, ports: ['1.2.3:80:80'] }, /'1\.2\.3' is no address/],
  [{ image, ports: ['80:80/icmp'] }, /tcp, udp and sctp/],
  [{ image, ports: ['80:80', '80:81/tcp'] }, /port 80 is there twice/],
  [{ image, ports: ['80:80'], network: 'host' }, /ports go with no network: host/],
  [{ image, volumes: ['data/x:/data'] }, /'data\/x': a path of the host is absolute/],
  [{ image, volumes: ['./data:/data'] }, /'\.\/data': a path of the host is absolute/],
  [{ image, volumes: ['/data'] }, /a volume is written/],
  [{ image, volumes: ['/data:data'] }, /'data': the path inside is absolute/],
  [{ image, volumes: ['/data:/data:rw,never'] }, /'never' is no option of a volume: ro, rw/],
  [{ image, volumes: ['/a:/data', 'b:/data:ro'] }, /the path inside \/data is there twice/],
  // biome-ignore lint/suspicious/noExplicitAny: what the compiler refuses too
  [{ image, restart: 'sometimes' as any }, /restart must be 'no', 'always', 'unless-stopped' or 'on-failure'/],
  [{ image, restart: 'on-failure:0' }, /on-failure:N takes a number from 1 to 9999/],
  [{ image, memory: '512' }, /512MiB or 2GiB/],
  [{ image, memory: '1KiB' }, /6MiB at least/],
  [{ image, cpus: 0 }, /cpus/],
  [{ image, capabilities: { add: ['CAP_NET_ADMIN'] } }, /'CAP_NET_ADMIN' is no capability: write NET_ADMIN/],
  [{ image, labels: { 'hexis.fields': 'x' } }, /labels/],
  [{ image, env: { 'A-B': 'x' } }, /env/],
  [{ image, env: { A: 'x\ny' } }, /env\.A: a variable of a container is one line/],
  [{ image, health: { command: 'true', interval: 'often' } }, /health\.interval: a time is a number/],
  [{ absent: true, image }, /no other property but engine/],
])('%j is refused', async (props, says) => {
  const found = await mistakes(() => container('web', props))
  expect(found).toEqual([expect.stringMatching(says)])
})

test.each(['-web', 'a b', 'a/b', 'web-hexis-new', ''])('%j is no name', async (name) => {
  expect(await mistakes(() => container(name, { image }))).toHaveLength(1)
})

test('addresses of the other kind are addresses', async () => {
  expect(await mistakes(() => container('web', { image, ports: ['[::1]:53:53/udp', ':80:80', '80:80/udp'] }))).toEqual([
    expect.stringMatching(/'' is no address/),
  ])
})
