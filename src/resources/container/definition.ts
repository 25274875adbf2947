import { z } from 'zod'
import type { Json } from '../../document/document.ts'
import { encode } from '../../steps/encoding.ts'
import { textPartsFromJson } from '../../text/from-json.ts'
import { defineResource, type LowerContext } from '../definition.ts'
import { argsFrom, asJson, normalPath, onlyYes } from '../properties.ts'
import { withoutTag } from './notation.ts'
import { bytesOf, type Props, schema } from './schema.ts'

/** One item a line, in an order of their own where that of writing says nothing. */
const lines = (items: readonly string[] | undefined): string | undefined =>
  items === undefined || items.length === 0 ? undefined : items.toSorted().join('\n')

const pairs = (record: Readonly<Record<string, string>> | undefined): string | undefined =>
  lines(Object.entries(record ?? {}).map(([name, value]) => `${name}=${value}`))

/** Is it known before anything is asked that nobody shall see? */
const isOpen = (value: Json): boolean =>
  textPartsFromJson(value)?.every((part) => typeof part === 'string' || 'fact' in part) === true

/** The variables that everybody may see, and those with secrets: their names, and the name of their text. */
const envArgs = (env: Props['env'], context: LowerContext) => {
  const all = Object.entries(env ?? {})
    .map(([name, value]): readonly [string, Json] => [name, asJson(value)])
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  const secret = all.filter(([, value]) => !isOpen(value))
  const open = all.filter(([, value]) => isOpen(value))
  const text = secret.flatMap(([name, value]) => [`${name}=`, ...(textPartsFromJson(value) ?? []), '\n'])
  const shown = open.map(([name, value]): readonly [string, string] => [
    name,
    context.plain(value, `env.${name}`) ?? '',
  ])
  for (const [name, value] of shown)
    if (/[\n\r\0]/.test(value))
      context.report({
        code: 'wrong-value',
        summary: `env.${name}: a variable of a container is one line`,
        hint: 'Put the text into a file(), and mount that as a volume.',
      })
  return {
    env: pairs(Object.fromEntries(shown)),
    secrets: secret.length === 0 ? undefined : secret.map(([name]) => name).join(' '),
    blob: secret.length === 0 ? undefined : context.sealed({ $text: text as Json[] }, 'env'),
  }
}

const clean = (volume: string): string => {
  const [source = '', target = '', ...options] = volume.split(':')
  return [source.startsWith('/') ? normalPath(source) : source, normalPath(target), ...options].join(':')
}

const argsOf = (props: Props, context: LowerContext) =>
  argsFrom({
    image: withoutTag(props.image ?? ''),
    command: props.command?.map(encode).join(' '),
    entrypoint: props.entrypoint,
    ...envArgs(props.env, context),
    ports: lines(props.ports),
    volumes: lines(props.volumes?.map(clean)),
    tmpfs: lines(props.tmpfs?.map(normalPath)),
    network: props.network,
    user: props.user,
    workdir: props.directory === undefined ? undefined : normalPath(props.directory),
    hostname: props.hostname,
    restart: props.restart === 'no' ? undefined : props.restart,
    labels: pairs(props.labels),
    memory: props.memory === undefined ? undefined : bytesOf(props.memory),
    cpus: props.cpus,
    readonly: onlyYes(props.readOnly),
    capadd: lines(props.capabilities?.add),
    capdrop: lines(props.capabilities?.drop),
    privileged: onlyYes(props.privileged),
    init: onlyYes(props.init),
    stoptimeout: props.stopTimeout,
    healthcmd: props.health?.command,
    healthinterval: props.health?.interval,
    healthtimeout: props.health?.timeout,
    healthretries: props.health?.retries,
    healthstart: props.health?.startPeriod,
    running: props.running !== false,
    settle: props.settle,
  })

const twice = (items: readonly string[] | undefined, of: (item: string) => string, what: string): readonly string[] => {
  const seen = new Set<string>()
  return (items ?? []).flatMap((item) => {
    const known = seen.has(of(item))
    seen.add(of(item))
    return known ? [`${what} ${of(item)} is there twice`] : []
  })
}

/** `8080`, or `8080/udp`: two of them cannot be listened on at one address. */
const outsideOf = (port: string): string => {
  const [inside = '', outside = '', address = ''] = port.split(/:(?![^[]*\])/).toReversed()
  const protocol = inside.split('/')[1]
  return `${address === '' ? '' : `${address}:`}${outside}${protocol === undefined || protocol === 'tcp' ? '' : `/${protocol}`}`
}

