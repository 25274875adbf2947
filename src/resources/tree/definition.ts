import type { Dirent } from 'node:fs'
import { readdir, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { LowerContext, LoweredStep } from '../definition.ts'
import { defineResource, type Shape } from '../definition.ts'
import { sourceBlob } from '../file/definition.ts'
import { modeDigits } from '../mode.ts'
import { argsFrom, mode, normalPath, ownerName, ownPath } from '../properties.ts'
import type { TreeProps } from './tree.ts'

/** More entries than a configuration has; ends a wrong `source`. */
const entryLimit = 20_000

const schema = z.strictObject({
  source: z.string().min(1).describe('A directory of the config repository, relative to the module that says so.'),
  owner: ownerName.optional().describe('Owning user of everything in it.'),
  group: ownerName.optional().describe('Owning group of everything in it.'),
  fileMode: mode
    .optional()
    .describe('Permissions of files; left out: 0755 where executable in the repository, else 0644.'),
  directoryMode: mode.optional().describe('Permissions of directories; left out: 0755.'),
} satisfies Shape<TreeProps>)

type Props = z.output<typeof schema>

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : 1)

const entrySteps = async (from: string, to: string, entry: Dirent, props: Props, context: LowerContext) => {
  const source = join(from, entry.name)
  const target = `${to}/${entry.name}`
  const { owner, group } = ownersOf(props, context)
  if (entry.isDirectory()) return folderSteps(source, target, props, context)
  if (entry.isSymbolicLink()) {
    return [{ verb: 'LINK', target, args: { target: await readlink(join(context.root, source)) } }]
  }
  if (!entry.isFile()) {
    context.report({ code: 'odd-source', summary: `source '${source}' is no file, directory or link` })
    return []
  }
  const executable = ((await stat(join(context.root, source))).mode & 0o100) !== 0
  const bits = props.fileMode === undefined ? (executable ? '0755' : '0644') : modeDigits(props.fileMode)
  const blob = await sourceBlob(source, context)
  return blob === undefined ? [] : [{ verb: 'COPY', target, args: argsFrom({ blob, mode: bits, owner, group }) }]
}

const ownersOf = (props: Props, context: LowerContext) => ({
  owner: props.owner,
  group: props.group === undefined ? undefined : context.profile.name('groups', props.group),
})

const folderSteps = async (from: string, to: string, props: Props, context: LowerContext): Promise<LoweredStep[]> => {
  const bits = modeDigits(props.directoryMode ?? '0755')
  const steps: LoweredStep[] = [
    { verb: 'DIR', target: to, args: argsFrom({ mode: bits, ...ownersOf(props, context) }) },
  ]
  const entries = await readdir(join(context.root, from), { withFileTypes: true })
  for (const entry of entries.sort(byName)) {
    steps.push(...(await entrySteps(from, to, entry, props, context)))
    if (steps.length > entryLimit) {
      context.report({ code: 'large-tree', summary: `source '${from}' holds more than ${entryLimit} entries` })
      return steps.slice(0, entryLimit)
    }
  }
  return steps
}

export const treeResource = defineResource({
  type: 'tree',
  summary: 'a directory of the config repository with everything in it',
  detail: 'Every file, directory and link of it becomes a resource of its own; what is extra on the host stays.',
  reversal: 'Exact, entry by entry.',
  identity: { name: 'path', summary: 'Where it lies on the host, absolute.', schema: ownPath },
  schema,
  examples: [{ id: '/etc/nginx/conf.d', props: { source: './nginx', owner: 'root', group: 'root' } }],
  async lower(id, props, context) {
    try {
      return { steps: await folderSteps(props.source, normalPath(id), props, context) }
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      context.report({ code: 'unreadable-source', summary: `source '${props.source}' cannot be read`, detail })
      return { steps: [] }
    }
  },
})
