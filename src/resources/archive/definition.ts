import { join } from 'node:path'
import { z } from 'zod'
import type { Blob } from '../../blobs/blob.ts'
import { fileBlob } from '../../blobs/make.ts'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { LowerContext, LoweredStep } from '../definition.ts'
import { defineResource, type Shape } from '../definition.ts'
import { fetchOf, fetchShape } from '../download/definition.ts'
import { fetched } from '../download/fetched.ts'
import { modeDigits } from '../mode.ts'
import { argsFrom, mode, normalPath, ownerName, ownPath } from '../properties.ts'
import type { ArchiveProps } from './archive.ts'
import { type Member, membersOf } from './members.ts'
import { type Unpacked, unpacked } from './unpack.ts'

/** Names shown of what is refused. */
const shownLimit = 10

const schema = z.strictObject({
  source: z
    .string()
    .min(1)
    .optional()
    .describe('An archive of the config repository, relative to the module that says so.'),
  url: fetchShape.url.optional(),
  sha256: fetchShape.sha256.optional().describe('SHA-256 of the archive.'),
  timeout: fetchShape.timeout,
  strip: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe('How many leading names of each path are left out: 1 for archives with everything in one folder.'),
  mode: mode
    .optional()
    .describe('Permissions of the directory itself; left out: 0755. Inside, those of the archive hold.'),
  owner: ownerName.optional().describe('Owning user of everything in it.'),
  group: ownerName.optional().describe('Owning group of everything in it.'),
} satisfies Shape<ArchiveProps>)

type Props = z.output<typeof schema>

/** SHA-256 of the archive, and how its bytes are got. */
const origin = async (props: Props, context: LowerContext): Promise<[sha256: string, get: () => Promise<Blob>]> => {
  if (props.url !== undefined && props.sha256 !== undefined) {
    const request = fetchOf(context.root, { url: props.url, sha256: props.sha256, timeout: props.timeout })
    return [request.sha256, () => fetched(request)]
  }
  const blob = await fileBlob(join(context.root, props.source ?? ''))
  return [blob.name, async () => blob]
}

const opened = async (props: Props, context: LowerContext): Promise<Unpacked | undefined> => {
  const from = props.url ?? props.source ?? ''
  try {
    const [sha256, get] = await origin(props, context)
    return await unpacked(context.root, sha256, get)
  } catch (error) {
    if (error instanceof DiagnosticError) error.diagnostics.forEach(context.report)
    else {
      const why = error instanceof Error ? error.message : String(error)
      context.report({
        code: 'bad-archive',
        summary: `${from} cannot be unpacked: ${why}`,
        hint: 'Give a tar, tar.gz or tar.zst; tar --list shows what is in one.',
      })
    }
    return undefined
  }
}

const stepOf = (
  { path, entry }: Member,
  id: string,
  owners: Pick<Props, 'owner' | 'group'>,
  files: Unpacked,
  context: LowerContext,
): LoweredStep => {
  const target = `${id}/${path}`
  if (entry.type === 'symlink') return { verb: 'LINK', target, args: argsFrom({ target: entry.target }) }
  const bits = entry.mode.toString(8).padStart(4, '0')
  if (entry.content === undefined) return { verb: 'DIR', target, args: argsFrom({ mode: bits, ...owners }) }
  const blob = context.blobs.add(files.blob(entry.content))
  return { verb: 'COPY', target, args: argsFrom({ blob, mode: bits, ...owners }) }
}

export const archiveResource = defineResource({
  type: 'archive',
  summary: 'a directory with what an archive holds: tar, tar.gz or tar.zst',
  detail: `From the config repository, or by \`url\` with its checksum. Every member becomes a resource of its own: a newer
archive takes away what the one before brought and it lacks, and what else lies there stays. Permissions are kept, without
setuid and setgid; owners of the archive are no matter; a second (hard) name of a file becomes a file of its own. Absolute
names, names with \`..\`, links that lead out of the directory and devices are refused by name before anything is asked of a
host. Hexis itself gets and unpacks it, once, into \`.hexis/archives\`; since its members are the steps, that happens for
\`check\` and \`steps\` already.`,
  reversal: 'Exact, member by member.',
  identity: { name: 'path', summary: 'The directory on the host, absolute.', schema: ownPath },
  schema,
  examples: [
    {
      id: '/opt/app',
      props: {
        url: 'https://example.org/app-1.2.tar.gz',
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        strip: 1,
        owner: 'root',
        group: 'root',
      },
    },
    { id: '/srv/www', props: { source: './www.tar' } },
  ],
  together(props) {
    if ((props.source === undefined) === (props.url === undefined)) return ['give either source or url']
    if (props.url !== undefined && props.sha256 === undefined)
      return ['url needs sha256: what is downloaded has a checksum']
    return props.source !== undefined && (props.sha256 ?? props.timeout) !== undefined
      ? ['sha256 and timeout go with url; what lies in the repository is what it is']
      : []
  },
  async lower(id, props, context) {
    const to = normalPath(id)
    const files = await opened(props, context)
    if (files === undefined) return { steps: [] }
    const { members, refused } = membersOf(files.entries, to, props.strip ?? 0)
    if (refused.length > 0) {
      const more = refused.length > shownLimit ? [`and ${refused.length - shownLimit} more`] : []
      context.report({
        code: 'bad-archive',
        summary: `${props.url ?? props.source} holds what is not unpacked`,
        detail: [...refused.slice(0, shownLimit), ...more].join('\n'),
        hint: 'Look at where it comes from; tar --list --verbose shows all of it.',
      })
    } else if (members.length === 0)
      context.report({
        code: 'bad-archive',
        summary: `${props.url ?? props.source} holds nothing${props.strip === undefined ? '' : ` below ${props.strip} leading names`}`,
        hint: 'tar --list shows what is in it; strip says how many leading names are left out.',
      })
    const owners = {
      owner: props.owner,
      group: props.group === undefined ? undefined : context.profile.name('groups', props.group),
    }
    const bits = modeDigits(props.mode ?? '0755')
    return {
      steps: [
        { verb: 'DIR', target: to, args: argsFrom({ mode: bits, ...owners }) },
        ...members.map((member) => stepOf(member, to, owners, files, context)),
      ],
    }
  },
})
