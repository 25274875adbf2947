/** What every package manager is told of a repository. */
export interface Described {
  readonly name: string
  readonly url: string
  readonly suites: readonly string[]
  readonly components: readonly string[]
  readonly architectures: readonly string[]
  readonly description: string
  readonly unsigned: boolean
  /** Where the key lies on the host. */
  readonly keyFile: string | undefined
}

const fields = (of: readonly (readonly [name: string, value: string])[], between: string): string =>
  of.flatMap(([name, value]) => (value === '' ? [] : [`${name}${between}${value}\n`])).join('')

/** A `.sources` file of apt: deb822-style, sources.list(5). */
export const aptSources = (of: Described): string =>
  fields(
    [
      ['X-Repolib-Name', of.description],
      ['Types', 'deb'],
      ['URIs', of.url],
      ['Suites', of.suites.join(' ')],
      ['Components', of.components.join(' ')],
      ['Architectures', of.architectures.join(' ')],
      ['Trusted', of.unsigned ? 'yes' : ''],
      ['Signed-By', of.keyFile ?? ''],
    ],
    ': ',
  )

/** A `.repo` file of dnf, dnf.conf(5), or of zypper, which reads the same and wants to be told to look for news. */
export const rpmRepo = (of: Described, manager: 'dnf' | 'zypper'): string => {
  const settings: readonly (readonly [string, string])[] = [
    ['name', of.description === '' ? of.name : of.description],
    ['baseurl', of.url],
    ['enabled', '1'],
    ['autorefresh', manager === 'zypper' ? '1' : ''],
    ['type', manager === 'zypper' ? 'rpm-md' : ''],
    ['gpgcheck', of.unsigned ? '0' : '1'],
    ['gpgkey', of.keyFile === undefined ? '' : `file://${of.keyFile}`],
  ]
  return `[${of.name}]\n${fields(settings, '=')}`
}

/** A section of pacman.conf(5). */
export const pacmanSection = (of: Described): string =>
  `[${of.name}]\n${fields(
    [
      ['SigLevel', of.unsigned ? 'Never' : of.keyFile === undefined ? '' : 'Required DatabaseOptional'],
      ['Server', of.url],
    ],
    ' = ',
  )}`

/** Lines of /etc/apk/repositories: an address for each suite and component. */
export const apkLines = (of: Described): string => {
  const below = (bases: readonly string[], names: readonly string[]): readonly string[] =>
    names.length === 0 ? bases : bases.flatMap((base) => names.map((name) => `${base}/${name}`))
  return below(below([of.url.replace(/\/+$/, '')], of.suites), of.components)
    .map((line) => `${line}\n`)
    .join('')
}
