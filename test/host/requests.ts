import type { Blob } from '../../src/blobs/blob.ts'
import { textBlob } from '../../src/blobs/make.ts'
import type { ApplyRequest } from '../../src/host/session.ts'
import type { LedgerEntry } from '../../src/ledger/ledger.ts'
import type { Op } from '../../src/plan/plan.ts'
import { makeStep } from '../../src/steps/parse.ts'

export const copyOp = (number: number, path: string, blob: Blob, more: Partial<Op> = {}): Op => ({
  number,
  key: `path:${path}`,
  step: makeStep({ verb: 'COPY', target: path, args: { blob: blob.name, mode: '0644' } }),
  before: { type: 'absent' },
  ...more,
})

export const entryOf = (op: Op, order: number): LedgerEntry => ({
  key: op.key,
  origin: { content: `$${op.number}`, mode: `$${op.number}`, type: `$${op.number}` },
  last: { content: 'x', mode: '0644', type: 'file' },
  order,
  generation: 1,
  step: op.step.text,
  source: 'site.ts:3:5',
  onRemoval: 'undo',
  negative: false,
})

/** One transaction of site `shop` that makes generation 1. */
export const applyOf = (
  ops: readonly Op[],
  blobs: readonly Blob[],
  more: Partial<ApplyRequest> = {},
): ApplyRequest => ({
  transaction: `tx-${Math.random().toString(36).slice(2)}`,
  ops,
  ledger: { site: 'shop', generation: 1, entries: new Map(ops.map((op, i) => [op.key, entryOf(op, i)])) },
  generation: {
    number: 1,
    site: 'shop',
    commit: 'abc123',
    dirty: false,
    document: 'd'.repeat(64),
    list: 'e'.repeat(64),
    who: 'ann@desk',
    via: 'push',
    partial: false,
  },
  list: 'steps/1 site=shop\n',
  blobs,
  onFailure: 'rollback',
  ...more,
})

/** A blob of every byte value, large enough to come in many pieces. */
export const binaryBlob = (sizeBytes: number): Blob => {
  const bytes = Buffer.alloc(sizeBytes)
  for (let i = 0; i < sizeBytes; i++) bytes[i] = (i * 7 + (i >> 8)) & 0xff
  return textBlob(bytes)
}
