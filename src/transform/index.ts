export type { Unsupported } from './capabilities.ts'
export type { LoweredDocument, LowerOptions, StepMeta } from './lower.ts'
export { lower } from './lower.ts'
export { documentMistakes } from './mistakes.ts'
