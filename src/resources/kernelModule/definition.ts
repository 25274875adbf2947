import { z } from 'zod'
import type { LoweredStep } from '../definition.ts'
import { defineResource, type LowerContext, type Shape } from '../definition.ts'
import { singleLine } from '../properties.ts'
import type { KernelModuleProps } from './kernel-module.ts'

const parameter = z.string().regex(/^[A-Za-z0-9_]+$/, 'a parameter has letters, digits and _')

const schema = z.strictObject({
  options: z
    .record(
      parameter,
      z.union([singleLine.regex(/^[^"\\]+$/, 'a value has neither quotes nor backslashes'), z.int(), z.boolean()]),
    )
    .optional()
    .describe('Its parameters; they hold when it is loaded the next time.'),
  blacklist: z.boolean().optional().describe('It is never loaded, neither by itself nor for another module.'),
  now: z
    .boolean()
    .optional()
    .describe('Also in the running kernel. Left out: loaded at once; with blacklist, left as it is (true: unloaded).'),
} satisfies Omit<Shape<KernelModuleProps>, 'mode'>)

type Props = z.output<typeof schema>

const optionOf = ([name, value]: readonly [string, string | number | boolean]): string => {
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value)
  return `${name}=${/\s/.test(text) ? `"${text}"` : text}`
}

/** What modprobe reads of it; undefined where there is nothing to say. */
const modprobeText = (name: string, { options, blacklist }: Props): string | undefined => {
  if (blacklist === true) return `blacklist ${name}\ninstall ${name} /bin/false\n`
  const all = Object.entries(options ?? {}).map(optionOf)
  return all.length === 0 ? undefined : `options ${name} ${all.join(' ')}\n`
}

const fileStep = (folder: string, name: string, text: string, { profile, content }: LowerContext): LoweredStep => ({
  verb: 'COPY',
  target: `${profile.name('paths', folder)}/hexis-${name}.conf`,
  args: { blob: content(text, 'options'), group: 'root', mode: '0644', owner: 'root', parents: 'yes' },
})

export const kernelModuleResource = defineResource({
  type: 'kernelModule',
  summary: 'a module of the kernel: loaded now and at every boot, or never',
  detail: `Files of its own for the boot and for modprobe; in an image or chroot only these. What is built into the kernel
counts as loaded; in a container nothing can be loaded. An initial RAM disk has copies of its own: one that is loaded
from there follows when it is made anew.`,
  reversal: `Best effort: the files go exactly; a module that Hexis loaded is unloaded, which fails while something uses it.
\`onRemoval: 'keep'\` leaves it.`,
  identity: {
    name: 'name',
    summary: 'Name of the module; - and _ are the same.',
    schema: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'a name has letters, digits, - and _'),
  },
  schema,
  examples: [
    { id: 'br_netfilter', props: {} },
    { id: 'kvm_intel', props: { options: { nested: true } } },
    { id: 'usb_storage', props: { blacklist: true } },
  ],
  together: ({ options, blacklist }) =>
    blacklist === true && options !== undefined ? ['a module that is never loaded has no options'] : [],
  lower(id, props, context) {
    const name = id.replaceAll('-', '_')
    const never = props.blacklist === true
    const modprobe = modprobeText(name, props)
    const live = (props.now ?? !never) && context.can('kernel')
    return {
      steps: [
        ...(modprobe === undefined ? [] : [fileStep('modprobe-dir', name, modprobe, context)]),
        ...(never ? [] : [fileStep('modules-load-dir', name, `${name}\n`, context)]),
        ...(live ? [{ verb: 'MODULE', target: name, args: { loaded: never ? 'no' : 'yes' } }] : []),
      ],
    }
  },
})
