export { blobNames } from './assemble.ts'
export { diffLists } from './diff-lists.ts'
export type { PlanInput, PlanResult } from './input.ts'
export { planHost } from './plan-host.ts'
