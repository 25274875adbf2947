import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { tool } from '../../lab/run.ts'
import { judge, type Known, toldOf, type Verdict } from './judge.ts'
import { boot, type Machine } from './machine.ts'
import type { Packed } from './transaction.ts'

/** A file system and the tools that a host has. */
export interface Ground {
  readonly fs: 'ext4' | 'xfs'
  readonly options: string
  readonly tools: 'gnu' | 'busybox'
  /** `fast`: what nobody synced reaches the disk on its own soon, in any order. */
  readonly flush: 'fast' | 'slow'
}

/** By default ext4 hides a missing sync of replaced files; `noauto_da_alloc` takes that away. */
export const grounds: readonly Ground[] = [
  { fs: 'ext4', options: 'noauto_da_alloc,commit=1', tools: 'gnu', flush: 'slow' },
  { fs: 'xfs', options: 'noquota', tools: 'gnu', flush: 'slow' },
  { fs: 'ext4', options: 'noauto_da_alloc,commit=1', tools: 'busybox', flush: 'fast' },
  { fs: 'xfs', options: 'noquota', tools: 'busybox', flush: 'fast' },
]

export const nameOf = (ground: Ground): string =>
  `${ground.fs} (${ground.options}), ${ground.tools === 'gnu' ? 'dash and coreutils' : 'busybox'}, ` +
  `${ground.flush === 'fast' ? 'unsynced pages written early' : 'unsynced pages written late'}`

/** One cut and what came of it. */
export interface Cut extends Verdict {
  readonly ground: Ground
  /** After the transaction had begun. */
  readonly afterMs: number
  /** False where the transaction had ended before. */
  readonly inside: boolean
  /** The last record of the journal on the disk. */
  readonly point: string
}

/** A disk with a transaction that is about to begin, and what is known of it. */
export interface Prepared {
  readonly ground: Ground
  readonly machine: Machine
  readonly disk: string
  readonly known: Known
  /** How long the transaction takes that nobody cuts. */
  readonly usualMs: number
  /** Makes the copy of the disk for one cut, and takes it away. */
  scratch<T>(work: (disk: string) => Promise<T>): Promise<T>
}

const bootMs = 120_000

const parametersOf = (ground: Ground, phase: string): Readonly<Record<string, string>> => ({ phase, ...ground })

const phase = async (
  machine: Machine,
  ground: Ground,
  name: string,
  disks: readonly string[],
): Promise<readonly string[]> => {
  const guest = boot(machine, disks, parametersOf(ground, name))
  try {
    await guest.until('off', bootMs)
    return guest.told()
  } finally {
    guest.cut()
    await guest.ended
  }
}

const makeDisk = async (file: string, ground: Ground): Promise<void> => {
  // The smallest that mkfs.xfs takes; sparse.
  await tool(['truncate', '-s', ground.fs === 'xfs' ? '300M' : '64M', file])
  if (ground.fs === 'xfs') await tool(['mkfs.xfs', '-q', file])
  else await tool(['mke2fs', '-q', '-t', 'ext4', file])
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Fills a disk, and carries the transaction out once without a cut. */
export const prepare = async (folder: string, machine: Machine, packed: Packed, ground: Ground): Promise<Prepared> => {
  const disk = join(folder, `${ground.fs}-${ground.tools}.img`)
  await makeDisk(disk, ground)
  await phase(machine, ground, 'fill', [disk, packed.file])
  let copies = 0
  const scratch = async <T>(work: (copy: string) => Promise<T>): Promise<T> => {
    const copy = `${disk}.${++copies}`
    await tool(['cp', '--sparse=always', disk, copy])
    try {
      return await work(copy)
    } finally {
      rmSync(copy)
    }
  }
  const between = new Map([...packed.between].map(([name, text]) => [name, [digest(text)]]))
  const before = await scratch((copy) => phase(machine, ground, 'judge', [copy]))
  return scratch(async (copy) => {
    const guest = boot(machine, [copy], parametersOf(ground, 'act'))
    try {
      await guest.until('begin', bootMs)
      const begun = performance.now()
      await guest.until('end', bootMs)
      const usualMs = performance.now() - begun
      if (!guest.told().some((line) => line.startsWith('tx end committed')))
        throw new Error(`the transaction does not commit:\n${guest.console()}`)
      guest.cut()
      await guest.ended
      const after = await phase(machine, ground, 'judge', [copy])
      const known = { before: toldOf(before).of('now'), after: toldOf(after).of('now'), between }
      return { ground, machine, disk, known, usualMs, scratch }
    } finally {
      guest.cut()
    }
  })
}

/** Lets the transaction begin, cuts the power, and looks at what the disk holds. */
export const cutOnce = (prepared: Prepared, afterMs: number): Promise<Cut> =>
  prepared.scratch(async (disk) => {
    const { ground, machine, known } = prepared
    const guest = boot(machine, [disk], parametersOf(ground, 'act'))
    try {
      await guest.until('begin', bootMs)
      await wait(afterMs)
    } finally {
      guest.cut()
      await guest.ended
    }
    const said = toldOf(guest.told())
    const told = toldOf(await phase(machine, ground, 'judge', [disk]))
    const point = told.of('log').at(-1)?.split(' ')[0] ?? 'none'
    return { ground, afterMs, inside: !said.lines.includes('end'), point, ...judge(said, told, known) }
  })
