/** Calls by which a process changes a file system, for strace; `?` since not every machine has all of them. */
export const changingCalls = [
  'open,openat,openat2,creat,truncate,ftruncate,fallocate',
  'rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,mknod,mknodat',
  'chmod,fchmod,fchmodat,fchmodat2,chown,fchown,lchown,fchownat,utime,utimes,utimensat,futimesat',
  'setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,fremovexattr,mount,umount2,pivot_root,sethostname',
]
  .join(',')
  .replace(/\w+/g, '?$&')

/** What a trace must show besides, so that processes and their programs are known. */
export const processCalls = '?execve,?clone,?clone3,?fork,?vfork'

interface Call {
  readonly pid: number
  readonly text: string
}

/** The calls of an `strace -f -o` record, those that were cut in two put together again. */
const callsOf = (record: string): readonly Call[] => {
  const unfinished = new Map<number, string>()
  return record.split('\n').flatMap((line) => {
    const [, pid, text] = /^(\d+) +(.*)$/.exec(line) ?? []
    if (pid === undefined || text === undefined) return []
    const number = Number(pid)
    if (text.endsWith(' <unfinished ...>')) {
      unfinished.set(number, text.slice(0, -' <unfinished ...>'.length))
      return []
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)
    if (resumed === null) return [{ pid: number, text }]
    const whole = `${unfinished.get(number) ?? ''}${resumed[1] ?? ''}`
    unfinished.delete(number)
    return [{ pid: number, text: whole }]
  })
}

/** What the processes did that come from one whose execve matches, itself included, from that execve on. */
export const callsBelow = (record: string, begins: RegExp): readonly Call[] => {
  const below = new Set<number>()
  return callsOf(record).filter(({ pid, text }) => {
    if (text.startsWith('execve(') && begins.test(text)) below.add(pid)
    if (!below.has(pid)) return false
    // A host in a namespace of its own has other numbers: `--decode-pids=pidns` says those of here too.
    const child = /^(?:clone3?|v?fork)\(.*= (\d+)(?: \/\* (\d+) in strace's PID NS \*\/)?$/.exec(text)
    if (child !== null) below.add(Number(child[2] ?? child[1]))
    return true
  })
}

const harmless = ['/dev/null', '/dev/tty', '/dev/pts/']

/** Of these calls, those that changed something or opened it to be changed. */
export const changesOf = (calls: readonly Call[]): readonly string[] =>
  calls
    .map((call) => call.text)
    .filter((text) => {
      if (/^(?:execve|clone3?|v?fork)\(/.test(text) || / = -1 E(?:NOENT|ACCES|EROFS|PERM)\b/.test(text)) return false
      if (!/^(?:open|openat|openat2)\(/.test(text)) return /^\w+\(/.test(text) && !text.startsWith('exit')
      return /O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)/.test(text) && !harmless.some((path) => text.includes(`"${path}`))
    })
