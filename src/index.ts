/** The public entry `hexis`. */
export { secret, text } from './text/index.ts'
export type { Held, Text } from './text/index.ts'
