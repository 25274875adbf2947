import { constants, Script } from 'node:vm'

/** What the bundle of Hexis exports. */
export interface Hexis {
  readonly run: () => Promise<number>
}

type Wrapped = (exports: object, require: NodeJS.Require, module: { exports: unknown }) => void

/**
 * The bundle as a script. Its name lies in the folder that Hexis's own modules have inside the executable, by which
 * frames of Hexis are told from those of a config. `import()` in it is Node's own; that this is said to be experimental
 * is no news to people.
 */
export const scriptOf = (source: string, cachedData?: Buffer): Script => {
  const emitWarning = process.emitWarning
  process.emitWarning = () => {}
  try {
    return new Script(source, {
      filename: '/proc/self/exe/src/hexis.cjs',
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      ...(cachedData === undefined ? {} : { cachedData }),
    })
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Runs the top level of the bundle: nothing but what every command needs. */
export const hexisOf = (script: Script, require: NodeJS.Require): Hexis => {
  const wrapped: Wrapped = script.runInThisContext()
  const module: { exports: Hexis } = { exports: { run: async () => 1 } }
  wrapped(module.exports, require, module)
  return module.exports
}
