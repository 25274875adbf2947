/** The public entry `hexis`: what a config imports beside `hexis/resources`. */

export type { Host, HostOf, Site } from './config/site.ts'
export { defineSite } from './config/site.ts'
export type { GroupDecl, HostDecl, HostSource, Labels, Peer, Vars } from './config/site-types.ts'
export type { Held, Text } from './text/index.ts'
export { secret, text } from './text/index.ts'
