import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export type CertificateKeyType = 'ec-p256' | 'ec-p384' | 'ed25519' | 'rsa-2048' | 'rsa-3072' | 'rsa-4096'

/** A certificate authority that lies on the host. */
export interface CertificateAuthority {
  /** Path of its certificate. */
  certificate: string
  /** Path of its private key, without a passphrase. */
  key: string
}

/** A certificate authority that is asked over the network, by certbot. */
export interface AcmeAuthority {
  /** Its directory. Default: that of Let's Encrypt. */
  acme: string
  /** Told before certificates end. */
  email: string
  /** The folder of a web server that answers on port 80 for all names. */
  webroot?: string
  /** Or the plugin of certbot that makes records in the DNS: 'cloudflare', 'rfc2136'. */
  dns?: string
  /** The file of that plugin's credentials, on the host. */
  credentials?: string
}

export interface CertificateProps extends ResourceProps {
  /** Names and addresses that it is for; the first one is its subject. */
  names: readonly string[]
  /** Who signs it: itself (default), an authority that lies on the host, or one that is asked by ACME. */
  issuer?: 'self' | CertificateAuthority | AcmeAuthority
  /** Where it lies: an absolute path that ends in .crt, .pem or .cert. Not with ACME: certbot has places of its own. */
  path?: string
  /** Where its private key lies. Default: beside it, ending in .key. */
  keyPath?: string
  /** Sort of its key. Default: 'ec-p256'. */
  keyType?: CertificateKeyType
  /** Days that it is valid. Default 365. */
  days?: number
  /** Days before its end from which on it is renewed. Default 30. */
  renewBefore?: number
  /** It may sign others. */
  authority?: boolean
  owner?: string
  /** Who may read the key beside its owner. */
  group?: string
  /** Permissions of the key. Default '0600', with a group '0640'. */
  keyMode?: string
  /** With ACME: a command that certbot runs whenever it has renewed it, also by itself. */
  deploy?: string
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A certificate and its private key, made on the host, renewed in time and not before.
 *
 * @example
 * certificate('web', { path: '/etc/ssl/web.crt', names: ['web.lan', '10.0.0.5'], onChange: reload('nginx') })
 */
export const certificate = (id: string, props: CertificateProps): Handle => declare('certificate', id, { ...props })
