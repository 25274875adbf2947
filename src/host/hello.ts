import { createHash } from 'node:crypto'
import type { Json } from '../document/document.ts'
import type { Generation } from '../ledger/ledger.ts'
import type { Capability } from '../states/kind.ts'
import { decode } from '../steps/encoding.ts'
import { parseArgs } from '../steps/parse.ts'
import type { Key } from '../steps/step.ts'
import { type Fields, garbage } from './answer.ts'
import { parseGeneration, parseLedger } from './ledger-file.ts'
import type { Facts, Hello, Interrupted } from './session.ts'

type FactShape = 'text' | 'number' | 'list'

/** Every fact that a host may state. What is not named here is not believed. */
const factShapes: Readonly<Record<string, FactShape>> = {
  'os.id': 'text',
  'os.idLike': 'list',
  'os.version': 'text',
  'os.codename': 'text',
  'os.name': 'text',
  'os.prettyName': 'text',
  'kernel.name': 'text',
  'kernel.release': 'text',
  'memory.totalKiB': 'number',
  hostname: 'text',
  arch: 'text',
  init: 'text',
  packageManager: 'text',
  resolver: 'text',
  selinux: 'text',
  firewall: 'text',
  cpus: 'number',
  bootId: 'text',
  addresses: 'list',
  tools: 'list',
  uid: 'number',
  root: 'text',
}

const capabilities: ReadonlySet<string> = new Set<Capability>([
  'paths',
  'owners',
  'accounts',
  'packages',
  'units',
  'kernel',
  'exec',
])
const isCapability = (name: string | undefined): name is Capability => name !== undefined && capabilities.has(name)

const factLimit = 1024
const entryLimit = 1_000_000

const factValue = (shape: FactShape, text: string): Json => {
  if (text.length > factLimit || /[\p{Cc}\u{dc80}-\u{dcff}]/u.test(text)) throw garbage('a fact is not plain text')
  if (shape === 'list') return text.split(/[ ,]+/).filter((word) => word !== '')
  if (shape === 'text') return text
  if (!/^\d{1,15}$/.test(text)) throw garbage('a fact is not a number')
  return Number(text)
}

/** Facts by their dotted names become nested data. */
const nested = (flat: ReadonlyMap<string, Json>): Facts => {
  const out: Record<string, Json> = {}
  for (const [name, value] of flat) {
    const [group = '', inner] = name.split('.')
    if (inner === undefined) out[group] = value
    else out[group] = { ...(out[group] as Record<string, Json> | undefined), [inner]: value }
  }
  return out
}

const parseInterrupted = (line: string): Interrupted => {
  const [, alive, header] = /^interrupted (yes|no) tx\/1 (.*)$/.exec(line) ?? []
  if (header === undefined) throw garbage('an interrupted transaction has no header')
  const named = parseArgs(header)
  const at = Number(named.at ?? '0')
  return {
    transaction: named.id ?? '',
    site: named.site ?? '',
    who: named.who ?? '',
    startedAt: Number.isFinite(at) ? at : 0,
    alive: alive === 'yes',
    ...(/^[1-9]\d{0,5}$/.test(named.try ?? '') ? { trySeconds: Number(named.try) } : {}),
  }
}

const parseAgent = (line: string): NonNullable<Hello['agent']> => {
  const [, site, mode, frozen] =
    /^agent\/1 site=([a-z0-9-]{1,63}) mode=(enforce|audit) frozen=(yes|no)$/.exec(line) ?? []
  if (site === undefined) throw garbage('what the agent says of itself is not understood')
  return { site, enforces: mode === 'enforce' && frozen === 'no' }
}

/** Collects the answer to `hello`. `os` (`debian/12`) stands in where the host names none. */
export const helloAnswer = (site: string, os: string | undefined) => {
  const facts = new Map<string, Json>()
  const can = new Set<Capability>()
  const ledger: (readonly string[])[] = []
  const ledgerDigest = createHash('sha256')
  const generations: Generation[] = []
  const foreign = new Map<Key, string>()
  const gone = new Set<string>()
  let interrupted: Interrupted | undefined
  let agent: Hello['agent']
  const each = ([kind, ...fields]: Fields, line: Buffer): void => {
    const [first = '', second = ''] = fields
    if (kind === 'fact') {
      const shape = Object.hasOwn(factShapes, first) ? factShapes[first] : undefined
      if (shape === undefined) throw garbage(`an unknown fact: ${first.slice(0, 40)}`)
      facts.set(first, factValue(shape, decode(second)))
    } else if (kind === 'can') {
      if (!isCapability(first)) throw garbage('an unknown capability')
      can.add(first)
    } else if (kind === 'ledger') {
      ledger.push(fields)
      ledgerDigest.update(`${fields.join('\t')}\n`, 'latin1')
    } else if (kind === 'generation') generations.push(parseGeneration(first))
    else if (kind === 'gone') gone.add(decode(first))
    else if (kind === 'foreign') foreign.set(decode(second), decode(first))
    else if (kind === 'agent') agent ??= parseAgent(first)
    else if (kind.startsWith('interrupted ')) interrupted ??= parseInterrupted(line.toString('latin1'))
    else throw garbage(`an unknown line: ${kind.slice(0, 40)}`)
    if (ledger.length + foreign.size + gone.size > entryLimit) throw garbage('a ledger of more than a million keys')
  }
  const done = (): Hello => {
    const [id, version] = os?.split('/') ?? []
    if (!facts.has('os.id') && id !== undefined) facts.set('os.id', id)
    if (!facts.has('os.version') && version !== undefined) facts.set('os.version', version)
    return {
      facts: nested(facts),
      capabilities: can,
      ledger: parseLedger(site, ledger),
      ledgerDigest: ledger.length === 0 ? 'none' : ledgerDigest.digest('hex'),
      generations: generations.toSorted((a, b) => a.number - b.number),
      gone,
      foreign,
      ...(interrupted === undefined ? {} : { interrupted }),
      ...(agent === undefined ? {} : { agent }),
    }
  }
  return { each, done }
}
