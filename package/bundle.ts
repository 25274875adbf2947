import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { textsBeside } from '../src/text/index.ts'
import { repository } from './repository.ts'

/** A folder that no machine can have, since the executable is a file: no config ever lies in it. */
const inside = pathToFileURL('/proc/self/exe/').href

/** Words of a module that mean its place in a checkout, as they are inside the executable. */
const placed = (path: string, text: string): string =>
  text
    .replace(/textsBeside\(\s*import\.meta\.dirname,\s*'([^'\n]+)',?\s*\)/g, (_, pattern: string) =>
      JSON.stringify(textsBeside(dirname(path), pattern)),
    )
    .replaceAll('import.meta.url', JSON.stringify(`${inside}${relative(repository, path)}`))
    .replaceAll('import.meta.main', 'false')

/** Modules that do their work in another way inside the executable. */
const replaced: ReadonlyMap<string, string> = new Map([
  [join(repository, 'src/config/editor-types.ts'), join(repository, 'package/inside/editor-types.ts')],
])

const ownModules: Plugin = {
  name: 'own-modules',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const other = replaced.get(join(resolveDir, path))
      return other === undefined ? undefined : { path: other }
    })
    // Messages of zod in forty languages: Hexis speaks one.
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    }))
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path.includes('/node_modules/')) return undefined
      return { contents: placed(path, readFileSync(path, 'utf8')), loader: 'ts' }
    })
  },
}

const shared: BuildOptions = {
  absWorkingDir: repository,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  // One byte a letter: the executable reads it without decoding.
  charset: 'ascii',
  metafile: true,
  logLevel: 'silent',
}

const bundled = async (entry: string, outfile: string, more: BuildOptions): Promise<readonly string[]> => {
  const result = await build({ ...shared, ...more, entryPoints: [join(repository, entry)], outfile })
  // A place of a module that is still asked for would be another one inside the executable.
  const [warning] = result.warnings
  if (warning !== undefined)
    throw new Error(`${warning.location?.file}:${warning.location?.line}: ${warning.text} (package/bundle.ts)`)
  return Object.keys(result.metafile?.inputs ?? {})
}

/** Writes boot.cjs and hexis.cjs into a folder; answers with the packages that are in them. */
export const bundle = async (folder: string): Promise<readonly string[]> => {
  const lists = await Promise.all([
    bundled('package/inside/boot.ts', join(folder, 'boot.cjs'), {}),
    bundled('package/inside/hexis.ts', join(folder, 'hexis.cjs'), {
      plugins: [ownModules],
      banner: { js: '(function (exports, require, module) {' },
      footer: { js: '})' },
    }),
  ])
  const names = lists.flat().flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [])
  return [...new Set(names)].toSorted()
}