const example = 'sha256:0a399eb16751829e1af26fea27b20c3ec28d7ab1fb72182879dcae1cca21206a'

export const containerResource = defineResource({
  type: 'container',
  summary: 'a container of podman or docker, from an image that its digest names',
  detail: `What a container is made of does not change while it lives: another value of any property is another container of
the same name, and the plan names the property. The new one is made first, then the earlier one stops and is put aside
until the run is over, so that a run that fails, or is killed, brings back that very container. One that others had made
under this name is put aside as NAME-before-hexis-ID, stopped, and has its name again when the declaration goes.

An image is pulled where it is missing; a tag alone is refused, since it means another image tomorrow. Volumes, named or
not, are never removed. A value of \`env\` that holds a secret is read by the engine from a file that only root reads, and
is on no command line; who may ask the engine (\`podman inspect\`) sees it all the same. A secret that nobody but the
program shall see is a file() of mode 0400 that is mounted as a volume.

\`restart\` is a matter of the engine: after a boot podman starts what says always only where podman-restart.service is
enabled. Limits of memory and processors that others changed are seen and made as declared by another container. A plan
asks podman by one call for all containers; podman opens its own database and locks for that. What is said to docker was
tried with podman, which understands the same words, and not with docker itself.`,
  reversal: `Best effort. The earlier container comes back with all that it held; what it did meanwhile, and volumes that the
engine made, stay. What a container had written outside of volumes is gone once a run that replaces or removes it is over.
What was pulled goes when nothing uses it.`,
  identity: {
    name: 'name',
    summary: 'Name of the container.',
    schema: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/,
        'a name has letters, digits and _ . -, at most 100, and begins with a letter or digit',
      )
      .refine((name) => !/-hexis-/.test(name), 'names with -hexis- are those of containers that are put aside'),
  },
  schema,
  examples: [
    {
      id: 'web',
      props: {
        image: `docker.io/library/nginx:1.27@${example}`,
        ports: ['127.0.0.1:8080:80'],
        volumes: ['/srv/web:/usr/share/nginx/html:ro'],
        restart: 'always',
        memory: '256MiB',
      },
    },
    {
      id: 'worker',
      props: {
        image: `registry.example.org/app/worker@${example}`,
        command: ['worker', '--queue', 'mail'],
        env: { LEVEL: 'info', TOKEN: { $text: [{ secret: { env: 'WORKER_TOKEN' } }] } },
        capabilities: { drop: ['ALL'] },
        readOnly: true,
        tmpfs: ['/tmp'],
      },
    },
    { id: 'old', props: { absent: true } },
  ],
  together(props) {
    if (props.absent === true) {
      const others = Object.keys(props).filter((name) => name !== 'absent' && name !== 'engine')
      return others.length === 0 ? [] : ['what is absent has no other property but engine']
    }
    const isShared = props.network !== undefined && /^(host|none|container:.*)$/.test(props.network)
    return [
      ...(props.image === undefined ? ['image is missing: what it is made from; or write absent: true'] : []),
      ...(isShared && (props.ports ?? []).length > 0 ? [`ports go with no network: ${props.network}`] : []),
      ...(props.network?.startsWith('container:') === true && props.hostname !== undefined
        ? ['hostname is that of the container whose network it shares']
        : []),
      ...twice(props.ports, outsideOf, 'port'),
      ...twice(props.volumes, (volume) => volume.split(':')[1] ?? '', 'the path inside'),
    ]
  },
  lower(id, props, context) {
    const engine = props.engine ?? context.profile.name('managers', 'container')
    const target = `${engine}/${id}`
    if (props.absent === true) return { steps: [{ verb: 'CONTAINER', target, args: { type: 'absent' } }] }
    const sources = (props.volumes ?? []).flatMap((volume) =>
      volume.startsWith('/') ? [clean(volume).split(':')[0]] : [],
    )
    const other = /^container:(.+)$/.exec(props.network ?? '')?.[1]
    const behind = [
      ...sources.map((path) => `path:${path}`),
      ...(other === undefined ? [] : [`container:${engine}/${other}`]),
    ]
    return { steps: [{ verb: 'CONTAINER', target, args: argsOf(props, context), behind }] }
  },
})
