import { registerHooks } from 'node:module'
import { main } from '../../src/cli/main.ts'
import { thisProcess } from '../../src/cli/process.ts'

type Exports = Readonly<Record<string, unknown>>

/** What a config may import of the running Hexis, by the address that its loader answers with. */
const entries: ReadonlyMap<string, () => Exports> = new Map([
  [new URL('../../src/index.ts', import.meta.url).href, (): Exports => require('../../src/index.ts')],
  [
    new URL('../../src/resources/index.ts', import.meta.url).href,
    (): Exports => require('../../src/resources/index.ts'),
  ],
])

const shared = 'hexis.entries'

/** A module that hands on what the bundle holds already: a config and Hexis must share one instance. */
const moduleOf = (address: string, exported: Exports): string =>
  [
    `const own = globalThis[Symbol.for('${shared}')].get(${JSON.stringify(address)})()`,
    ...Object.keys(exported).map((name, at) => `const _${at} = own.${name}; export { _${at} as ${name} }`),
  ].join('\n')

/** Runs the command line of this process, and answers with its exit code. */
export const run = async (): Promise<number> => {
  Object.defineProperty(globalThis, Symbol.for(shared), { value: entries, configurable: true })
  registerHooks({
    load(address, context, next) {
      const exported = entries.get(address)
      if (exported === undefined) return next(address, context)
      return { format: 'module', source: moduleOf(address, exported()), shortCircuit: true }
    },
  })
  return main(thisProcess())
}
