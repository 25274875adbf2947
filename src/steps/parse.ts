import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { decode, encode } from './encoding.ts'
import type { Action, Args, Step } from './step.ts'

const verbPattern = /^[A-Z][A-Z0-9]{0,31}$/
const namePattern = /^[a-z][a-z0-9]{0,31}$/
const actionVerbs: ReadonlySet<string> = new Set(['RELOAD', 'RESTART', 'RUN'])

/** `{ mode: '0644', owner: 'root' }` → `mode=0644 owner=root`: sorted by name, percent-encoded. */
export const formatArgs = (args: Args): string => {
  const names = Object.keys(args)
  if (names.length > 1) names.sort()
  let out = ''
  for (const name of names) out += `${out === '' ? '' : ' '}${name}=${encode(args[name] ?? '')}`
  return out
}

/** Inverse of {@link formatArgs}; words without `=` are skipped. */
export const parseArgs = (text: string): Args => {
  const out: Record<string, string> = {}
  if (text === '') return out
  for (const word of text.split(' ')) {
    const at = word.indexOf('=')
    if (at > 0) out[word.slice(0, at)] = decode(word.slice(at + 1))
  }
  return out
}

/** Those of these names that are there. */
export const pick = (from: Args, names: readonly string[]): Record<string, string> => {
  const out: Record<string, string> = {}
  for (const name of names) {
    const value = from[name]
    if (value !== undefined) out[name] = value
  }
  return out
}

export interface StepParts {
  readonly verb: string
  readonly target: string
  readonly args?: Args
  readonly actions?: readonly Action[]
  readonly source?: string
}

/** A step from its parts, in canonical form. */
export const makeStep = ({ verb, target, args = {}, actions = [], source }: StepParts): Step => {
  const shown = formatArgs(args)
  let text = `${verb} ${encode(target)}${shown === '' ? '' : ` ${shown}`}`
  for (const action of actions) text += ` && ${action.verb} ${encode(action.target)}`
  return source === undefined ? { text, verb, target } : { text, verb, target, source }
}

/** The text without its actions, cut at the first `&&`. `&` is always encoded elsewhere. */
const body = (text: string): string => {
  const at = text.indexOf(' && ')
  return at === -1 ? text : text.slice(0, at)
}

/** Planning asks for the arguments of the same steps again and again; more are never held than this. */
const decodedLimit = 4096
const decoded = new Map<string, Args>()

const decodedArgs = (step: string): Args => {
  const text = body(step)
  const first = text.indexOf(' ')
  const second = text.indexOf(' ', first + 1)
  return second === -1 ? {} : parseArgs(text.slice(second + 1))
}

/** Decoded arguments of a step. */
export const argsOf = (step: Step): Args => {
  const known = decoded.get(step.text)
  if (known !== undefined) return known
  const args = decodedArgs(step.text)
  if (decoded.size >= decodedLimit) decoded.clear()
  decoded.set(step.text, args)
  return args
}

/** What runs only if the step changed something. */
export const actionsOf = (step: Step): readonly Action[] => {
  if (!step.text.includes(' && ')) return []
  return step.text
    .split(' && ')
    .slice(1)
    .map((part) => {
      const at = part.indexOf(' ')
      return { verb: part.slice(0, at) as Action['verb'], target: decode(part.slice(at + 1)) }
    })
}

export type ParsedStep =
  | { readonly step: Step; readonly reverse: readonly Step[]; readonly canonical: boolean; readonly error?: undefined }
  | { readonly error: Diagnostic; readonly step?: undefined }

const failed = (code: DiagnosticCode, summary: string, hint: string): ParsedStep => ({
  error: { severity: 'error', code, summary, hint },
})

