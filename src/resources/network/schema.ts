import { isIP } from 'node:net'
import { z } from 'zod'
import { addressMistake, interfaceName, networkMistake } from '../address.ts'
import type { Shape } from '../definition.ts'
import type { BondMode, NetworkProps, NetworkRoute } from './network.ts'

const checked = (mistake: (text: string) => string | undefined): z.ZodString =>
  z.string().superRefine((text, context) => {
    const message = mistake(text)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })

/** An own address: with the prefix length of its network. */
const ownAddress = checked(addressMistake).meta({ title: 'address' })

const router = z
  .string()
  .refine((text) => isIP(text) !== 0, "it is an address without prefix length: '10.0.0.1' or '2001:db8::1'")
  .meta({ title: 'address' })

const domain = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/, {
    message: 'a domain has letters, digits, - and _, parted by dots',
  })

/** The kernel's limits of VLAN numbers; 0 and 4095 mean something else. */
const highestVlan = 4094
/** Least and most that any sort of link takes. */
const [leastMtu, mostMtu] = [68, 65_536]
const highestMetric = 4_294_967_295

const route = z.strictObject({
  to: checked((text) => (text === 'default' ? undefined : networkMistake(text))),
  via: router.optional(),
  metric: z.int().min(0).max(highestMetric).optional(),
} satisfies Record<keyof NetworkRoute, z.ZodType>)

const bondModes = {
  'balance-rr': true,
  'active-backup': true,
  'balance-xor': true,
  broadcast: true,
  '802.3ad': true,
  'balance-tlb': true,
  'balance-alb': true,
} satisfies Record<BondMode, true>

export const networkSchema = z.strictObject({
  addresses: z
    .array(ownAddress)
    .min(1)
    .optional()
    .describe("Own addresses with their prefix lengths: '10.0.0.5/24', '2001:db8::5/64'."),
  dhcp: z
    .union([z.boolean(), z.enum(['ipv4', 'ipv6'])])
    .optional()
    .describe("Ask for an address: true for both versions of IP, or 'ipv4', 'ipv6'."),
  gateway: z
    .union([router, z.array(router).min(1).max(2)])
    .optional()
    .describe('The router for everything that has no route: one, or one of each version of IP.'),
  routes: z
    .array(route)
    .min(1)
    .optional()
    .describe("Routes: { to, via, metric }; to is a network or 'default'; without via it is on this link."),
  dns: z
    .strictObject({ servers: z.array(router).min(1).optional(), search: z.array(domain).min(1).optional() })
    .optional()
    .describe('Name servers, and domains in which names are looked up: { servers, search }.'),
  mtu: z.int().min(leastMtu).max(mostMtu).optional().describe('Largest packet, in bytes.'),
  vlan: z
    .strictObject({
      id: z.int().min(1).max(highestVlan, `a VLAN has a number from 1 to ${highestVlan}`),
      on: interfaceName,
    })
    .optional()
    .describe('A VLAN on an interface that is declared too: { id, on }.'),
  bridge: z
    .strictObject({ ports: z.array(interfaceName), stp: z.boolean().optional() })
    .optional()
    .describe('A bridge of these interfaces: { ports, stp }; left out: without spanning tree.'),
  bond: z
    .strictObject({
      ports: z.array(interfaceName).min(1),
      mode: z.enum(Object.keys(bondModes) as [BondMode, ...BondMode[]]).optional(),
    })
    .optional()
    .describe('Several interfaces as one: { ports, mode }; left out: active-backup.'),
} satisfies Omit<Shape<NetworkProps>, 'mode'>)

/** What one `network` says. */
export type NetworkDocument = z.output<typeof networkSchema>
