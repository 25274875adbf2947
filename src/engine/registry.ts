import type { Schemas } from '../document/validate.ts'
import type { ResourceDefinition } from '../resources/definition.ts'
import type { Kinds } from '../states/registry.ts'

/** Everything that can be extended, built once beside the faces and passed down. */
export interface Registry {
  readonly resources: ReadonlyMap<string, ResourceDefinition>
  readonly schemas: Schemas
  readonly kinds: Kinds
}
