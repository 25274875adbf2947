import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { tool } from '../../lab/run.ts'
import { type OpLine, Sandbox } from '../../src/host/runtime/sandbox.ts'

/** Sizes around what file systems treat in a way of its own: within an inode, a block, many blocks. */
const sizes = [40, 700, 4096, 9000, 70_000, 300_000] as const

/** Text that says on each line whose it is, so that two of them mixed are found out. */
const textOf = (name: string, size: number): string => `${name}\n`.repeat(Math.ceil(size / (name.length + 1)))

/** What the second batch changes again: what stands there in between. */
const between: readonly (readonly [name: string, content: string])[] = [
  ['./etc/old-2', textOf('new 2', (sizes[2] ?? 0) + 100)],
  ['./srv/new-3', textOf('made 3', sizes[3] ?? 0)],
]

/** Puts earlier files into the folder and returns what the transaction shall do: created and replaced files above all. */
const furnish = (box: Sandbox): readonly OpLine[] => {
  const file = (path: string, content: string, mode: number): void => {
    fs.mkdirSync(dirname(box.path(path)), { recursive: true })
    fs.writeFileSync(box.path(path), content)
    fs.chmodSync(box.path(path), mode)
    fs.utimesSync(box.path(path), 1_000_000_000, 1_000_000_000)
  }
  for (const [index, size] of sizes.entries()) file(`/etc/old-${index}`, textOf(`old ${index}`, size), 0o640)
  for (const name of ['gone', 'modes', 'kind']) file(`/etc/${name}`, `${name}\n`, 0o600)
  fs.symlinkSync('nowhere', box.path('/etc/link'))
  const copy = (path: string, before: string, content: string, more = ''): OpLine => ({
    verb: 'COPY',
    id: path,
    before: `type=${before}`,
    args: `blob=${box.blob(content)} mode=0644${more}`,
  })
  const replaced = sizes.map((size, index) => copy(`/etc/old-${index}`, 'file', textOf(`new ${index}`, size + 100)))
  const created = sizes.map((size, index) => copy(`/srv/new-${index}`, 'absent', textOf(`made ${index}`, size)))
  return [
    { verb: 'DIR', id: '/srv', before: 'type=absent', args: 'mode=0755' },
    ...created,
    ...replaced,
    { verb: 'RM', id: '/etc/gone', before: 'type=file' },
    { verb: 'CHMOD', id: '/etc/modes', before: 'type=file', args: 'mode=0644' },
    { verb: 'LINK', id: '/etc/link', before: 'type=link', args: 'target=/etc/old-0' },
    { verb: 'DIR', id: '/etc/kind', before: 'type=file', args: 'mode=0755' },
    // The same objects again: a second batch, on top of what the first one did.
    copy('/etc/old-2', 'file', textOf('again 2', 5000)),
    copy('/srv/new-3', 'file', textOf('again 3', 20_000)),
    copy('/etc/kind/deep', 'absent', textOf('deep', 100)),
  ]
}

/** What was packed: the text of the runtime, and contents that a file has between two batches, by name. */
export interface Packed {
  readonly file: string
  readonly runtime: string
  readonly between: ReadonlyMap<string, string>
}

/** The disk of a host with a transaction that is about to begin, as a tar. */
export const packTransaction = async (file: string): Promise<Packed> => {
  const box = new Sandbox('dash')
  try {
    box.prepare('t1', furnish(box))
    await tool(['tar', '--numeric-owner', '-c', '-f', file, '-C', join(box.root, '..'), 'root'])
    return { file, runtime: fs.readFileSync(box.runtime, 'utf8'), between: new Map(between) }
  } finally {
    box.dispose()
  }
}
