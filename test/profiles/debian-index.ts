import { existsSync, readFileSync } from 'node:fs'
import { runProcess } from '../../src/process/run.ts'
import { profileFor, profiles } from '../../src/profiles/index.ts'

const limits = { timeoutMs: 60_000, limitBytes: 64 * 1024 * 1024 }

/** `debian/12`: the release whose package index this machine has fetched; undefined where there is none to ask. */
export const indexOfThisMachine = async (): Promise<string | undefined> => {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const [, version] = /^VERSION_ID="?([0-9]+)/m.exec(text) ?? []
  if (version === undefined || !/^ID=debian$/m.test(text)) return undefined
  const fetched = await runProcess(
    ['apt-get', 'indextargets', '--format', '$(FILENAME)', 'Created-By: Packages'],
    limits,
  )
  return fetched.is === 'done' && /\S/.test(fetched.stdout.toString()) ? `debian/${version}` : undefined
}

/** Those of the packages that the index has; a name that others only provide is not in it. */
export const inIndex = async (packages: readonly string[]): Promise<readonly string[]> => {
  const ran = await runProcess(['apt-cache', 'show', '--no-all-versions', ...packages], limits)
  return [...ran.stdout.toString().matchAll(/^Package: (\S+)$/gm)].map(([, name = '']) => name)
}

/** What the database calls packages on a release of Debian. */
export const packagesOf = (release: string): readonly string[] => {
  const [id = '', version = ''] = release.split('/')
  const profile = profileFor({ id, version }, profiles).profile
  const names = profile?.chain.flatMap((one) => Object.keys(profiles.get(one)?.packages ?? {})) ?? []
  return [...new Set(names.map((name) => profile?.name('packages', name) ?? name))].toSorted()
}
