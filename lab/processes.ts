import { readdirSync, readFileSync } from 'node:fs'

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // It ended while we looked.
    return ''
  }
}

/** Processes of this machine in a control group or below it. */
export const processesOf = (group: string): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) =>
      read(`/proc/${name}/cgroup`)
        .split('\n')
        .some((line) => isBelow(line, group)),
    )
    .map(Number)

const isBelow = (line: string, group: string): boolean => line === `0::/${group}` || line.startsWith(`0::/${group}/`)

/** The first process inside a container of this control group, as this machine numbers it. */
export const firstProcessOf = (group: string): number | undefined =>
  processesOf(group).find((pid) => /^NSpid:\t\d+\t1$/m.test(read(`/proc/${pid}/status`)))

/** When a process began, in clock ticks since boot: with its number, its identity. Undefined where there is none. */
export const startOf = (pid: number): string | undefined => {
  const stat = read(`/proc/${pid}/stat`)
  return stat === '' ? undefined : stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

/** Ends a process at once; one that is gone already is fine. */
export const end = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}
