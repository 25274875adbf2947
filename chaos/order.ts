import { dirname } from 'node:path'
import { type Ground, runToEnd, type Scenario } from './stage.ts'

/**
 * A loss of power takes what was not synced. No signal shows that, so the order of calls is judged instead: what must
 * be on the disk before what.
 */
const calls = [
  'openat,open,creat,write,pwrite64,copy_file_range,sendfile,ioctl,fsync,fdatasync,sync,syncfs',
  'rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir',
  'chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat',
]
  .join(',')
  .replace(/\w+/g, '?$&')

interface Disk {
  /** Files whose content is not on the disk yet. */
  readonly data: Set<string>
  /** Whose owner, group or mode is not. */
  readonly rights: Set<string>
  /** Names that came or went, and are not. */
  readonly names: Set<string>
  /** Names that are: opening them makes no new one. */
  readonly known: Set<string>
}

interface Judge {
  readonly root: string
  readonly disk: Disk
  readonly wrong: string[]
  batch: string
}

const state = (judge: Judge): string => `${judge.root}/var/lib/hexis`
const journal = (judge: Judge): string => `${state(judge)}/journal/t1`
const isTarget = (judge: Judge, path: string): boolean =>
  path.startsWith(`${judge.root}/`) && !path.startsWith(`${judge.root}/var/`) && !path.includes('/.hexis-')

/** Nothing is touched before the intent that says how to take it back is on the disk. */
const intended = (judge: Judge, call: string, path: string): void => {
  if (!isTarget(judge, path)) return
  const late = [`${journal(judge)}/intent.${judge.batch}`, `${journal(judge)}/log`].find((file) =>
    judge.disk.data.has(file),
  )
  if (judge.batch === '') judge.wrong.push(`${call} of ${path} before any intent`)
  else if (late !== undefined) judge.wrong.push(`${call} of ${path} while ${late} is not on the disk`)
  else if (judge.disk.names.has(`${journal(judge)}/intent.${judge.batch}`))
    judge.wrong.push(`${call} of ${path} while the name of its intent is not on the disk`)
}

/** A record promises what was done before it. */
const recorded = (judge: Judge, text: string): void => {
  const record = text.split(' ')[0] ?? ''
  if (record === 'batch') judge.batch = text.split(' ')[1] ?? ''
  if (record !== 'done' && record !== 'commit') return
  const late = [...judge.disk.data, ...judge.disk.rights, ...judge.disk.names].find((path) => isTarget(judge, path))
  if (late !== undefined) judge.wrong.push(`the record ${record} while ${late} is not on the disk`)
  if (record !== 'commit') return
  for (const name of ['ledger.ready', 'meta.ready', 'list.new'])
    if (judge.disk.data.has(`${journal(judge)}/${name}`))
      judge.wrong.push(`the record commit while ${name} is not on the disk`)
}

const named = (judge: Judge, call: string, path: string): void => {
  intended(judge, call, path)
  judge.disk.names.add(path)
}

/** A file is on the disk, or the names in a directory are. */
const synced = ({ disk }: Judge, path: string): void => {
  disk.data.delete(path)
  disk.rights.delete(path)
  for (const name of disk.names) {
    if (dirname(name) !== path) continue
    disk.names.delete(name)
    disk.known.add(name)
  }
}

const allSynced = ({ disk }: Judge): void => {
  for (const name of disk.names) disk.known.add(name)
  for (const set of [disk.data, disk.rights, disk.names]) set.clear()
}

const written = (judge: Judge, path: string): void => {
  if (path.startsWith(`${judge.root}/`)) judge.disk.data.add(path)
}

const renamed = (judge: Judge, from: string, to: string): void => {
  if (judge.disk.data.has(from) && isTarget(judge, to))
    judge.wrong.push(`${to} gets its name before its content is on the disk`)
  if (to.endsWith('/ledger') && judge.disk.data.has(`${journal(judge)}/log`))
    judge.wrong.push('the ledger takes its place before the commit is on the disk')
  named(judge, 'rename', to)
  judge.disk.known.delete(from)
  judge.disk.names.delete(from)
  for (const set of [judge.disk.data, judge.disk.rights]) if (set.delete(from)) set.add(to)
}

