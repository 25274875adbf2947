import { makeStep } from '../../steps/parse.ts'
import { defineKind } from '../kind.ts'

/**
 * Waits between steps: acts that change nothing, and that are due where what they come after changes (src/plan/waits.ts).
 * At rest each is done.
 */
export const waitKind = defineKind({
  name: 'wait',
  verbs: ['WAIT'],
  atMost: 'exact',
  requires: 'exec',
  disturbs: false,
  keyOf: (step) => `wait:${step.target}`,
  claims: () => ({ done: 'yes' }),
  negative: () => false,
  needs: () => [],
  spell: (key, from, to) =>
    from.done === to.done ? [] : [makeStep({ verb: 'WAIT', target: key.slice('wait:'.length) })],
  reverse: () => ({ strength: 'exact' }),
})
