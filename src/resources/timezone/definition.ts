import { z } from 'zod'
import { nearest } from '../../diagnostics/nearest.ts'
import { defineResource, type Shape } from '../definition.ts'
import type { TimezoneProps } from './timezone.ts'

const isZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** Zones are files: their names tell capital from small letters, which the time zones of ECMA-402 do not. */
const mistakeOf = (name: string): string | undefined => {
  const known = Intl.supportedValuesOf('timeZone')
  const path = /^[A-Z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(name)
  const otherCase = known.find((one) => one !== name && one.toLowerCase() === name.toLowerCase())
  if (path && otherCase === undefined && isZone(name)) return undefined
  const meant = otherCase ?? nearest(name, known)
  return meant === undefined
    ? "a time zone is written as 'Europe/Berlin' or 'UTC'"
    : `there is no such time zone; did you mean '${meant}'?`
}

export const timezoneResource = defineResource({
  type: 'timezone',
  summary: 'the time zone of the host',
  detail: `Its name is known to \`check\`, and the plan says when the host does not have the zone: then the package tzdata comes
first. Programs that run keep the zone that they started with: say \`onChange\`. A host has one time zone.`,
  reversal: 'Exact.',
  identity: {
    name: 'name',
    summary: 'Name of the zone in the tz database.',
    schema: z.string().superRefine((name, context) => {
      const message = mistakeOf(name)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    }),
  },
  schema: z.strictObject({} satisfies Omit<Shape<TimezoneProps>, 'mode'>),
  examples: [{ id: 'Europe/Berlin', props: {} }],
  lower(id, _props, { profile, content }) {
    const target = `${profile.name('paths', 'zoneinfo-dir')}/${id}`
    const file = profile.find('paths', 'timezone-file')
    const link = { verb: 'LINK', target: profile.name('paths', 'localtime'), args: { must: 'yes', target } }
    if (file === undefined) return { steps: [link] }
    const args = { blob: content(`${id}\n`, 'name'), group: 'root', mode: '0644', owner: 'root' }
    return { steps: [link, { verb: 'COPY', target: file, args }] }
  },
})
