import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { argsFrom } from '../properties.ts'
import type { RebootProps } from './reboot.ts'

/** Seconds; what needs longer than that to come back will not. */
const timeoutLimit = 7200
const defaultTimeout = 600

export const rebootResource = defineResource({
  type: 'reboot',
  summary: 'a reboot of the host, at the end of a run, where one is due',
  detail: `The plan names it with its reason, and it needs \`--allow-irreversible\`. The host reboots when all else of the plan is
committed; then it is waited until it answers with another boot id, and what comes \`after\` the reboot is planned and done. A
host wants a reboot (\`required\`) where /run/reboot-required or /run/reboot-needed is there, where rpm has installed a kernel,
glibc, systemd or the like since the boot, or where a newer kernel of the same sort than the one that runs has its modules
there. One that wants it for the same reason afterwards is not rebooted again: the plan warns. A run that dies in between
loses nothing: the next one goes on. Without a kernel of its own (a folder, a chroot) it is unsupported; a saved plan ends
with the reboot. That a newer kernel is there is golden only: containers, which the tests have, run the kernel of another.`,
  reversal: 'None: a reboot ends all that runs.',
  identity: {
    name: 'id',
    summary: 'A name for it, unique on the host.',
    schema: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/, 'a name has letters, digits, _, . and -'),
  },
  schema: z.strictObject({
    when: z
      .enum(['required', 'changed'])
      .optional()
      .describe('Where the host wants it (required, the default), or where something that it comes after changes.'),
    timeout: z
      .int()
      .min(10, `it is 10 to ${timeoutLimit}`)
      .max(timeoutLimit, `it is 10 to ${timeoutLimit}`)
      .optional()
      .describe('Seconds until it must answer again; then the run has failed for this host. Left out: 600.'),
  } satisfies Omit<Shape<RebootProps>, 'mode'>),
  examples: [
    { id: 'updates', props: {} },
    { id: 'kernel', props: { when: 'required', timeout: 900 } },
  ],
  lower(id, { when = 'required', timeout = defaultTimeout }, context) {
    const own = context.resources.find((one) => one.type === 'reboot' && one.id === id)
    if (when === 'changed' && (own?.after ?? []).length === 0)
      context.report({
        code: 'missing-property',
        summary: "after is missing: with when: 'changed' the host is rebooted where what it comes after changes",
        hint: 'Say after: what the reboot is for, e.g. the package of the kernel.',
      })
    const condition = when === 'required' ? 'required' : undefined
    return { steps: [{ verb: 'REBOOT', target: id, args: argsFrom({ if: condition, timeout }) }] }
  },
})
