import type { Json } from '../../document/document.ts'
import type { LowerContext, LoweredStep } from '../definition.ts'
import type { FirewallManager, RuleSet } from './firewall-manager.ts'
import { chainsText, tableFrame } from './ruleset.ts'

const framed = (content: NonNullable<RuleSet['content']>, head: string, tail: string): Json => {
  if (typeof content === 'string') return `${head}${content}${content.endsWith('\n') ? '' : '\n'}${tail}`
  return { $text: [head, ...content.$text, `\n${tail}`] } as Json
}

const tableText = ({ content, rules, policy, family = 'inet' }: RuleSet, table: string): Json => {
  const { head, tail } = tableFrame(family, table)
  if (content !== undefined) return framed(content, head, tail)
  return `${head}${chainsText(rules, policy)}${tail}`
}

/** In one go: the table goes, whatever its family is, and what the file says by now takes its place. */
const loading = (file: string, table: string): string =>
  `{ nft list tables | sed -n '/ ${table}$/s/^/delete /p'; cat ${file} 2>/dev/null; } | nft -f -`

/** The system's own service loads it at boot, by a line in what that reads. */
const atBoot = (folder: string, { profile, can, unit }: LowerContext): readonly LoweredStep[] => [
  {
    verb: 'LINE',
    target: profile.name('paths', 'nftables-config'),
    args: { create: 'yes', id: 'hexis-firewall', line: `include "${folder}/*.nft"` },
  },
  ...(can('units') ? [{ verb: 'UNIT', target: unit('nftables'), args: { enabled: 'yes' } }] : []),
]

/** A table of its own, beside those of others. */
export const nftables: FirewallManager = {
  cannot: () => undefined,
  steps(id, set, context) {
    const folder = context.profile.name('paths', 'nftables-dir')
    const target = `${folder}/hexis-${id}.nft`
    const table = `hexis_${id}`
    const actions = [{ verb: 'RUN', target: loading(target, table) }] as const
    if (set === undefined) return [{ verb: 'RM', target, actions }]
    const blob = context.content(tableText(set, table), 'content')
    // Rules are no secret, and the plan shows how they change; what text with holes says is for root alone.
    const mode = typeof (set.content ?? '') === 'string' ? '0644' : '0600'
    const args = { blob, group: 'root', mode, owner: 'root', parents: 'yes', validate: 'nft -c -f %s' }
    return [{ verb: 'COPY', target, args, actions }, ...atBoot(folder, context)]
  },
}