const wordError = (word: string): string | undefined => {
  if (/%(?![0-9A-Fa-f]{2})/.test(word)) return 'a % must be followed by two hexadecimal digits'
  if (word === '""') return undefined
  return /["#&;<]/.test(word) || /[^!-~]/.test(word) ? 'a character in it must be percent-encoded' : undefined
}

const parseSimple = (text: string): ParsedStep => {
  const [main = '', ...tail] = text.split(' && ')
  const words = main.split(' ').filter((w) => w !== '')
  const [verb = '', target, ...rest] = words
  if (!verbPattern.test(verb))
    return failed('bad-verb', `'${verb}' is not a verb`, 'A verb is one word in capitals: COPY.')
  if (target === undefined) return failed('no-target', `${verb} has no target`, `Write ${verb} TARGET name=value …`)
  const wrong = target.includes('=') ? 'the target comes first and holds no plain =' : wordError(target)
  if (wrong !== undefined)
    return failed('bad-target', `the target of ${verb} is not well formed: ${wrong}`, 'Encode special bytes: %20.')
  const args: Record<string, string> = {}
  for (const word of rest) {
    const at = word.indexOf('=')
    const name = word.slice(0, at)
    const value = word.slice(at + 1)
    if (at < 1 || !namePattern.test(name))
      return failed('bad-argument', `'${word}' is not name=value`, 'Write name=value without spaces.')
    if (name in args) return failed('repeated-argument', `argument '${name}' stands twice`, 'Keep one of them.')
    const bad =
      value === '' ? 'an empty value is written ""' : value.includes('=') ? '= is written %3D' : wordError(value)
    if (bad !== undefined)
      return failed('bad-argument', `the value of '${name}' is not well formed: ${bad}`, 'Encode special bytes: %20.')
    args[name] = decode(value)
  }
  const actions: Action[] = []
  for (const part of tail) {
    const [actionVerb = '', actionTarget, ...extra] = part.split(' ').filter((w) => w !== '')
    if (
      !actionVerbs.has(actionVerb) ||
      actionTarget === undefined ||
      extra.length > 0 ||
      wordError(actionTarget) !== undefined
    )
      return failed(
        'bad-action',
        `'${part.trim()}' is not an action`,
        'Actions are RELOAD, RESTART or RUN and one target.',
      )
    actions.push({ verb: actionVerb as Action['verb'], target: decode(actionTarget) })
  }
  const step = makeStep({ verb, target: decode(target), args, actions })
  return { step, reverse: [], canonical: step.text === text }
}

// Canonical lines without %, quotes, actions or reverses: most of a list. Held against the slow path by a property test.
const simpleLine =
  /^([A-Z][A-Z0-9]{0,31}) ([!$'-:>?@A-Z[-~]+)((?: [a-z][a-z0-9]{0,31}=[!$'-:>?@A-Z[-~]+)*)(?: # (.+))?$/

const sortedNames = (words: string): boolean => {
  let before = ''
  for (let at = 0; at < words.length; ) {
    const name = words.slice(at + 1, words.indexOf('=', at))
    if (name <= before) return false
    before = name
    const next = words.indexOf(' ', at + 1)
    at = next === -1 ? words.length : next
  }
  return true
}

const noReverse: readonly Step[] = []

const parseSimpleLine = (line: string): ParsedStep | undefined => {
  const match = simpleLine.exec(line)
  if (match === null) return undefined
  const [, verb = '', target = '', words = '', source] = match
  if (!sortedNames(words)) return undefined
  const text = source === undefined ? line : line.slice(0, verb.length + 1 + target.length + words.length)
  const step = source === undefined ? { text, verb, target } : { text, verb, target, source }
  return { step, reverse: noReverse, canonical: true }
}

/** One line of a list or journal: step, its reverse (journals only) and the config position behind ` # `. */
export const parseStep = (line: string): ParsedStep => {
  const simple = line.length < 4096 ? parseSimpleLine(line) : undefined
  return simple ?? parseAnyLine(line)
}

/** The whole grammar; {@link parseStep} without its shortcut, for tests that compare the two. */
export const parseAnyLine = (line: string): ParsedStep => {
  if (line.length > 1_000_000)
    return failed('too-long', 'the line is longer than 1,000,000 characters', 'Put content into a blob.')
  const comment = / +# ?/.exec(line)
  const code = comment === null ? line : line.slice(0, comment.index)
  const source = comment === null ? '' : line.slice(comment.index + comment[0].length)
  const [main = '', reverseText, ...more] = code.split(' << ')
  if (more.length > 0)
    return failed('bad-reverse', 'two reverses stand on one line', 'Part the steps of one reverse with ;')
  const parsed = parseSimple(main)
  if (parsed.step === undefined) return parsed
  const reverse: Step[] = []
  let canonical = parsed.canonical && (comment === null || comment[0] === ' # ')
  for (const part of reverseText === undefined ? [] : reverseText.split(' ; ')) {
    const back = parseSimple(part)
    if (back.step === undefined) return back
    canonical &&= back.canonical
    reverse.push(back.step)
  }
  return { step: source === '' ? parsed.step : { ...parsed.step, source }, reverse, canonical }
}

/** Canonical line of a step, with its reverse and its source. */
export const formatStep = (step: Step, reverse: readonly Step[] = []): string =>
  `${step.text}${reverse.length === 0 ? '' : ` << ${reverse.map((r) => r.text).join(' ; ')}`}${step.source === undefined ? '' : ` # ${step.source}`}`
