import { z } from 'zod'
import { defineResource, type LoweredStep, type Shape } from '../definition.ts'
import { fieldOf, tableLine } from '../mount/fstab.ts'
import { argsFrom, normalPath, ownPath } from '../properties.ts'
import type { SwapProps } from './swap.ts'

const mebibyte = 1024 ** 2
const units: Readonly<Record<string, number>> = { MiB: mebibyte, GiB: 1024 ** 3 }
/** The kernel's own limit. */
const priorityLimit = 32_767

const bytesOf = (size: string): number | undefined => {
  const [, number, unit = ''] = /^([1-9]\d{0,5})(MiB|GiB)$/.exec(size) ?? []
  return number === undefined ? undefined : Number(number) * (units[unit] ?? 0)
}

const isTag = (id: string): boolean => /^(UUID|LABEL|PARTUUID|PARTLABEL)=[A-Za-z0-9_.:-]+$/.test(id)
const isDevice = (id: string): boolean => isTag(id) || id.startsWith('/dev/')

const nameMistake = (id: string): string | undefined => {
  if (isTag(id)) return undefined
  if (/^\/dev\/(sd|vd|hd|xvd|nvme)[a-z0-9]+$/.test(id))
    return 'names such as /dev/sda2 change from boot to boot: write UUID=… (blkid tells) or a path below /dev/disk'
  const path = ownPath.safeParse(id)
  return path.success ? undefined : (path.error.issues[0]?.message ?? 'it is a path, or UUID=…')
}

const schema = z.strictObject({
  size: z
    .string()
    .refine((size) => bytesOf(size) !== undefined, 'a size such as 512MiB or 2GiB is expected')
    .optional()
    .describe('Size of a file that is made for it.'),
  priority: z.int().min(0).max(priorityLimit).optional().describe('Areas with a higher one are used first.'),
  now: z.boolean().optional().describe('False: only the line for the next boot.'),
  absent: z.boolean().optional().describe('Neither used nor in the table.'),
} satisfies Omit<Shape<SwapProps>, 'mode'>)

export const swapResource = defineResource({
  type: 'swap',
  summary: 'a swap area that is used, now and at boot',
  detail: `Its line in fstab and its use, each compared and taken back by itself. With a size, a file is written out for it,
readable for root alone; a file that is there and holds something else is refused. A device must hold a swap area already:
nothing is ever formatted. In an image or chroot only the line is written.`,
  reversal: `Exact: the file goes, and what was used before is used again. A file that had another size is made anew. Where memory
does not hold what lies in it, it stays, and the step fails.`,
  identity: {
    name: 'device',
    summary: 'The file or device, absolute, or its tag: UUID=….',
    schema: z.string().superRefine((id, context) => {
      const message = nameMistake(id)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    }),
  },
  schema,
  examples: [
    { id: '/swapfile', props: { size: '2GiB' } },
    { id: 'UUID=6f1b7c1e-2f7a-4c39-9d0e-1c5c3d2b7a10', props: { priority: 10 } },
    { id: '/old.swap', props: { absent: true } },
  ],
  together(props, id) {
    if (props.absent === true)
      return props.size === undefined && props.priority === undefined ? [] : ['what is absent has no size and priority']
    if (isDevice(id)) return props.size === undefined ? [] : ['a device has the size that it has: size is for files']
    return props.size === undefined ? ['size is missing: how large the file shall be'] : []
  },
  lower(id, props, context) {
    const device = isTag(id) ? id : normalPath(id)
    const match = `^\\s*${fieldOf(device).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s+\\S+\\s+swap\\s`
    const table = (args: LoweredStep['args']): LoweredStep => ({
      verb: 'LINE',
      target: context.profile.name('paths', 'fstab'),
      args: { id: `swap:${device}`, match, ...args },
      ...(context.can('units') ? { actions: [{ verb: 'RELOAD', target: 'systemd' }] } : {}),
    })
    const live = props.now !== false && context.can('kernel')
    if (props.absent === true) {
      const off: LoweredStep = { verb: 'SWAP', target: device, args: { active: 'no' } }
      return { steps: [...(live ? [off] : []), table({ absent: 'yes' })] }
    }
    const options = props.priority === undefined ? 'sw' : `sw,pri=${props.priority}`
    const line = table({ create: 'yes', line: tableLine([device, 'none', 'swap', options, '0', '0']) })
    const size = props.size === undefined ? undefined : bytesOf(props.size)
    const args = argsFrom({ active: true, priority: props.priority, size })
    return { steps: [...(live ? [{ verb: 'SWAP', target: device, args }] : []), line] }
  },
})
