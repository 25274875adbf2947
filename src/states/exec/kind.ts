import { argsOf, makeStep } from '../../steps/parse.ts'
import { defineKind } from '../kind.ts'

/** A command: an act without state of its own; `done` is what its guards say. */
export const execKind = defineKind({
  name: 'exec',
  verbs: ['EXEC'],
  atMost: 'best-effort',
  requires: 'exec',
  disturbs: true,
  keyOf: (step) => `exec:${step.target}`,
  claims: () => ({ done: 'yes' }),
  negative: () => false,
  needs: () => [],
  spell: (key, from, to) =>
    from.done === to.done ? [] : [makeStep({ verb: 'EXEC', target: key.slice('exec:'.length) })],
  reverse: (_key, _from, _to, step) =>
    step !== undefined && argsOf(step).undo !== undefined
      ? { strength: 'best-effort', stays: ['whatever the undo command of its author does not take back'] }
      : { strength: 'irreversible', because: 'the command has no undo' },
})
