type Value = string | number | boolean | readonly (string | number)[]
type Settings = { readonly [keyword: string]: Value }

/** Keywords, in lower case, that stand once for each of their values. */
const repeated: ReadonlySet<string> = new Set([
  'acceptenv',
  'allowgroups',
  'allowusers',
  'denygroups',
  'denyusers',
  'hostcertificate',
  'hostkey',
  'listenaddress',
  'port',
])

/** Keywords whose values are parted by commas. */
const commas = /^(ciphers|macs|.*algorithms|pubkeyauthoptions)$/

/** Keywords that name groups. */
const ofGroups: ReadonlySet<string> = new Set(['allowgroups', 'denygroups'])

const word = (value: string | number): string =>
  typeof value === 'string' && /\s/.test(value) ? `"${value}"` : String(value)

const linesOf = (keyword: string, value: Value, group: (name: string) => string): readonly string[] => {
  if (typeof value === 'boolean') return [`${keyword} ${value ? 'yes' : 'no'}`]
  if (typeof value !== 'object') return [`${keyword} ${value}`]
  const name = keyword.toLowerCase()
  const words = value.map((one) => word(ofGroups.has(name) ? group(String(one)) : one))
  if (repeated.has(name)) return words.map((one) => `${keyword} ${one}`)
  return [`${keyword} ${words.join(commas.test(name) ? ',' : ' ')}`]
}

/**
 * The text of a drop-in, as sshd_config(5) has it. `group` translates names of groups.
 */
export const sshdText = (
  settings: Settings,
  match: { readonly [criteria: string]: Settings },
  group: (name: string) => string,
): string => {
  const lines = (some: Settings): readonly string[] =>
    Object.entries(some).flatMap(([keyword, value]) => linesOf(keyword, value, group))
  const blocks = Object.entries(match).flatMap(([criteria, some]) => [
    `Match ${criteria}`,
    ...lines(some).map((line) => `  ${line}`),
  ])
  return [...lines(settings), ...blocks].map((line) => `${line}\n`).join('')
}
