import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Recipient } from '../../secrets/age.ts'
import { decrypted, readEncrypted } from '../../secrets/encrypted.ts'
import { agentKeyFile, keptIdentity, ownKeyFile, readIdentities } from '../../secrets/identity.ts'
import type { Action, Context } from '../command.ts'
import type { Exit } from '../exit.ts'
import { exits } from '../exit.ts'
import { inert } from '../inert.ts'
import { alignColumns } from '../view/table.ts'
import { configPlace, printJson } from '../with-site.ts'

const fail = (code: Diagnostic['code'], summary: string, hint?: string): never => {
  throw new DiagnosticError({ severity: 'error', code, summary, ...(hint === undefined ? {} : { hint }) })
}

const ownRecipient = async (): Promise<Recipient> => {
  const file = ownKeyFile(process.env)
  const [key] =
    (await readIdentities(file)) ?? fail('secret-key', `there is no key ${file}`, '`hexis secret key` makes one.')
  return { key: key?.recipient ?? '' }
}

const hostRecipients = async (selector: string, context: Context): Promise<readonly Recipient[]> => {
  const { hosts } = await context.ports.readHosts(configPlace(context), selector)
  if (hosts.length === 0) fail('usage', `no host is '${selector}'`)
  return hosts.map(({ name, age }) => {
    if (age !== undefined) return { key: age, host: name }
    const hint = `Write age: 'age1…' at ${name} in the config. On it, HEXIS_AGE_IDENTITY=${agentKeyFile} hexis secret key says it.`
    return fail('secret-key', `nobody knows a key of host ${name}`, hint)
  })
}

const checked = async (recipients: readonly Recipient[]): Promise<readonly Recipient[]> => {
  const { isRecipient } = await import('../../secrets/age.ts')
  for (const { key } of recipients) if (!isRecipient(key)) fail('usage', `'${key}' is no public key of age`)
  const byKey = new Map(recipients.map((recipient) => [recipient.key, recipient]))
  return [...byKey.values()]
}

/** Everyone in `web1,age1…,me`. */
const recipientsOf = async (to: string | undefined, context: Context): Promise<readonly Recipient[]> => {
  const words = (to ?? '').split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]))
  if (words.length === 0) fail('usage', 'nobody is named who may open it', 'Add --to web1,me (hosts, age1… keys, me).')
  const found: Recipient[] = []
  for (const word of words) {
    if (word === 'me') found.push(await ownRecipient())
    else if (word.startsWith('age1')) found.push({ key: word })
    else found.push(...(await hostRecipients(word, context)))
  }
  return checked(found)
}

const namesOf = (recipients: readonly Recipient[]): string =>
  recipients.map(({ key, host }) => inert(host ?? key)).join(', ')

/** In one step: whoever reads the file sees the old one or the new one. */
const replace = async (file: string, text: string): Promise<void> => {
  const fresh = `${file}.${process.pid}.new`
  await mkdir(dirname(file), { recursive: true })
  try {
    await writeFile(fresh, text)
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    fail('unreadable', `cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const encrypt = async (named: string | undefined, to: string | undefined, context: Context): Promise<Exit> => {
  const recipients = await recipientsOf(to, context)
  if (process.stdin.isTTY === true)
    fail('usage', 'the secret is read from standard input', 'hexis secret encrypt FILE --to WHOM < text')
  const text = await buffer(process.stdin)
  if (text.length === 0) fail('usage', 'standard input is empty: there is nothing to encrypt')
  const { seal } = await import('../../secrets/age.ts')
  const sealed = await seal(text, recipients)
  if (named === undefined) context.output.out(sealed)
  else {
    await replace(resolve(context.cwd, named), sealed)
    context.output.err(`${inert(named)} is encrypted for ${namesOf(recipients)}\n`)
  }
  return exits.converged
}

const needed = (named: string | undefined, action: string): string =>
  named ?? fail('usage', 'no file was named', `hexis secret ${action} FILE`)

const rekey = async (named: string | undefined, to: string | undefined, context: Context): Promise<Exit> => {
  const file = needed(named, 'rekey')
  const path = resolve(context.cwd, file)
  const recipients = await recipientsOf(to, context)
  const text = await decrypted(path, file, process.env)
  const { seal } = await import('../../secrets/age.ts')
  await replace(path, await seal(text, recipients))
  context.output.err(`${inert(file)} is encrypted for ${namesOf(recipients)} now\n`)
  return exits.converged
}

const list = async (named: string | undefined, context: Context): Promise<Exit> => {
  const file = needed(named, 'recipients')
  const { recipientsIn } = await import('../../secrets/age.ts')
  const found = recipientsIn(await readEncrypted(resolve(context.cwd, file), file))
  if (found === undefined) return fail('secret-damaged', `${file} is no file that age encrypted`)
  if (context.globals.json) printJson({ file, recipients: found.named, count: found.count }, context)
  else if (found.named.length === 0)
    context.output.out(`${found.count} ${found.count === 1 ? 'key' : 'keys'}; the file does not say which\n`)
  else context.output.out(alignColumns(found.named.map(({ key, host }) => [key, host ?? ''].map(inert))))
  return exits.converged
}

const key = async (context: Context): Promise<Exit> => {
  const file = ownKeyFile(process.env)
  const { recipient, made } = await keptIdentity(file)
  if (made) context.output.err(`made ${inert(file)}: keep it, nothing else opens what is encrypted for it\n`)
  if (context.globals.json) printJson({ file, recipient, made }, context)
  else context.output.out(`${recipient}\n`)
  return exits.converged
}

export const action: Action = (invocation, context) => {
  const [verb, file] = invocation.args
  if (verb === 'encrypt') return encrypt(file, invocation.text('to'), context)
  if (verb === 'rekey') return rekey(file, invocation.text('to'), context)
  if (verb === 'recipients') return list(file, context)
  return key(context)
}
