import { z } from 'zod'
import { defaultsDeclaration, groupDeclaration, hostDeclaration, siteId } from '../../inventory/index.ts'
import { agentDeclaration } from '../agent.ts'
import { retentionDeclaration } from '../retention.ts'

/** What every entry of `configure` may hold beside resources. */
export const entrySettings = ['on'] as const

const entry = z.record(z.string(), z.unknown())

/** `hexis.yaml` as far as no resource is concerned. */
export const yamlSite = z.strictObject({
  id: siteId,
  hosts: z.record(z.string(), hostDeclaration).optional(),
  groups: z.record(z.string(), groupDeclaration).optional(),
  defaults: defaultsDeclaration.optional(),
  profiles: z.array(z.unknown()).optional(),
  retention: retentionDeclaration.optional(),
  agent: agentDeclaration.optional(),
  configure: z.array(entry).optional(),
})
