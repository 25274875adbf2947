import { makeStep } from '../../steps/parse.ts'
import { defineKind } from '../kind.ts'

/**
 * A reboot once the transaction has committed: an act that is due where the host wants one, or where what it comes after
 * changes (src/plan/reboots.ts). At rest each is done.
 */
export const rebootKind = defineKind({
  name: 'reboot',
  verbs: ['REBOOT'],
  atMost: 'irreversible',
  requires: 'kernel',
  disturbs: false,
  keyOf: (step) => `reboot:${step.target}`,
  claims: () => ({ done: 'yes' }),
  negative: () => false,
  needs: () => [],
  spell: (key, from, to) =>
    from.done === to.done ? [] : [makeStep({ verb: 'REBOOT', target: key.slice('reboot:'.length) })],
  reverse: () => ({ strength: 'irreversible', because: 'a reboot ends all that runs on the host' }),
})
