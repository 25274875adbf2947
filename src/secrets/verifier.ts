import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

/** What a server keeps of a password. A text that is a verifier already stays as it is. */
const verifiers: Readonly<Record<string, { readonly ready: RegExp; make(password: string, salt: string): string }>> = {
  'scram-sha-256': {
    ready: /^(SCRAM-SHA-256\$\d+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}|md5[0-9a-f]{32})$/,
    make: (password, salt) => scramSha256(prepared(password), salt),
  },
  mysql_native_password: {
    ready: /^\*[0-9A-F]{40}$/,
    make: (password) =>
      `*${sha1(sha1(Buffer.from(password)))
        .toString('hex')
        .toUpperCase()}`,
  },
}

const sha1 = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest()

const scramIterations = 4096

/** RFC 5802, as PostgreSQL writes it. `salt` is base64. */
const scramSha256 = (password: string, salt: string): string => {
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), scramIterations, 32, 'sha256')
  const keyOf = (name: string): Buffer => createHmac('sha256', salted).update(name).digest()
  const stored = createHash('sha256').update(keyOf('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${scramIterations}:${salt}$${stored}:${keyOf('Server Key').toString('base64')}`
}

/** RFC 4013, as far as servers and clients go alike: other spaces, what is mapped to nothing, and NFKC. */
const prepared = (password: string): string =>
  password
    .replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
    .replace(/\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200b-\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/g, '')
    .normalize('NFKC')

/**
 * What a server keeps of `password`. The salt is given, so that the same password makes the same verifier.
 *
 * @throws where there is no such sort of verifier
 */
export const verifierOf = (sort: string, salt: string, password: string): string => {
  const known = verifiers[sort]
  if (known === undefined) throw new Error(`no verifier is called ${sort}`)
  return known.ready.test(password) ? password : known.make(password, salt)
}
