import { z } from 'zod'
import { textFromJson } from '../text/from-json.ts'
import { held, isHeld, partsOf } from '../text/held.ts'
import type { Held } from '../text/text.ts'
import type { VarValue } from './inventory.ts'

const name = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'only letters, digits, dot, dash and underscore')
const labelName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/, 'only letters, digits, dot, slash, dash and underscore')

/** Held text, or its JSON form as YAML writes it. */
const heldText = z.unknown().transform((value, context): Held => {
  if (isHeld(value)) return value
  const text = typeof value === 'string' ? undefined : textFromJson(value)
  if (text !== undefined) return held(partsOf(text))
  context.addIssue({ code: 'custom', message: 'must be a secret such as secret.env(NAME)' })
  return z.NEVER
})

const isVarValue = (value: unknown, depth = 0): value is VarValue => {
  if (depth > 32) return false
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || isHeld(value)) return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object') return false
  return Object.values(value).every((item) => isVarValue(item, depth + 1))
}

const vars = z.record(
  z.string(),
  z.custom<VarValue>(
    (value) => isVarValue(value),
    'must be data: text, numbers, true or false, lists and groups of them',
  ),
)

const ssh = z.strictObject({
  user: z.string().min(1).optional(),
  port: z.int().min(1).max(65_535).optional(),
  hostKey: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be a fingerprint as `ssh-keygen -l` prints it, SHA256:…')
    .optional(),
  identityFile: z.string().min(1).optional(),
  configFile: z.string().min(1).optional(),
  connectTimeoutSeconds: z.number().positive().max(600).optional(),
})

const connection = z.enum(['ssh', 'local', 'directory', 'chroot'])

const address = z
  .string()
  .min(1)
  .regex(/^[^-\s][^\s]*$/, 'must be a host name or address')

export const hostDeclaration = z.strictObject({
  address: address.optional(),
  connection: connection.optional(),
  root: z.string().min(1).optional(),
  os: z
    .string()
    .regex(/^[a-z0-9._-]+(\/[A-Za-z0-9._-]+)?$/, `must be like 'debian/12'`)
    .optional(),
  ssh: ssh.optional(),
  become: z.enum(['sudo']).optional(),
  becomePassword: heldText.optional(),
  labels: z.record(labelName, z.string()).optional(),
  vars: vars.optional(),
  strict: z.boolean().optional(),
  age: z
    .string()
    .regex(/^age1[02-9ac-hj-np-z]{20,}$/, 'must be a public key of age: age1…')
    .optional(),
})

export const groupDeclaration = z.strictObject({ on: z.string().min(1), vars: vars.optional() })

export const defaultsDeclaration = z.strictObject({
  connection: connection.optional(),
  ssh: ssh.optional(),
  become: z.enum(['sudo']).optional(),
  becomePassword: heldText.optional(),
  strict: z.boolean().optional(),
  vars: vars.optional(),
})

export const siteId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be at most 63 small letters, digits and dashes')

/** What both front ends (`site.ts`, `hexis.yaml`) say of hosts. */
export const inventoryDeclaration = z.strictObject({
  hosts: z.record(name, hostDeclaration).default({}),
  groups: z.record(name, groupDeclaration).default({}),
  defaults: defaultsDeclaration.default({}),
})

export type InventoryDeclaration = z.output<typeof inventoryDeclaration>
export type HostDeclaration = z.output<typeof hostDeclaration>
