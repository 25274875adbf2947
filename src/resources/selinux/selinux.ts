import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface SelinuxPort {
  /** A port, or a range of ports: '8080', '9000-9010'. */
  port: number | string
  /** Default: tcp. */
  protocol?: 'tcp' | 'udp' | 'sctp' | 'dccp'
  /** The type that it has: http_port_t. */
  type: string
}

export interface SelinuxContext {
  /** A regular expression of whole paths: '/srv/www(/.*)?'. */
  path: string
  /** The type that they have: httpd_sys_content_t. */
  type: string
}

export interface SelinuxProps extends ResourceProps {
  /** How much SELinux does, now and after a boot; `disabled` takes a reboot. */
  state?: 'enforcing' | 'permissive' | 'disabled'
  /** Switches of the policy, now and after a boot. */
  booleans?: { readonly [name: string]: boolean }
  /** Types of ports. */
  ports?: readonly SelinuxPort[]
  /** Types of files; those that are there get them at once. */
  contexts?: readonly SelinuxContext[]
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * What SELinux allows: its state, booleans, types of ports and files.
 *
 * @example
 * selinux('web', {
 *   booleans: { httpd_can_network_connect: true },
 *   ports: [{ port: 8080, type: 'http_port_t' }],
 *   contexts: [{ path: '/srv/www(/.*)?', type: 'httpd_sys_content_t' }],
 * })
 */
export const selinux = (id: string, props: SelinuxProps): Handle => declare('selinux', id, { ...props })
