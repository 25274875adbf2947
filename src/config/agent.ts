import { z } from 'zod'
import type { Source } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { schemaIssues } from '../diagnostics/schema-issues.ts'
import type { Inventory } from '../inventory/index.ts'
import { checkSelector, hostNamed, picks } from '../inventory/index.ts'
import { parseDurationMs } from '../text/duration.ts'

type Facts = Readonly<Record<string, unknown>>

/** What the site says to the agent of one host. */
export interface AgentChoice {
  readonly mode: 'enforce' | 'audit'
  /** Where it says so; else the agent follows the branch that it was installed with. */
  readonly branch?: string
  readonly intervalMs?: number
}

const mode = z.enum(['enforce', 'audit'])
const branch = z.string().regex(/^[A-Za-z0-9][\w./+-]{0,199}$/, 'it is the name of a branch')
const track = z.strictObject({ branch, on: z.string() })

/** `agent` of a site, as it is written. */
export const agentDeclaration = z.strictObject({
  mode: z.union([mode, z.array(z.strictObject({ mode, on: z.string() }))]).optional(),
  track: z.union([track, z.array(track)]).optional(),
  interval: z
    .string()
    .refine((text) => parseDurationMs(text) !== undefined, 'a duration such as 30s, 5m or 1h is expected')
    .optional(),
})

type Located = (path: readonly PropertyKey[]) => Source | undefined

/** Throws a `DiagnosticError` with all that is wrong with `agent` of a site. */
const checked = (written: unknown, inventory: Inventory, locate: Located): z.infer<typeof agentDeclaration> => {
  const issues = schemaIssues(agentDeclaration, written ?? {}, 'agent')
  if (issues.length > 0)
    throw new DiagnosticError(
      issues.map(({ path, ...issue }) => {
        const source = locate(['agent', ...path])
        return { severity: 'error' as const, ...issue, ...(source === undefined ? {} : { source }) }
      }),
    )
  const declared = agentDeclaration.parse(written ?? {})
  const modes = Array.isArray(declared.mode) ? declared.mode : []
  for (const { on } of [...modes, ...[declared.track ?? []].flat()]) {
    try {
      checkSelector(inventory, on)
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error
      const source = locate(['agent'])
      throw new DiagnosticError(error.diagnostics.map((d) => ({ ...(source === undefined ? {} : { source }), ...d })))
    }
  }
  return declared
}

/** The `agent` of a site, checked at once, and answered host by host. */
export const agentChoice = (
  written: unknown,
  inventory: Inventory,
  locate: Located,
): ((host: string, facts?: Facts) => AgentChoice) => {
  const declared = checked(written, inventory, locate)
  const intervalMs = declared.interval === undefined ? undefined : parseDurationMs(declared.interval)
  return (name, facts) => {
    const host = hostNamed(inventory, name)
    const known = facts === undefined ? new Map() : new Map([[name, facts]])
    const isMeant = ({ on }: { readonly on: string }): boolean => picks(inventory, on, host, known)
    const followed = [declared.track ?? []].flat().find(isMeant)?.branch
    return {
      mode: (Array.isArray(declared.mode) ? declared.mode.find(isMeant)?.mode : declared.mode) ?? 'enforce',
      ...(followed === undefined ? {} : { branch: followed }),
      ...(intervalMs === undefined ? {} : { intervalMs }),
    }
  }
}
