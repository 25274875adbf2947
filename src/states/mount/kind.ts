import { argsOf, makeStep } from '../../steps/parse.ts'
import { type Aspects, defineKind } from '../kind.ts'

/** Options that the kernel shows as they were given; what others come to is its own matter. */
const shown = new Set(
  'ro rw nosuid suid nodev dev noexec exec noatime relatime strictatime nodiratime sync dirsync lazytime'.split(' '),
)
/** What is so where nothing else is said, and is not shown. */
const unsaid = new Set(['suid', 'dev', 'exec'])

const units: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/** `size=10m` → `size=10485760`; `mode=755` → `mode=0755`; undefined for what cannot be compared. */
const comparable = (option: string): string | undefined => {
  if (shown.has(option)) return option
  const size = /^size=(\d+)([kmg]?)$/i.exec(option)
  if (size !== null) return `size=${Number(size[1]) * (units[(size[2] ?? '').toLowerCase()] ?? 1)}`
  const mode = /^mode=([0-7]{3,4})$/.exec(option)
  return mode === null ? undefined : `mode=${(mode[1] ?? '').padStart(4, '0')}`
}

const optionsOf = (text: string): ReadonlySet<string> =>
  new Set(text.split(',').flatMap((option) => comparable(option) ?? []))

const holds = (wanted: string, now: string): boolean => {
  const there = optionsOf(now)
  return [...optionsOf(wanted)].every((option) => (unsaid.has(option) ? !there.has(`no${option}`) : there.has(option)))
}

const parentOf = (path: string): string | undefined => {
  const at = path.lastIndexOf('/')
  return at <= 0 ? undefined : path.slice(0, at)
}

/** What stands for a device that is only found on the host: the mount shows another name. */
const isIndirect = (device: string): boolean => /^[A-Z]+=|^\/dev\/(disk|mapper)\/|^\/dev\/[^/]+\/[^/]+/.test(device)

const held = (aspects: Aspects): Record<string, string> => ({
  ...(aspects.source === undefined ? {} : { device: aspects.source }),
  ...(aspects.fstype === undefined ? {} : { vfstype: aspects.fstype }),
  ...(aspects.flags === undefined ? {} : { options: aspects.flags }),
})

/** File systems by the path where they are mounted, and whether there is a directory to mount them at. */
export const mountKind = defineKind({
  name: 'mount',
  verbs: ['MOUNT'],
  atMost: 'exact',
  requires: 'kernel',
  disturbs: true,
  keyOf: (step) => `mount:${step.target}`,
  claims: (step) => {
    const { mounted = 'yes', device, vfstype, options } = argsOf(step)
    if (mounted === 'no') return { mounted }
    const isBind = options?.split(',').some((option) => option === 'bind' || option === 'rbind') === true
    return {
      mounted,
      point: 'yes',
      ...(vfstype === undefined || isBind ? {} : { fstype: vfstype }),
      ...(device === undefined || isBind || isIndirect(device) ? {} : { source: device }),
      ...(options === undefined ? {} : { flags: options }),
    }
  },
  negative: (wanted) => wanted.mounted === 'no',
  needs: (step) => {
    const parent = parentOf(step.target)
    return argsOf(step).mounted === 'no' || parent === undefined ? [] : [`path:${parent}`]
  },
  spell: (key, from, to) => {
    const target = key.slice('mount:'.length)
    if (to.mounted === 'no' && from.mounted === 'no' && (to.point ?? from.point) === from.point) return []
    const made = to.point === 'no' ? { rmdir: 'yes' } : {}
    if (to.mounted === 'no') return [makeStep({ verb: 'MOUNT', target, args: { mounted: 'no', ...made } })]
    return [makeStep({ verb: 'MOUNT', target, args: { mounted: 'yes', ...held(to) } })]
  },
  same: (aspect, wanted, now) => {
    if (aspect === 'flags') return holds(wanted, now)
    return aspect === 'fstype' && wanted.replace(/^nfs4$/, 'nfs') === now.replace(/^nfs4$/, 'nfs')
  },
  reverse: (_key, from, to) =>
    from.mounted === 'yes' &&
    (to.mounted === 'no' || to.source !== undefined) &&
    /^(tmpfs|ramfs)$/.test(from.fstype ?? '')
      ? { strength: 'best-effort', stays: ['that what it held in memory is gone'] }
      : { strength: 'exact' },
})
