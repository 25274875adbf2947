import { dirname, join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { type Facts, ownProfiles } from '../../config/index.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { openEngine } from '../../engine/engine.ts'
import type { Registry } from '../../engine/registry.ts'
import type { Engine } from '../../engine/types.ts'
import { openSession } from '../../host/open.ts'
import { mergeProfiles, profileFor, profiles } from '../../profiles/index.ts'
import { unitOf } from '../../transform/index.ts'
import { agentConfig } from './config.ts'
import { evaluate, UnusableCommit } from './evaluate.ts'
import type { Evaluated } from './evaluated.ts'

export { UnusableCommit } from './evaluate.ts'

const osFacts = z.looseObject({
  id: z.string().optional(),
  version: z.string().optional(),
  idLike: z.array(z.string()).optional(),
})

/** One commit with its engine, kept from cycle to cycle: what is unchanged is neither evaluated nor connected anew. */
export interface Opened {
  readonly commit: string
  /** What its config said, by the facts of the last look. */
  evaluated(): Evaluated
  readonly engine: Engine
  /** The unit of a service as people name it, by the profile of this machine. */
  readonly unit: (service: string) => string
  readonly openedAt: number
  close(): Promise<void>
}

export interface OpenOptions {
  readonly self: readonly [string, ...string[]]
  readonly registry: Registry
  readonly commit: string
  readonly folder: string
  readonly config: string | undefined
  readonly host: string
  readonly run: string
}

/** What this machine says of itself, before any site is known. */
const ownFacts = async (host: string): Promise<Facts> => {
  const session = await openSession({ name: host, connection: 'local' }, { timeoutMs: 20_000 })
  try {
    return (await session.hello('none')).facts
  } finally {
    await session.close()
  }
}

const unitOn = (facts: Facts, { profiles: own }: Evaluated, service: string): string => {
  const { os = {} } = facts
  const { id = 'linux', version = '', idLike = [] } = osFacts.parse(os)
  const { profile } = profileFor({ id, version, idLike }, mergeProfiles(profiles, ownProfiles(own, undefined)))
  return profile === undefined ? service : unitOf(service, profile)
}

const errorsOf = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter((d) => d.severity === 'error')

/** Evaluates a commit and opens its engine. @throws DiagnosticError with what is wrong with the config */
export const openCommit = async (options: OpenOptions): Promise<Opened> => {
  const { self, registry, commit, folder, config, host, run } = options
  let known: { readonly facts: Facts; readonly evaluated: Evaluated } | undefined
  const evaluated = async (facts: Facts): Promise<Evaluated> => {
    if (known !== undefined && isDeepStrictEqual(known.facts, facts)) return known.evaluated
    const said = await evaluate({ self, folder, ...(config === undefined ? {} : { config }), host, facts, run })
    if (said.is === 'failed') throw new UnusableCommit(said.diagnostics)
    known = { facts, evaluated: said }
    return said
  }
  const first = await evaluated(await ownFacts(host))
  const errors = errorsOf(first.diagnostics)
  if (errors.length > 0) throw new UnusableCommit(errors)
  const file = resolve(folder, config ?? '.')
  const root = config !== undefined && /\.(ts|ya?ml)$/.test(config) ? dirname(file) : join(file)
  const engine = openEngine(agentConfig({ root, host, commit, evaluated: first, evaluate: evaluated }), registry)
  return {
    commit,
    evaluated: () => known?.evaluated ?? first,
    engine,
    unit: (service) => unitOn(known?.facts ?? {}, first, service),
    openedAt: Date.now(),
    close: () => engine.close(),
  }
}
