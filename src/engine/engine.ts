import type { LoadedConfig } from '../config/index.ts'
import { converging } from './converge.ts'
import { inspecting } from './inspect.ts'
import { newReach } from './reach.ts'
import type { Registry } from './registry.ts'
import { tending } from './tend.ts'
import type { Engine } from './types.ts'

/** One loaded config and the hosts that it names. */
export const openEngine = (config: LoadedConfig, registry: Registry): Engine => {
  const reach = newReach(config, registry)
  return {
    ...inspecting(reach),
    ...converging(reach),
    ...tending(reach),
    close: () => reach.connections.closeAll(),
  }
}
