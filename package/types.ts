import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { repository } from './repository.ts'

const run = promisify(execFile)
const entries = ['src/index.ts', 'src/resources/index.ts']
const ofNode = ['@types/node', 'undici-types']

const imported = /(?:from |import\()'(\.{1,2}\/[^']+)\.ts'/g

/** What the entries say of types, module by module; what only Hexis itself needs stays out. */
const reached = (folder: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  const visit = (file: string): void => {
    if (found.has(relative(folder, file)) || !existsSync(file)) return
    const text = readFileSync(file, 'utf8').replaceAll('"', "'")
    found.set(relative(folder, file), readFileSync(file, 'utf8'))
    for (const [, path = ''] of text.matchAll(imported)) visit(join(dirname(file), `${path}.d.ts`))
  }
  for (const entry of entries) visit(join(folder, entry.replace(/\.ts$/, '.d.ts')))
  return found
}

const declared = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const out = join(folder, 'declared')
  const project = join(folder, 'declared.json')
  const compilerOptions = {
    noEmit: false,
    // Whether the types are right is asked by the checks.
    noCheck: true,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: repository,
    outDir: out,
    typeRoots: [join(repository, 'node_modules/@types')],
  }
  const files = entries.map((entry) => join(repository, entry))
  writeFileSync(
    project,
    JSON.stringify({ extends: join(repository, 'tsconfig.json'), compilerOptions, include: [], files }),
  )
  await run(process.execPath, [join(repository, 'node_modules/typescript/bin/tsc'), '-p', project])
  return reached(out)
}

/** Writes `types` into a folder: what an editor needs for a config, by path, as in a checkout. */
export const writeTypes = async (folder: string): Promise<void> => {
  const node = ofNode.flatMap((name) =>
    globSync(`node_modules/${name}/**/{*.d.ts,package.json,LICENSE}`, { cwd: repository })
      .toSorted()
      .map((path) => [path, readFileSync(join(repository, path), 'utf8')] as const),
  )
  const all = Object.fromEntries([...[...(await declared(folder))].toSorted(([a], [b]) => (a < b ? -1 : 1)), ...node])
  writeFileSync(join(folder, 'types'), gzipSync(JSON.stringify(all), { level: 9 }))
}
