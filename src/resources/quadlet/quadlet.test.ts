import { describe, expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { secret, text } from '../../text/index.ts'
import { quadlet, service } from '../index.ts'
import type { QuadletProps } from './quadlet.ts'

const image = 'docker.io/library/nginx@sha256:0a399eb16751829e1af26fea27b20c3ec28d7ab1fb72182879dcae1cca21206a'
const rest = 'group=root mode=0644 owner=root parents=yes && RELOAD systemd'
const container = (keys: Readonly<Record<string, string | readonly (string | number)[]>> = {}): QuadletProps => ({
  sections: { Container: { Image: image, ...keys } },
})

describe('a file for podman (golden only: what podman makes of it was not tried)', () => {
  test('lies where the generator looks, after the files that it names and before its service, which it restarts', async () => {
    const { steps, contents, diagnostics } = await lowered(() => {
      const web = quadlet('web.container', {
        sections: {
          Unit: { After: 'network-online.target' },
          Container: { Image: image, Volume: ['cache.volume:/var/cache', '/srv/web:/w:ro'], Network: 'app.network' },
          Install: { WantedBy: ['multi-user.target', 'default.target'] },
        },
      })
      service('web', { running: true, restartOn: web })
      service('cache-volume', { running: true })
      quadlet('cache.volume', { sections: { Volume: { Label: 'a=b', Copy: true } } })
      quadlet('app.network', { content: '# of the app\n[Network]\nSubnet=10.9.0.0/24\nGateway=10.9.0.1\n' })
    })
    expect(diagnostics).toEqual([])
    expect(steps).toEqual([
      `COPY /etc/containers/systemd/cache.volume blob=0 ${rest}`,
      `COPY /etc/containers/systemd/app.network blob=1 ${rest}`,
      `COPY /etc/containers/systemd/web.container blob=2 ${rest} && RESTART web.service`,
      'UNIT web.service active=yes',
      'UNIT cache-volume.service active=yes',
    ])
    expect(contents).toEqual([
      '[Volume]\nLabel=a=b\nCopy=yes\n',
      '# of the app\n[Network]\nSubnet=10.9.0.0/24\nGateway=10.9.0.1\n',
      `[Unit]\nAfter=network-online.target\n\n[Container]\nImage=${image}\nVolume=cache.volume:/var/cache\nVolume=/srv/web:/w:ro\nNetwork=app.network\n\n[Install]\nWantedBy=multi-user.target\nWantedBy=default.target\n`,
    ])
  })

  test('may be one of many: the service of an instance comes after the file of its template', async () => {
    const { steps } = await lowered(() => {
      service('app@1', { running: true })
      quadlet('app@.container', container({ ContainerName: 'app-%i', Volume: '%h/x:/x', PublishPort: '%i:80' }))
    })
    expect(steps.map((step) => step.split(' ')[1])).toEqual(['/etc/containers/systemd/app@.container', 'app@1.service'])
  })

  test('can go, and is refused where another manager rules', async () => {
    const { steps } = await lowered(() => quadlet('web.kube', { absent: true }))
    expect(steps).toEqual(['RM /etc/containers/systemd/web.kube && RELOAD systemd'])
    const { diagnostics } = await lowered(() => quadlet('web.container', container()), { os: 'alpine/3.22' })
    expect(diagnostics).toMatchObject([
      { code: 'unsupported-here', summary: "quadlet 'web.container': its host has openrc instead of systemd" },
    ])
  })

  test('holds no secrets', async () => {
    const { diagnostics } = await lowered(() =>
      quadlet('a.container', { content: text`[Container]\nEnvironment=A=${secret.env('A')}` }),
    )
    expect(diagnostics).toMatchObject([{ code: 'held-here', hint: expect.stringContaining('EnvironmentFile=') }])
  })

  test('is not looked at where a newer podman is meant', async () => {
    expect(
      await mistakes(() =>
        quadlet('a.container', { strict: false, sections: { Container: { Image: 'a', New: '1' } } }),
      ),
    ).toEqual([])
  })

  test.each<[string, QuadletProps, RegExp]>([
    ['web.container', {}, /either content or sections/],
    ['web.container', { sections: {} }, /sections\.Container is missing/],
    ['web.container', { sections: { Container: {} } }, /sections\.Container\.Image is missing/],
    [
      'web.container',
      container({ Image: 'docker.io/library/nginx:1.27' }),
      /Container\.Image: an image is named by its digest/,
    ],
    ['web.image', { sections: { Image: { Image: 'nginx' } } }, /Image\.Image: an image is named by its digest/],
    [
      'web.container',
      container({ PublishPorts: '80:80' }),
      /Container has no key PublishPorts: did you mean PublishPort\?/,
    ],
    ['web.container', container({ Restart: 'always' }), /Container has no key Restart$/],
    ['web.container', container({ PublishPort: ['70000:80'] }), /PublishPort: port '70000': 1 to 65535 are allowed/],
    ['web.container', container({ PublishPort: '50-70000:50-60' }), /PublishPort: ports '50-70000:50-60'/],
    ['web.container', container({ Volume: './data:/data' }), /Volume: '\.\/data': a path of the host is absolute/],
    ['web.container', container({ Volume: 'data' }), /Volume: 'data': the path inside is absolute/],
    ['web.container', container({ AddCapability: 'NET_RAW CAP_NET_ADMINS' }), /'CAP_NET_ADMINS' is no capability/],
    [
      'web.container',
      { sections: { ...container().sections, Pods: {} } },
      /no section Pods; allowed are Container, Unit/,
    ],
    ['web.container', { sections: { ...container().sections, Install: { Wants: 'a' } } }, /Install has no key Wants/],
    [
      'web.container',
      { sections: { ...container().sections, Service: { Type: 'simple' } } },
      /Service\.Type: 'simple'/,
    ],
    ['web.container', { sections: { ...container().sections, Service: { KillMode: 'none' } } }, /KillMode: 'none'/],
    ['web.container', { content: 'Image=a' }, /line 1 of content is neither a section nor KEY=VALUE/],
    ['web.container', { content: '[Container]\nImage=nginx\n' }, /Container\.Image: an image is named by its digest/],
    ['web.kube', { sections: { Kube: { Yaml: '/a', Image: 'b' } } }, /Kube has no key Image/],
    ['web.kube', { sections: { Kube: {} } }, /Kube\.Yaml is missing/],
    ['a.network', { sections: { Network: { Gateway: '10.0.0.1' } } }, /need a Subnet/],
    ['a.volume', { sections: { Volume: { Size: '1' } } }, /Volume has no key Size/],
    ['a.service', container(), /the ending says what it is: \.container, \.volume, \.network, \.kube, \.pod, \.image/],
    ['a.volume', { absent: true, content: '' }, /says nothing/],
  ])('%s %j is refused', async (name, props, says) => {
    expect(await mistakes(() => quadlet(name, props))).toEqual([expect.stringMatching(says)])
  })

  test.each(['8080:80', '80', '127.0.0.1::80', '[::1]:80:80/udp', '8000-8010:80-90', '53/udp'])(
    '%s is a port',
    async (port) => {
      expect(await mistakes(() => quadlet('a.container', container({ PublishPort: port })))).toEqual([])
    },
  )

  test('an empty value forgets what was said before, and a line may go on', async () => {
    const content = `[Container]\nImage=${image}\nPublishPort=nothing\nPublishPort=\nPublishPort=80:80\nExec=a \\\n  # no\n  b\n`
    expect(await mistakes(() => quadlet('a.container', { content }))).toEqual([])
  })

  test('its service is not enabled by a link', async () => {
    const found = await mistakes(() => {
      quadlet('a.container', container())
      service('a', { enabled: true })
    })
    expect(found).toEqual([expect.stringMatching(/service 'a' cannot be enabled.*say WantedBy in Install/)])
  })
})
