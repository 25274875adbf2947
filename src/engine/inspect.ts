import { hostNamed } from '../config/index.ts'
import { diffLists } from '../plan/index.ts'
import { formatList, parseList } from '../steps/list.ts'
import { wholeOf } from '../steps/part.ts'
import type { Step } from '../steps/step.ts'
import { canonicalKey, explainSubject } from './explain.ts'
import { interruptedNote } from './interrupted.ts'
import type { Reach } from './reach.ts'
import { rollbackGeneration } from './rollback-target.ts'
import { showLimitBytes, shownStates } from './show.ts'
import type { Engine, HostFacts } from './types.ts'

/** The methods that only tell: of the config alone, or of what a host says and keeps. */
export const inspecting = (
  reach: Reach,
): Pick<Engine, 'lower' | 'check' | 'facts' | 'log' | 'show' | 'diff' | 'explain'> => {
  const { config, connections, registry, secrets, site } = reach
  return {
    lower: async (name) => {
      const { document, desired, diagnostics } = await reach.lower(hostNamed(config.inventory, name))
      const list =
        desired === undefined
          ? {}
          : { list: formatList({ header: { host: name, os: desired.os, site }, steps: desired.steps }) }
      return { ...(document === undefined ? {} : { document }), ...list, steps: desired?.steps ?? [], diagnostics }
    },
    check: async (options) =>
      (
        await reach.each({ ...options, parallel: 1 }, async (host) =>
          (await reach.lower(host)).diagnostics.map((d) => ({ ...d, host: host.name })),
        )
      ).flat(),
    facts: (options) =>
      reach.each(options, async (host): Promise<HostFacts> => {
        try {
          const { hello } = await reach.greet(host, options, false)
          const diagnostics = interruptedNote(host.name, hello)
          return { host: host.name, facts: hello.facts, diagnostics, status: 'ready' }
        } catch (error) {
          return { host: host.name, ...reach.failure(error, host.name) }
        }
      }),
    log: async (name, options) => {
      const { hello } = await reach.greeted(name, options)
      return {
        host: name,
        generations: hello.generations,
        lost: [...hello.ledger.entries.values()].flatMap(({ key, origin }) =>
          origin.inode !== undefined && hello.gone.has(origin.inode) ? [key] : [],
        ),
        ...(hello.interrupted === undefined ? {} : { interrupted: hello.interrupted }),
      }
    },
    show: async (name, subject, options) => {
      const host = hostNamed(config.inventory, name)
      await reach.knowSecrets(host)
      // What others made of a part is kept with its file.
      const key = wholeOf(canonicalKey(subject))
      const session = await connections.open(host, options)
      const kept = await session.kept(site, key, showLimitBytes)
      return { host: name, key, states: shownStates(kept, secrets.mask, options.showPrivate === true) }
    },
    diff: async (name, from, to, options) => {
      const { session, hello } = await reach.greeted(name, options)
      const stepsOf = async (wanted: string): Promise<readonly Step[]> => {
        const number = rollbackGeneration(wanted, name, hello)
        return number === 0 ? [] : parseList(await session.list(site, number), `${name} generation ${number}`).steps
      }
      const [a, b] = [await stepsOf(from), await stepsOf(to)]
      return { host: name, ...diffLists(a, b) }
    },
    explain: async (name, subject, options) => {
      const host = hostNamed(config.inventory, name)
      return explainSubject(subject, {
        host,
        declared: await reach.lower(host),
        registry,
        hello: async () => (await reach.greeted(name, options)).hello,
      })
    },
  }
}
