import type { LoadedConfig } from '../loaded.ts'

export const loadYaml = async (file: string, _root: string): Promise<LoadedConfig> => {
  throw new Error(`${file}: not yet`)
}
