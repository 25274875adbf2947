import { isIP } from 'node:net'

const digestLength = 64

/** Why a text names no image by its digest. */
export const imageMistake = (text: string): string | undefined => {
  const [name = '', digest, ...more] = text.split('@')
  if (digest === undefined)
    return `an image is named by its digest, NAME@sha256:…: a tag means another image tomorrow. \`podman image inspect --format '{{index .RepoDigests 0}}' ${/^[\w./:-]+$/.test(text) ? text : 'IMAGE'}\` tells it where the image was pulled`
  if (more.length > 0 || !digest.startsWith('sha256:')) return 'after the @ comes one digest: sha256:…'
  const digits = digest.slice('sha256:'.length)
  if (!/^[0-9a-f]*$/.test(digits)) return 'a digest has the digits 0 to 9 and a to f'
  if (digits.length !== digestLength)
    return `a digest of sha256 has ${digestLength} digits, this one has ${digits.length}`
  const [registry = '', ...path] = name.split('/')
  if (path.length === 0 || !(/[.:]/.test(registry) || registry === 'localhost'))
    return `the registry comes first, so that no other one is asked: docker.io/${path.length === 0 ? 'library/' : ''}${name}@sha256:…`
  if (!/^[A-Za-z0-9.-]+(:[0-9]{1,5})?$/.test(registry)) return `'${registry}' is no registry`
  return /^[a-z0-9]+([._/-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/.test(path.join('/'))
    ? undefined
    : 'the name of an image has lower-case letters, digits and . _ - /'
}

/** `name:1.27@sha256:…` without its tag: podman takes none beside a digest. */
export const withoutTag = (image: string): string => image.replace(/:[^/:@]+@/, '@')

const portNumber = (text: string): string | undefined =>
  /^[0-9]+$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
    ? undefined
    : `port '${text}': 1 to 65535 are allowed`

/** Why a text is no port that is published. */
export const portMistake = (text: string): string | undefined => {
  const [, address, rest = text] = /^(\[[^\]]*\]|[^:]*):([^:]*:[^:]*)$/.exec(text) ?? []
  if (address !== undefined && isIP(address.replace(/^\[|\]$/g, '')) === 0) return `'${address}' is no address`
  const [outside = '', inside = '', ...more] = rest.split(':')
  const [port = '', protocol = 'tcp', ...others] = inside.split('/')
  if (inside === '' || more.length > 0 || others.length > 0)
    return 'a port is written [ADDRESS:]PORT OF THE HOST:PORT INSIDE[/tcp|/udp], such as 8080:80'
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) return `'${protocol}': tcp, udp and sctp are allowed`
  return portNumber(outside) ?? portNumber(port)
}

const volumeOptions: ReadonlySet<string> = new Set(
  'ro rw z Z U O exec noexec suid nosuid dev nodev copy nocopy bind rbind private rprivate shared rshared slave rslave'.split(
    ' ',
  ),
)

const isClean = (path: string): boolean => !path.split('/').includes('..') && /^[^\n\0,]+$/.test(path)

/** Why a text is no volume. */
export const volumeMistake = (text: string): string | undefined => {
  const [source = '', target = '', options, ...more] = text.split(':')
  if (source === '' || target === '' || more.length > 0)
    return 'a volume is written /PATH:/PATH INSIDE[:OPTIONS] or NAME:/PATH INSIDE[:OPTIONS]'
  if (source.startsWith('.') || (source.includes('/') && !source.startsWith('/')))
    return `'${source}': a path of the host is absolute, and the name of a volume has no /`
  if (source.startsWith('/') ? !isClean(source) : !/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(source))
    return `'${source}' is neither a path without .. and commas nor the name of a volume`
  if (!target.startsWith('/') || !isClean(target))
    return `'${target}': the path inside is absolute, without .. and commas`
  const odd = options?.split(',').find((option) => !volumeOptions.has(option))
  return odd === undefined ? undefined : `'${odd}' is no option of a volume: ${[...volumeOptions].join(', ')} are`
}
