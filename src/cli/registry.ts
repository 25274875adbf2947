import type { Registry } from '../engine/registry.ts'
import { resources, schemas } from '../resources/registry.ts'
import { builtinKinds } from '../states/index.ts'

/** Everything built in: resources, their schemas, kinds of state. */
export const builtInRegistry = (): Registry => ({ resources, schemas, kinds: builtinKinds })
