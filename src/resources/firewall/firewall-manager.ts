import type { z } from 'zod'
import type { LowerContext, LoweredStep } from '../definition.ts'
import type { textProperty } from '../properties.ts'
import type { Chain, Rule } from './ruleset.ts'

/** A rule set as the schema gives it, its rules in full; a text is a rule for packets to this host as nft(8) has it. */
export interface RuleSet {
  readonly rules: readonly (Rule | string)[]
  readonly policy: { readonly [C in Chain]?: 'accept' | 'drop' | undefined }
  /** What a table of nftables holds, in place of rules. */
  readonly content?: z.output<typeof textProperty> | undefined
  readonly family?: string | undefined
}

/** One way to have a host keep a rule set: `undefined` where it shall not be there. */
export interface FirewallManager {
  /** What of it this manager cannot be told. */
  cannot(id: string, set: RuleSet, context: LowerContext): string | undefined
  steps(id: string, set: RuleSet | undefined, context: LowerContext): readonly LoweredStep[]
}

/** What is beyond a manager that knows rules for packets to and from this host only. */
export const beyondRules = ({ rules, policy, content }: RuleSet): string | undefined => {
  if (content !== undefined) return 'content, which is of nftables'
  if (rules.some((one) => typeof one === 'string')) return 'a rule in the words of nft(8)'
  if (policy.forward !== undefined || rules.some((one) => typeof one !== 'string' && one.chain === 'forward'))
    return 'what is forwarded'
  return undefined
}

/** Rules in full, once `beyondRules` found no text among them. */
export const plainRules = ({ rules }: RuleSet): readonly Rule[] => rules.filter((one) => typeof one !== 'string')
