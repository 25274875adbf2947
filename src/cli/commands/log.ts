import type { HostLog, HostShow } from '../../engine/types.ts'
import type { Generation } from '../../ledger/ledger.ts'
import type { Action } from '../command.ts'
import { contactOptions, interruptedOr } from '../engine-run.ts'
import { exits } from '../exit.ts'
import { inert, inertLines } from '../inert.ts'
import { alignColumns } from '../view/table.ts'
import { printJson, withSite } from '../with-site.ts'

const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')

const row = (g: Generation): readonly string[] =>
  [
    String(g.number),
    isoTime(g.at),
    `${g.commit.slice(0, 12)}${g.dirty ? '+dirty' : ''}`,
    g.via,
    g.who,
    g.partial ? 'partial' : '',
  ].map(inert)

/** Newest first. */
export const renderLog = (log: HostLog): string => {
  const newest = [...log.generations].sort((a, b) => b.number - a.number)
  const table =
    newest.length === 0
      ? `${inert(log.host)} has no generation of this site\n`
      : alignColumns([['GENERATION', 'TIME', 'COMMIT', 'VIA', 'WHO', ''], ...newest.map(row)])
  return `${table}${lostLine(log)}${interruptedLine(log)}`
}

const lostLine = ({ lost }: HostLog): string =>
  lost.length === 0 ? '' : `kept no more: what was before Hexis of ${lost.map(inert).join(', ')}\n`

const interruptedLine = ({ interrupted: found }: HostLog): string => {
  if (found === undefined) return ''
  const state = found.alive ? 'running' : 'interrupted'
  return `${state}: transaction ${inert(found.transaction)} of ${inert(found.who)}, begun ${isoTime(found.startedAt)}\n`
}

/** What a state is that has no content: a link's target, the attributes of an account or a service. */
const attributes = (aspects: HostShow['states'][number]['aspects']): string =>
  Object.entries(aspects)
    .filter(([name]) => !['mode', 'owner', 'group', 'nlink', 'content'].includes(name))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

/** Earlier states of one thing, a file's with its content. */
export const renderShow = (show: HostShow): string => {
  if (show.states.length === 0) return `${inert(show.host)} keeps no earlier state of ${inert(show.key)}\n`
  return show.states
    .map(({ at, aspects, text, sizeBytes, ...state }) => {
      const when = at === undefined ? 'before Hexis' : `replaced ${isoTime(at)}`
      const rights = [aspects.mode, aspects.owner, aspects.group].filter((one) => one !== undefined).join(' ')
      const why =
        state.private === true
          ? 'not shown: others may not read it; --private shows it'
          : aspects.inode === undefined
            ? attributes(aspects)
            : sizeBytes === undefined
              ? 'too long to show'
              : text === undefined
                ? `no text, ${sizeBytes} bytes`
                : ''
      const head = `== ${[when, rights, why]
        .filter((one) => one !== '')
        .map(inert)
        .join('  ')}\n`
      return text === undefined ? head : `${head}${inertLines(text)}${text.endsWith('\n') || text === '' ? '' : '\n'}`
    })
    .join('')
}

export const action: Action = (invocation, context) =>
  withSite(context, async (site) => {
    const host = invocation.args[0] ?? ''
    const key = invocation.text('show')
    if (key !== undefined) {
      const show = await site.engine.show(host, key, {
        ...contactOptions(context),
        showPrivate: invocation.flag('private'),
      })
      if (context.globals.json) printJson(show, context)
      else context.output.out(renderShow(show))
      return interruptedOr(exits.converged, context)
    }
    const log = await site.engine.log(host, contactOptions(context))
    if (context.globals.json) printJson(log, context)
    else context.output.out(renderLog(log))
    return interruptedOr(exits.converged, context)
  })
