import type { EngineEvent } from '../../engine/types.ts'
import { decode } from '../../steps/encoding.ts'
import { inert } from '../inert.ts'
import type { Output } from '../output.ts'
import type { Paint } from '../paint.ts'
import { doneAlong } from './along.ts'
import { statusStyle } from './summary.ts'

/** Shows engine events while they happen; `close` leaves the terminal as a plain log would. */
export interface Progress {
  on(event: EngineEvent): void
  /** Takes the live lines away, e.g. before a question; they come back with the next event. */
  pause(): void
  close(): void
}

const redrawMs = 80

const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`

/** A step for reading: names as they are, digests not at full length. */
const stepText = (step: string): string =>
  step
    .split(' ')
    .map((word) => inert(decode(word.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…'))))
    .join(' ')

/** What a host is doing, in a few words; undefined for events that say nothing of that. */
const doing = (event: EngineEvent): string | undefined => {
  switch (event.event) {
    case 'connecting':
    case 'analysing':
    case 'planning':
    case 'recovering':
      return event.event
    case 'planned':
      return event.changes === 0 ? 'nothing to change' : `planned, ${event.changes} to change`
    case 'sending':
      return `sending ${mebibytes(event.sentBytes)} of ${mebibytes(event.totalBytes)}`
    case 'op':
      return `[${event.number}/${event.total}] ${event.status === 'started' ? '' : `${event.status} `}${stepText(event.step)}`
    case 'try':
      return `on trial for ${event.seconds} s, connecting anew`
    case 'note':
    case 'along':
    case 'finished':
    case 'output':
      return undefined
    default:
      return event satisfies never
  }
}

/** Lines that stay: how a host ended, what failed, what it wants to say. */
const lasting = (event: EngineEvent, width: number, paint: Paint): string | undefined => {
  const name = inert(event.host).padEnd(width)
  if (event.event === 'finished') {
    const changes = event.changes === 0 ? '' : `  ${event.changes} change${event.changes === 1 ? '' : 's'}`
    const message = event.message === undefined ? '' : `  ${inert(event.message)}`
    return `${name}  ${paint(statusStyle(event.status), event.status)}${changes}${message}`
  }
  if (event.event === 'note') return `${name}  ${inert(event.message)}`
  if (event.event === 'along') return `${name}  ${paint('dim', doneAlong(event))}`
  if (event.event === 'op' && event.status !== 'started' && event.status !== 'done') {
    const message = event.message === undefined ? '' : `: ${inert(event.message.split('\n')[0] ?? '')}`
    const style = event.status === 'undone' ? 'yellow' : 'red'
    return `${name}  ${paint(style, event.status)} ${stepText(event.step)}${message}`
  }
  return undefined
}

/** One line an event, for logs and pipes: what lasts, and with `verbose` every stage. */
const plainProgress = (output: Output, verbose: boolean): Progress => {
  let width = 0
  return {
    on(event) {
      width = Math.max(width, event.host.length)
      const line = lasting(event, width, output.paintErr)
      const stage = event.event === 'op' && event.status === 'done' ? doing(event) : verbose ? doing(event) : undefined
      if (line !== undefined) output.err(`${line}\n`)
      else if (stage !== undefined) output.err(`${inert(event.host).padEnd(width)}  ${stage}\n`)
    },
    pause() {},
    close() {},
  }
}

/** One live line a host, redrawn in place; what lasts scrolls away above them. */
const liveProgress = (output: Output): Progress => {
  const busy = new Map<string, string>()
  let width = 0
  let drawn = 0
  let timer: NodeJS.Timeout | undefined

  const clear = (): string => (drawn === 0 ? '' : `\x1b[${drawn}A\x1b[J`)
  const erase = (): void => {
    if (timer !== undefined) clearTimeout(timer)
    timer = undefined
    output.draw(clear())
    drawn = 0
    output.cover(undefined)
  }
  const draw = (): void => {
    timer = undefined
    const room = Math.max(1, output.rows - 3)
    const rows = [...busy].slice(0, room).map(([host, text]) => {
      const line = `${host.padEnd(width)}  ${text}`
      return line.length < output.columns ? line : `${line.slice(0, Math.max(1, output.columns - 2))}…`
    })
    if (busy.size > room) rows[room - 1] = `… and ${busy.size - room + 1} more hosts`
    const lines = rows.map((row) => `${output.paintErr('dim', row)}\n`)
    output.draw(`${clear()}${lines.join('')}`)
    drawn = lines.length
    output.cover(erase)
  }
  return {
    on(event) {
      width = Math.max(width, event.host.length)
      // How a host ended stays in its live line; the summary repeats it when the lines are gone.
      const line = event.event === 'finished' ? undefined : lasting(event, width, output.paintErr)
      const stage = event.event === 'finished' ? event.status : doing(event)
      if (stage !== undefined) busy.set(inert(event.host), stage)
      if (line !== undefined) output.err(`${line}\n`)
      timer ??= setTimeout(draw, redrawMs)
    },
    pause() {
      erase()
      busy.clear()
    },
    close: erase,
  }
}

const silentProgress: Progress = { on() {}, pause() {}, close() {} }

/** Live lines on a terminal, plain lines elsewhere, nothing with `quiet`. */
export const progressOn = (output: Output, how: { readonly quiet: boolean; readonly verbose: boolean }): Progress => {
  if (how.quiet) return silentProgress
  return output.live ? liveProgress(output) : plainProgress(output, how.verbose)
}
