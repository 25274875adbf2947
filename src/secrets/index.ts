export { Mask } from './mask.ts'
export type { SecretContext, SecretHole } from './resolve.ts'
export type { Secrets } from './secrets.ts'
export { openSecrets } from './secrets.ts'
