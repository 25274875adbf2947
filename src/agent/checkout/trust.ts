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
  if (/namespace/.test(said)) return `${what} carries a signature that was made for something else than git`
  return `the signature of ${what} does not hold: ${said.split('\n')[0] ?? ''}`
}

interface Signed {
  readonly is: 'signed' | 'unsigned' | 'refused'
  readonly words: string
}

/** The header of an object, where a signature of a commit stands; or the end of a tag, where that of a tag does. */
const signatureIn = async (git: Git, type: 'commit' | 'tag', name: string): Promise<'ssh' | 'other' | undefined> => {
  const { stdout } = await git(['cat-file', type, name])
  const at = stdout.indexOf('\n\n')
  const text = type === 'commit' ? stdout.slice(0, at) : stdout.slice(at)
  if (/-----BEGIN SSH SIGNATURE-----/.test(text)) return 'ssh'
  return /-----BEGIN (PGP|SIGNED|PKCS7)/.test(text) ? 'other' : undefined
}

const signatureOf = async (git: Git, type: 'commit' | 'tag', name: string, allowed: string): Promise<Signed> => {
  const what = `${type} ${short(name)}`
  const kind = await signatureIn(git, type, name)
  if (kind === undefined) return { is: 'unsigned', words: `${what} is not signed` }
  if (kind === 'other') return { is: 'refused', words: `${what} is signed, but not with an SSH key` }
  const verified = (more: readonly string[]) =>
    git(['-c', `gpg.ssh.allowedSignersFile=${allowed}`, ...more, `verify-${type}`, '--raw', name])
  const revoked = await revocations(allowed)
  const { ok, said } = await verified(revoked)
  const good = /^Good "git" signature for (.+) with \S+ key SHA256:/m.exec(said)
  if (ok && good?.[1] !== undefined) return { is: 'signed', words: good[1] }
  // What ssh-keygen says of a revoked key does not tell that it is revoked.
  if (revoked.length > 0 && (await verified([])).ok)
    return { is: 'refused', words: `${what} is signed by a key that is revoked` }
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
  return untrusted(refused.join('; '))
}
