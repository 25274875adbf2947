import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './cache.ts'
import { bridgeSpace, groupOf, type Place } from './host.ts'
import { end, processesOf, startOf } from './processes.ts'
import { tool, until } from './run.ts'

/** Takes away everything of a lab, from its name alone, so also what a crash left. */
export const clear = async (place: Place): Promise<void> => {
  const group = groupOf(place)
  await until(
    `the processes of lab ${place.lab} to end`,
    () => {
      const left = processesOf(group)
      for (const pid of left) end(pid)
      return left.length === 0
    },
    20_000,
    30,
  )
  for (const mount of mountsBelow(place.folder)) await tool(['umount', '-l', mount])
  for (const space of await spacesOf(place)) await tool(['ip', 'netns', 'del', space])
  // The control group's own tree may not be mounted anywhere here.
  const remove = `mount -t cgroup2 cgroup2 /mnt && [ ! -d "/mnt/$1" ] || find "/mnt/$1" -depth -type d -exec rmdir {} +`
  await tool(['unshare', '-m', '/bin/sh', '-c', remove, 'sh', group])
  rmSync(place.folder, { recursive: true, force: true })
}

/** Network namespaces of a lab. */
export const spacesOf = async (place: Place): Promise<readonly string[]> => {
  const all = existsSync('/run/netns') ? readdirSync('/run/netns') : []
  return all.filter((name) => name === bridgeSpace(place) || name.startsWith(`${bridgeSpace(place)}.`))
}

/** Mount points at or below a folder, innermost first. */
export const mountsBelow = (folder: string): readonly string[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) =>
      (line.split(' ')[1] ?? '').replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))),
    )
    .filter((path) => path.startsWith(`${folder}/`))
    .reverse()

/** Clears labs whose process is gone. */
export const sweep = async (): Promise<void> => {
  const labs = join(cacheFolder, 'labs')
  for (const lab of existsSync(labs) ? readdirSync(labs) : []) {
    const folder = join(labs, lab)
    const owner = existsSync(join(folder, 'owner')) ? readFileSync(join(folder, 'owner'), 'utf8') : ''
    const [pid, start] = owner.split(' ')
    if (owner === '' || owner === 'none' || startOf(Number(pid)) === start) continue
    await clear({ lab, folder })
  }
}
