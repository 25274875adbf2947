import { readFile, stat } from 'node:fs/promises'
import type { Git } from './git.ts'

export type Trust =
  | { readonly is: 'trusted' /** The signer. */; readonly by: string }
  | { readonly is: 'untrusted'; readonly because: string }

const untrusted = (because: string): Trust => ({ is: 'untrusted', because })

/** Where tags that stand for a fetched commit are kept, by the name of the tag's object. */
export const tagRefs = 'refs/hexis/tags'

const short = (commit: string): string => commit.slice(0, 12)

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Keys that are no longer to be believed, whatever the other file says: an OpenSSH revocation list beside it. */
const revocations = async (allowed: string): Promise<readonly string[]> => {
  const file = `${allowed}.revoked`
  return (await exists(file)) ? ['-c', `gpg.ssh.revocationFile=${file}`] : []
}

/** One sentence for what ssh-keygen and git said of a signature that does not hold. */
const whyNot = (what: string, said: string): string => {
  const key = /\bwith (\S+) key (SHA256:\S+)/.exec(said)
  const by = key === null ? 'a key' : `the key ${key[2]}`
  const expired = /key has expired: .*valid-before (\S+)/.exec(said)
  const early = /key is not yet valid: .*valid-after (\S+)/.exec(said)
  if (expired !== null) return `${what} is signed by ${by}, which was valid only before ${expired[1]}`
  if (early !== null) return `${what} is signed by ${by}, which is valid only after ${early[1]}`
  if (/not permitted for use in signature namespace/.test(said))
    return `${what} is signed by ${by}, which the allowed signers do not permit for git (namespaces)`
  if (/No principal matched/.test(said)) return `${what} is signed by ${by}, which is not among the allowed signers`
  if (/^Could not verify signature/m.test(said))
    return `the signature of ${what} does not hold: it is broken, or was made for other content`
  return `the signature of ${what} does not hold: ${said.split('\n')[0] ?? ''}`
}

interface Signed {
  readonly is: 'signed' | 'unsigned' | 'refused'
  readonly words: string
}

interface Carried {
  readonly is: 'ssh' | 'other'
  /** What an SSH signature was made for; git's are for `git`. */
  readonly purpose?: string
}

/** A string of an SSH signature, and where the next one begins. */
const stringAt = (bytes: Buffer, at: number): { readonly text: string; readonly next: number } | undefined => {
  if (at + 4 > bytes.length) return undefined
  const next = at + 4 + bytes.readUInt32BE(at)
  return next > bytes.length ? undefined : { text: bytes.toString('latin1', at + 4, next), next }
}

/** `SSHSIG`, a version, the key, and then what it is for. */
const purposeOf = (armored: string): string | undefined => {
  const bytes = Buffer.from(armored.replace(/-----[^-]+-----/g, ''), 'base64')
  const key = stringAt(bytes, 'SSHSIG'.length + 4)
  return key === undefined ? undefined : stringAt(bytes, key.next)?.text
}

const begin = '-----BEGIN (SSH SIGNATURE|PGP \\w+|SIGNED MESSAGE|PKCS7)-----'

/** The signature of a commit is in its header, that of a tag at its end; a header may hold whole tags, which do not count. */
const signatureIn = async (git: Git, type: 'commit' | 'tag', name: string): Promise<Carried | undefined> => {
  const { stdout } = await git(['cat-file', type, name])
  const at = stdout.indexOf('\n\n')
  const text = type === 'commit' ? stdout.slice(0, at) : stdout.slice(at)
  const found = new RegExp(`^${type === 'commit' ? 'gpgsig(?:-sha256)? ' : ''}${begin}`, 'm').exec(text)
  if (found === null) return undefined
  if (found[1] !== 'SSH SIGNATURE') return { is: 'other' }
  const purpose = purposeOf(text.slice(text.indexOf('-----BEGIN', found.index)).split('-----END')[0] ?? '')
  return { is: 'ssh', ...(purpose === undefined ? {} : { purpose }) }
}

const signatureOf = async (git: Git, type: 'commit' | 'tag', name: string, allowed: string): Promise<Signed> => {
  const what = `${type} ${short(name)}`
  const carried = await signatureIn(git, type, name)
  if (carried === undefined) return { is: 'unsigned', words: `${what} is not signed` }
  if (carried.is === 'other') return { is: 'refused', words: `${what} is signed, but not with an SSH key` }
  const verified = (more: readonly string[]) =>
    git(['-c', `gpg.ssh.allowedSignersFile=${allowed}`, ...more, `verify-${type}`, '--raw', name])
  const revoked = await revocations(allowed)
  const { ok, said } = await verified(revoked)
  const good = /^Good "git" signature for (.+) with \S+ key SHA256:/m.exec(said)
  if (ok && good?.[1] !== undefined) return { is: 'signed', words: good[1] }
  // What ssh-keygen says of a revoked key does not tell that it is revoked.
  if (revoked.length > 0 && (await verified([])).ok)
    return { is: 'refused', words: `${what} is signed by a key that is revoked` }
  if (carried.purpose !== undefined && carried.purpose !== 'git')
    return { is: 'refused', words: `${what} carries a signature that was made for something else than git` }
  return { is: 'refused', words: whyNot(what, said) }
}

/** Tags with a message that stand for this very commit. */
const tagsOf = async (git: Git, commit: string): Promise<readonly string[]> => {
  const format = '%(objectname) %(objecttype) %(*objectname)'
  const { stdout } = await git(['for-each-ref', `--points-at=${commit}`, `--format=${format}`, tagRefs])
  return stdout.split('\n').flatMap((line) => {
    const [name, type, target] = line.split(' ')
    return name !== undefined && type === 'tag' && target === commit ? [name] : []
  })
}

const keptTags = 64
const mostReasons = 4

/** A release each day is a tag each day: the oldest go. */
export const pruneTags = async (git: Git): Promise<void> => {
  const { stdout } = await git(['for-each-ref', '--sort=-creatordate', '--format=%(refname)', tagRefs])
  const old = stdout
    .split('\n')
    .filter((ref) => ref !== '')
    .slice(keptTags)
  if (old.length > 0) await git(['update-ref', '--stdin'], { stdin: old.map((ref) => `delete ${ref}\n`).join('') })
}

/**
 * Whether an allowed signer vouches for a commit: its own signature, or that of a tag that stands for it. The commits
 * before it, and others that it merges, need none: who signs a commit answers for what it brings in.
 */
export const signerOf = async (git: Git, commit: string, allowed: string): Promise<Trust> => {
  const readable = await readFile(allowed).then(
    () => true,
    () => false,
  )
  if (!readable) return untrusted(`the file of allowed signers ${allowed} cannot be read`)
  const own = await signatureOf(git, 'commit', commit, allowed)
  if (own.is === 'signed') return { is: 'trusted', by: own.words }
  const tags = await tagsOf(git, commit)
  const refused: string[] = own.is === 'refused' ? [own.words] : []
  for (const tag of tags) {
    const signed = await signatureOf(git, 'tag', tag, allowed)
    if (signed.is === 'signed') return { is: 'trusted', by: signed.words }
    refused.push(signed.words)
  }
  if (own.is === 'unsigned') refused.unshift(own.words)
  const more = refused.length - mostReasons
  return untrusted([...refused.slice(0, mostReasons), ...(more > 0 ? [`and ${more} more tags`] : [])].join('; '))
}
