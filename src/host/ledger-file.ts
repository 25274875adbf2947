import type { Generation, Ledger, LedgerEntry } from '../ledger/ledger.ts'
import type { Aspects } from '../states/kind.ts'
import { decode, encode } from '../steps/encoding.ts'
import { formatArgs, parseArgs } from '../steps/parse.ts'
import type { Key } from '../steps/step.ts'
import { garbage } from './answer.ts'

const entryLine = (entry: LedgerEntry): string =>
  [
    encode(entry.key),
    entry.order,
    entry.generation,
    entry.onRemoval,
    entry.negative ? 'yes' : 'no',
    formatArgs(entry.origin) || '-',
    formatArgs(entry.last) || '-',
    encode(entry.source ?? ''),
    encode(entry.step),
  ].join('\t')

/** The ledger as the host keeps it (docs/spec/host-contract.md, "Ledger file"). */
export const formatLedger = (ledger: Ledger): string => {
  const lines = [...ledger.entries.values()].toSorted((a, b) => a.order - b.order).map(entryLine)
  return `ledger/1 site=${encode(ledger.site)} generation=${ledger.generation}\n${lines.map((line) => `${line}\n`).join('')}`
}

const wholeNumber = (text: string | undefined): number => {
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw garbage(`'${text}' is no number`)
  return Number(text)
}

const aspectsOf = (text: string | undefined): Aspects =>
  text === undefined || text === '-' || text === '?' ? {} : parseArgs(text)

const parseEntry = (fields: readonly string[]): LedgerEntry => {
  const [key, order, generation, onRemoval, negative, origin, last, source, step] = fields
  if (key === undefined || step === undefined) throw garbage('a line of the ledger is too short')
  if (onRemoval !== 'undo' && onRemoval !== 'keep') throw garbage('a line of the ledger has no removal')
  const from = decode(source ?? '""')
  return {
    key: decode(key),
    order: wholeNumber(order),
    generation: wholeNumber(generation),
    onRemoval,
    negative: negative === 'yes',
    origin: aspectsOf(origin),
    last: aspectsOf(last),
    ...(from === '' ? {} : { source: from }),
    step: decode(step),
  }
}

/** The ledger of `site` from its lines, already split into fields; none = the site holds nothing here. */
export const parseLedger = (site: string, lines: readonly (readonly string[])[]): Ledger => {
  const [header, ...rest] = lines
  if (header === undefined) return { site, generation: 0, entries: new Map() }
  const [format, ...words] = (header[0] ?? '').split(' ')
  if (format !== 'ledger/1') throw garbage(`a ledger of another format: ${format}`)
  const named = parseArgs(words.join(' '))
  if (named.site !== undefined && named.site !== site) throw garbage(`the ledger of another site: ${named.site}`)
  const entries = rest.map(parseEntry)
  return {
    site,
    generation: wholeNumber(named.generation),
    entries: new Map(entries.map((entry): readonly [Key, LedgerEntry] => [entry.key, entry])),
  }
}

/** `generation/1 number=… …`; the host adds `at`, and `partial=yes` where that came out. */
export const formatGeneration = (generation: Omit<Generation, 'at'>): string => {
  const { number, dirty, partial, ...texts } = generation
  const flag = (value: boolean): string => (value ? 'yes' : 'no')
  return `generation/1 ${formatArgs({ ...texts, number: String(number), dirty: flag(dirty), partial: flag(partial) })}\n`
}

export const parseGeneration = (line: string): Generation => {
  const [format, ...words] = line.split(' ')
  if (format !== 'generation/1') throw garbage(`a generation of another format: ${format}`)
  const named = parseArgs(words.join(' '))
  return {
    number: wholeNumber(named.number),
    site: named.site ?? '',
    commit: named.commit ?? '',
    dirty: named.dirty === 'yes',
    document: named.document ?? '',
    list: named.list ?? '',
    who: named.who ?? '',
    via: named.via === 'agent' ? 'agent' : 'push',
    at: wholeNumber(named.at ?? '0'),
    partial: named.partial === 'yes',
  }
}
