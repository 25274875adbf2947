import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LoadedConfig } from '../../config/index.ts'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { openEngine } from '../../engine/engine.ts'
import type { Registry } from '../../engine/registry.ts'
import type { Engine } from '../../engine/types.ts'
import { repositoryAddress } from '../checkout/address.ts'
import { type AgentInstallation, installDocument, installSite } from './install-document.ts'

export type { AgentInstallation } from './install-document.ts'

const wrong = (summary: string, hint: string): DiagnosticError =>
  new DiagnosticError({ severity: 'error', code: 'bad-argument', summary, hint })

/** Is it a program for Linux? @throws DiagnosticError */
const requireExecutable = (file: string): void => {
  const hint = 'Make one with ./dev package, or give --executable FILE: hexis-linux-x64 or hexis-linux-arm64.'
  const first = Buffer.alloc(4)
  try {
    if (!statSync(file).isFile()) throw new Error('it is no file')
    const descriptor = openSync(file, 'r')
    readSync(descriptor, first)
    closeSync(descriptor)
  } catch (error) {
    throw wrong(`${file} cannot be installed: ${error instanceof Error ? error.message : String(error)}`, hint)
  }
  if (first.toString('latin1') !== '\x7fELF') throw wrong(`${file} is no executable of Hexis for Linux`, hint)
}

/** The same hosts, and nothing else of the site: the agent that is to follow it belongs to nobody's config. */
const apart = (config: LoadedConfig, given: AgentInstallation | undefined): LoadedConfig => ({
  root: given === undefined ? config.root : dirname(given.executable),
  file: config.file,
  siteId: installSite,
  inventory: config.inventory,
  profiles: config.profiles,
  retention: config.retention,
  commit: 'none',
  dirty: false,
  fixed: true,
  isAncestor: async () => true,
  evaluate: async (host) => ({
    document:
      given === undefined
        ? { format: 'document/1', site: installSite, host, resources: [] }
        : installDocument(host, given),
    diagnostics: [],
  }),
})

/**
 * An engine whose `up` installs the agent on hosts of a config, and whose `rollback` to 0 takes all of it back.
 *
 * @throws DiagnosticError for a repository or an executable that an agent could not have
 */
export const openInstaller = (
  config: LoadedConfig,
  registry: Registry,
  given: AgentInstallation | undefined,
): Engine => {
  if (given !== undefined) {
    repositoryAddress(given.repository)
    requireExecutable(given.executable)
  }
  return openEngine(apart(config, given), registry)
}
