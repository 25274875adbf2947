import { nearest } from '../../diagnostics/nearest.ts'
import { capabilityNames } from '../container/capability-names.ts'
import { imageMistake, portMistake, volumeMistake } from '../container/notation.ts'
import { installKeys, ownSections, type Sort } from './keys.ts'

type Value = string | number | boolean | readonly (string | number)[]
export type Sections = { readonly [name: string]: { readonly [key: string]: Value } }

/** The sections of a text as systemd.syntax(7) has it, a list of values for each key; a sentence for what is none. */
export const sectionsOfText = (text: string): Sections | string => {
  const out: Record<string, Record<string, string[]>> = {}
  let current: Record<string, string[]> | undefined
  const lines = text.replace(/\\\n(?:[ \t]*[#;].*\n)*/g, ' ').split('\n')
  for (const [at, line] of lines.entries()) {
    const trimmed = line.trim()
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue
    const section = /^\[(.+)\]$/.exec(trimmed)?.[1]
    if (section !== undefined) {
      out[section] ??= {}
      current = out[section]
      continue
    }
    const [, key, value = ''] = /^([^=]+?)\s*=\s*(.*)$/.exec(trimmed) ?? []
    if (key === undefined || current === undefined)
      return `line ${at + 1} of content is neither a section nor KEY=VALUE`
    current[key] = [...(current[key] ?? []), value]
  }
  return out
}

/** The values of a key, after its last empty one, which forgets what was said before. */
const valuesOf = (keys: Sections[string] | undefined, key: string): readonly string[] => {
  const all = [keys?.[key] ?? []].flat().map(String)
  return all.slice(all.lastIndexOf('') + 1)
}

const listed = (keys: Sections[string] | undefined, key: string): readonly string[] =>
  valuesOf(keys, key).flatMap((value) => value.split(/\s+/).filter((word) => word !== ''))

/** What systemd fills in is known on the host alone. */
const isFilled = (value: string): boolean => value.includes('%')

const imageValue = (image: string): string | undefined =>
  isFilled(image) || /\.(image|build)$/.test(image) ? undefined : imageMistake(image)

/** As of a container, but also without a port of the host, and as a range on both sides. */
const portValue = (port: string): string | undefined => {
  if (isFilled(port)) return undefined
  const numbers = port.replace(/^\[[^\]]*\]:|^\d+\.\d+\.\d+\.\d+:/, '').replace(/^:/, '')
  const ranges = /^(?:(\d+)-(\d+):)?(\d+)-(\d+)(\/\w+)?$/.exec(numbers)
  if (ranges !== null)
    return ranges.slice(1, 5).every((n) => n === undefined || (Number(n) >= 1 && Number(n) <= 65_535))
      ? undefined
      : `ports '${port}': 1 to 65535 are allowed`
  return portMistake(/^\d*(\/\w+)?$/.test(numbers) ? `1:${numbers}` : port)
}

const volumeValue = (volume: string): string | undefined => {
  if (isFilled(volume)) return undefined
  return volume.includes(':') ? volumeMistake(volume) : volumeMistake(`anonymous:${volume}`)
}

const capabilityValue = (name: string): string | undefined =>
  capabilityNames.has(name.toUpperCase().replace(/^CAP_/, ''))
    ? undefined
    : `'${name}' is no capability: see capabilities(7)`

const checks: readonly (readonly [key: string, check: (value: string) => string | undefined, isList?: boolean])[] = [
  ['PublishPort', portValue],
  ['Volume', volumeValue],
  ['AddCapability', capabilityValue, true],
  ['DropCapability', capabilityValue, true],
]

const valueMistakes = (sort: Sort, name: string, keys: Sections[string]): readonly string[] => {
  const told = checks
    .filter(([key]) => (ownSections[sort].keys as readonly string[]).includes(key))
    .flatMap(([key, check, isList]) =>
      (isList === true ? listed(keys, key) : valuesOf(keys, key)).flatMap((value) => {
        const mistake = check(value)
        return mistake === undefined ? [] : [`sections.${name}.${key}: ${mistake}`]
      }),
    )
  if (sort === 'kube' && valuesOf(keys, 'Yaml').length === 0)
    return [...told, 'sections.Kube.Yaml is missing: the file']
  if (sort === 'network' && valuesOf(keys, 'Subnet').length === 0 && (keys.Gateway ?? keys.IPRange) !== undefined)
    return [...told, 'sections.Network: Gateway and IPRange need a Subnet']
  if (sort !== 'container' && sort !== 'image') return told
  const image = valuesOf(keys, 'Image').at(-1)
  if (image === undefined)
    return sort === 'container' && keys.Rootfs !== undefined
      ? told
      : [...told, `sections.${name}.Image is missing: what it is made from`]
  const mistake = imageValue(image)
  return mistake === undefined ? told : [...told, `sections.${name}.Image: ${mistake}`]
}

const serviceMistakes = (sort: Sort, keys: Sections[string]): readonly string[] => {
  const mode = valuesOf(keys, 'KillMode').at(-1)
  const type = valuesOf(keys, 'Type').at(-1)
  const isRun = sort === 'container' || sort === 'kube'
  return [
    ...(mode !== undefined && isRun && !['mixed', 'control-group'].includes(mode)
      ? [`sections.Service.KillMode: '${mode}': mixed and control-group are allowed`]
      : []),
    ...(type !== undefined && isRun && !['notify', 'oneshot'].includes(type)
      ? [`sections.Service.Type: '${type}': notify and oneshot are allowed`]
      : []),
  ]
}

const unknownKeys = (name: string, keys: Sections[string], known: readonly string[]): readonly string[] =>
  Object.keys(keys)
    .filter((key) => !known.includes(key) && !key.startsWith('X-'))
    .map((key) => {
      const meant = nearest(key, known)
      return `sections.${name} has no key ${key}${meant === undefined ? '' : `: did you mean ${meant}?`}`
    })

/** Everything in the sections that would keep podman from making the service, as sentences. */
export const sectionMistakes = (sort: Sort, sections: Sections): readonly string[] => {
  const { section, keys } = ownSections[sort]
  const allowed = [section, 'Unit', 'Service', 'Install', 'Quadlet']
  const own = sections[section]
  return [
    ...(own === undefined ? [`sections.${section} is missing`] : []),
    ...Object.keys(sections)
      .filter((name) => !allowed.includes(name) && !name.startsWith('X-'))
      .map((name) => `a file for ${sort} has no section ${name}; allowed are ${allowed.join(', ')} and X-…`),
    ...(own === undefined ? [] : [...unknownKeys(section, own, keys), ...valueMistakes(sort, section, own)]),
    ...(sections.Install === undefined ? [] : unknownKeys('Install', sections.Install, installKeys)),
    ...(sections.Quadlet === undefined ? [] : unknownKeys('Quadlet', sections.Quadlet, ['DefaultDependencies'])),
    ...(sections.Service === undefined ? [] : serviceMistakes(sort, sections.Service)),
  ]
}

/** Other files that this one names: `app.network`, `data.volume`, `app.pod`, `base.image`. */
export const filesNamed = (sort: Sort, sections: Sections): readonly string[] => {
  const keys = sections[ownSections[sort].section]
  return ['Network', 'Volume', 'Pod', 'Image']
    .flatMap((key) => valuesOf(keys, key))
    .map((value) => value.split(':')[0] ?? '')
    .filter((name) => /^[\w@-][\w.@-]*\.(network|volume|pod|image|container)$/.test(name))
}
