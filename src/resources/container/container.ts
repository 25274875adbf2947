import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

/** A command that tells whether the container is well. */
export interface HealthCheck {
  /** For sh, inside of the container. */
  command: string
  /** How often: `'30s'`, `'5m'`. Default: 30s. */
  interval?: string
  /** After what time it counts as failed. Default: 30s. */
  timeout?: string
  /** How often it may fail in a row. Default: 3. */
  retries?: number
  /** How long after the start it may fail. Default: 0s. */
  startPeriod?: string
}

export interface ContainerProps extends ResourceProps {
  /** What it is made from, with registry and digest: `docker.io/library/nginx@sha256:…`; a tag before the @ is for readers. */
  image?: string
  /** Words of the command; default: what the image says. */
  command?: readonly string[]
  /** The program that the command is given to, in place of the image's. */
  entrypoint?: string
  /** Environment variables, one line each. Values that hold secrets take another way, on which nobody sees them. */
  env?: Readonly<Record<string, Text>>
  /** `8080:80`, `127.0.0.1:8080:80`, `53:53/udp`: port of the host, port of the container. */
  ports?: readonly string[]
  /** `/srv/app:/data`, `/etc/app:/etc/app:ro`, or a volume by name: `data:/var/lib/data`. */
  volumes?: readonly string[]
  /** Paths inside of it that lie in memory. */
  tmpfs?: readonly string[]
  /** `bridge`, `host`, `none`, `container:NAME`, or a network by name. Default: what the engine takes. */
  network?: string
  /** As whom it runs inside: a name or number, `app`, `1000:1000`. */
  user?: string
  /** The directory inside in which it runs. */
  directory?: string
  hostname?: string
  /** What the engine does when it ends. Default: nothing. */
  restart?: 'no' | 'always' | 'unless-stopped' | 'on-failure' | `on-failure:${number}`
  /** Notes for people and programs; names that begin with `hexis.` are Hexis's own. */
  labels?: Readonly<Record<string, string>>
  /** At most: `512MiB`, `2GiB`. */
  memory?: string
  /** At most so many processors: `1.5`. */
  cpus?: number
  /** Nothing but volumes and tmpfs can be written to. */
  readOnly?: boolean
  /** What it may do beyond, or no longer, as capabilities(7) names it without CAP_. */
  capabilities?: { add?: readonly string[]; drop?: readonly string[] }
  /** It may do all that the host may. */
  privileged?: boolean
  /** A small program is its first process, which takes care of those that end. */
  init?: boolean
  /** How many seconds it has to stop. Default: 10. */
  stopTimeout?: number
  health?: HealthCheck
  /** False: it is there and does not run. */
  running?: boolean
  /** How many seconds it must run before a start counts. Default: 2; 0 does not wait. */
  settle?: number
  /** Restart when one of these changed. */
  restartOn?: Handle | readonly Handle[]
  /** Default: what the profile of the system says, `podman`. */
  engine?: 'podman' | 'docker'
  /** True: there shall be no such container. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A container of podman or docker, made from an image that its digest names.
 *
 * @example
 * container('web', {
 *   image: 'docker.io/library/nginx@sha256:0a399eb16751829e1af26fea27b20c3ec28d7ab1fb72182879dcae1cca21206a',
 *   ports: ['8080:80'],
 *   volumes: ['/srv/web:/usr/share/nginx/html:ro'],
 * })
 */
export const container = (name: string, props: ContainerProps): Handle => declare('container', name, { ...props })
