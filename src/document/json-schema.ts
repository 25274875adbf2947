import { z } from 'zod'
import type { Schemas } from './validate.ts'

const source = z.strictObject({ file: z.string(), line: z.int().positive(), column: z.int().positive() })
const action = z.strictObject({ action: z.enum(['reload', 'restart', 'run']), target: z.string() })

const fields = {
  source,
  via: z.array(source).optional(),
  after: z.array(z.string()).optional(),
  onChange: z.array(action).optional(),
  restartOn: z.array(z.string()).optional(),
  onRemoval: z.enum(['undo', 'keep']).optional(),
  mode: z.enum(['enforce', 'audit']).optional(),
}

/** The schema of a whole document, made from those of the resources. */
export const documentSchema = (schemas: Schemas): z.ZodType =>
  z.strictObject({
    format: z.literal('document/1'),
    site: z.string(),
    host: z.string(),
    resources: z.array(
      z.union(
        [...schemas].map(([type, props]) =>
          z.strictObject({ type: z.literal(type), id: z.string(), props, ...fields }),
        ),
      ),
    ),
  })
