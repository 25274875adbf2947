import { join } from 'node:path'
import { z } from 'zod'
import { diagnosticCodes } from '../../diagnostics/codes.ts'
import { order } from '../orders/orders.ts'
import { agentRecord } from '../state/state.ts'

/** One line of JSON each way, and the connection ends. */
export const request = z.strictObject({
  order,
  /** The name of an empty file in the folder of claims: its owner is who asks. */
  claim: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .exactOptional(),
})
export type Request = z.infer<typeof request>

export const reply = z.union([
  z.strictObject({ record: agentRecord }),
  z.strictObject({
    refused: z.strictObject({ code: z.enum(diagnosticCodes), summary: z.string(), hint: z.string().exactOptional() }),
  }),
])
export type Reply = z.infer<typeof reply>

export const limitBytes = 1024 * 1024

/** Orders go here; who may connect is a matter of the socket's group. */
export const controlSocket = (run: string): string => join(run, 'agent.sock')
/** Here only the status is told. */
export const statusSocket = (run: string): string => join(run, 'status.sock')
export const claimsFolder = (run: string): string => join(run, 'claims')
