import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'
import type { UnitSections } from '../unit/unit.ts'

export interface QuadletProps extends ResourceProps {
  /** The sections with what they say, in order: `{ Container: { Image: '…' }, Install: { WantedBy: 'multi-user.target' } }`. */
  sections?: UnitSections
  /** The whole text. */
  content?: Text
  /** False: sections, keys and values are not looked at, for a podman that knows more of them. */
  strict?: boolean
  /** True: the file shall not be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A file from which podman makes a service of systemd: NAME.container, .volume, .network, .kube, .pod or .image.
 *
 * @example
 * const web = quadlet('web.container', {
 *   sections: {
 *     Container: {
 *       Image: 'docker.io/library/nginx@sha256:0a399eb16751829e1af26fea27b20c3ec28d7ab1fb72182879dcae1cca21206a',
 *       PublishPort: ['8080:80'],
 *     },
 *     Install: { WantedBy: 'multi-user.target' },
 *   },
 * })
 * service('web', { running: true, restartOn: web })
 */
export const quadlet = (name: string, props: QuadletProps): Handle => declare('quadlet', name, { ...props })
