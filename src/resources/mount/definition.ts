import { z } from 'zod'
import { defineResource, type LoweredStep, type Shape } from '../definition.ts'
import { argsFrom, normalPath, ownPath } from '../properties.ts'
import { fieldOf, tableLine } from './fstab.ts'
import type { MountProps } from './mount.ts'

/** Where the system itself has file systems that others need to live. */
const ofTheSystem: ReadonlySet<string> = new Set([
  '/proc',
  '/sys',
  '/dev',
  '/run',
  '/usr',
  '/etc',
  '/var',
  '/bin',
  '/lib',
])

const schema = z.strictObject({
  device: z
    .string()
    .min(1)
    .regex(/^[^\n\0]*$/, 'it is one line')
    .refine((text) => !text.startsWith('-'), 'it does not start with -')
    .refine(
      (text) => !/^\/dev\/(sd|vd|hd|xvd|nvme)[a-z0-9]+$/.test(text),
      'names such as /dev/sda1 change from boot to boot: write UUID=… (blkid tells) or a path below /dev/disk',
    )
    .optional()
    .describe("What is mounted: UUID=…, a device, host:/export, tmpfs, or a path with the option 'bind'."),
  type: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_.-]{0,30}$/, 'it is the name of a sort of file system, such as ext4')
    .optional()
    .describe('Sort of the file system; left out: auto.'),
  options: z
    .array(z.string().regex(/^[^\s,"#\\]+$/, 'an option has no blanks and commas; each is an item of its own'))
    .min(1)
    .optional()
    .describe('Options of mount(8).'),
  pass: z
    .union([z.literal(0), z.literal(1), z.literal(2)])
    .optional()
    .describe('Pass of fsck at boot: 1 for the root, 2 for others; left out: 0, none.'),
  now: z.boolean().optional().describe('False: only the line for the next boot; what is mounted now is left alone.'),
  absent: z.boolean().optional().describe('Neither mounted nor in the table.'),
} satisfies Omit<Shape<MountProps>, 'mode'>)

export const mountResource = defineResource({
  type: 'mount',
  summary: 'a file system that is mounted, now and at boot',
  detail: `Its line in fstab and what is mounted, each compared and taken back by itself. The directory is made where there is
none, and goes again where nobody put anything into it. A change of options is a remount; of them only those that the kernel
shows as they were given (ro, nosuid, noatime, size, mode and the like) are compared. Where there is findmnt, it looks at
the line before anything is mounted. Nothing is ever formatted. In an image or chroot only the line is written.`,
  reversal: `Exact: the earlier line, and what was mounted before, or nothing. What uses it keeps it from being unmounted: the
step then fails. What tmpfs held is gone.`,
  identity: {
    name: 'path',
    summary: 'Where it is mounted, absolute.',
    schema: ownPath.refine((path) => !ofTheSystem.has(normalPath(path)), 'this place is a matter of the system itself'),
  },
  schema,
  examples: [
    {
      id: '/srv/data',
      props: { device: 'UUID=0b4e3a1c-6a6a-4c8e-8d0c-3d1d9a7f5c11', type: 'ext4', options: ['noatime'], pass: 2 },
    },
    { id: '/srv/scratch', props: { device: 'tmpfs', type: 'tmpfs', options: ['size=64m', 'nosuid', 'nodev'] } },
    { id: '/mnt/old', props: { absent: true } },
  ],
  together(props) {
    const others = Object.entries(props).filter(
      ([name, value]) => !['absent', 'now'].includes(name) && value !== undefined,
    )
    if (props.absent === true) return others.length === 0 ? [] : ['what is absent has no other property but now']
    if (props.device === undefined) return ['device is missing: what is mounted; or write absent: true']
    return props.options?.includes('bind') === true && !props.device.startsWith('/')
      ? ['with bind, device is an absolute path']
      : []
  },
  lower(id, props, context) {
    const path = normalPath(id)
    const live = props.now !== false && context.can('kernel')
    const file = context.profile.name('paths', 'fstab')
    const match = `^\\s*[^#\\s]\\S*\\s+${fieldOf(path).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/?\\s`
    const which = { id: `mount:${path}`, match }
    const table = (args: LoweredStep['args']): LoweredStep => ({
      verb: 'LINE',
      target: file,
      args: { ...which, ...args },
      ...(context.can('units') ? { actions: [{ verb: 'RELOAD', target: 'systemd' }] } : {}),
    })
    if (props.absent === true) {
      const off: LoweredStep = { verb: 'MOUNT', target: path, args: { mounted: 'no' } }
      return { steps: [...(live ? [off] : []), table({ absent: 'yes' })] }
    }
    const isBind = props.options?.includes('bind') === true
    const type = props.type ?? (isBind ? 'none' : 'auto')
    const line = tableLine([
      props.device ?? '',
      path,
      type,
      props.options?.join(',') ?? 'defaults',
      '0',
      String(props.pass ?? 0),
    ])
    const args = argsFrom({
      device: props.device,
      vfstype: ['auto', 'none'].includes(type) ? undefined : type,
      options: props.options
        ?.filter((option) => !/^(defaults|auto|noauto|nofail|_netdev|x-.*)$/.test(option))
        .join(','),
    })
    return {
      steps: [
        ...(live ? [] : [{ verb: 'DIR', target: path }]),
        table({ create: 'yes', line }),
        ...(live
          ? [
              {
                verb: 'MOUNT',
                target: path,
                args: Object.fromEntries(Object.entries(args).filter(([, value]) => value !== '')),
              },
            ]
          : []),
      ],
    }
  },
})