/** One line of the record; paths of descriptors and of `AT_FDCWD` are in it (`-y`). */
const judgeCall = (judge: Judge, line: string): void => {
  const [, name, rest] = /^(?:\d+ +)?(\w+)\((.*)$/.exec(line) ?? []
  if (name === undefined || rest === undefined || / = -1 /.test(rest)) return
  const descriptors = [...rest.matchAll(/\d+<([^>]*)>/g)].map((m) => m[1] ?? '')
  const [first = ''] = descriptors
  const paths = [...rest.matchAll(/(?:AT_FDCWD<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)].map(([, base, path = '']) =>
    path.startsWith('/') ? path : `${base ?? ''}/${path.replace(/^\.\//, '')}`.replace(/\/[^/]+\/\.\.(?=\/|$)/g, ''),
  )
  const [path = '', second = ''] = paths
  if (/^(?:write|pwrite64)$/.test(name)) {
    written(judge, first)
    if (first === `${journal(judge)}/log`) recorded(judge, /, "((?:[^"\\]|\\.)*)"/.exec(rest)?.[1] ?? '')
  } else if (name === 'copy_file_range') written(judge, descriptors[1] ?? '')
  else if (name === 'sendfile' || (name === 'ioctl' && rest.includes('CLONE'))) written(judge, first)
  else if (/^(?:fsync|fdatasync)$/.test(name)) {
    synced(judge, first)
  } else if (/^(?:sync|syncfs)$/.test(name)) {
    allSynced(judge)
  } else if (/^(?:open|openat|creat)$/.test(name)) {
    if (rest.includes('O_CREAT') && path.startsWith(`${judge.root}/`) && !judge.disk.known.has(path))
      judge.disk.names.add(path)
  } else if (name.startsWith('rename')) {
    // `mv A B/`: the target may be named by its descriptor.
    const to = paths.length > 1 ? second : `${descriptors.at(-1) ?? ''}/${path.split('/').at(-1) ?? ''}`
    renamed(judge, path, to)
  } else if (/^(?:link|linkat|symlink|symlinkat)$/.test(name)) named(judge, name, paths.at(-1) ?? '')
  else if (/^(?:unlink|unlinkat|mkdir|mkdirat|rmdir)$/.test(name)) named(judge, name, path)
  else if (/^f?(?:chmod|chown)|^lchown|^fch/.test(name)) {
    const changed = path === '' ? first : path
    intended(judge, name, changed)
    judge.disk.rights.add(changed.replace(/\/\.$/, ''))
  }
}

/** Lines of `strace -f`, those that were cut in two put together at their end. */
const wholeLines = (record: string): readonly string[] => {
  const open = new Map<string, string>()
  return record.split('\n').flatMap((line) => {
    const [, pid = '', text = ''] = /^(?:\[pid +(\d+)\] )?(.*)$/.exec(line) ?? []
    if (text.endsWith(' <unfinished ...>')) {
      open.set(pid, text.slice(0, -' <unfinished ...>'.length))
      return []
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)
    if (resumed === null) return [text]
    const whole = `${open.get(pid) ?? ''}${resumed[1] ?? ''}`
    open.delete(pid)
    return [whole]
  })
}

/** Carries the scenario out once, traced; what came too early. */
export const orderViolations = async (scenario: Scenario, ground: () => Ground): Promise<readonly string[]> => {
  const g = ground()
  try {
    scenario.furnish(g)
    const dir = g.prepare('t1', scenario.ops(g))
    const root = dir.slice(0, dir.indexOf('/var/lib/hexis'))
    const said = await runToEnd(
      g.start(['strace', '-f', '-y', '-qq', '-s', '200', '-e', `trace=${calls}`], ['tx', dir]),
    )
    const judge: Judge = {
      root,
      disk: { data: new Set(), rights: new Set(), names: new Set(), known: new Set() },
      wrong: [],
      batch: '',
    }
    for (const line of wholeLines(said)) judgeCall(judge, line)
    if (judge.batch === '') judge.wrong.push('no intent was ever recorded')
    return judge.wrong.map((what) => `${scenario.name}: ${what.replaceAll(root, '')}`)
  } finally {
    g.dispose()
  }
}
