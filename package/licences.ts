import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nodeBinary } from './node-binary.ts'
import { repository } from './repository.ts'

const under = (title: string, text: string): string => `${title}\n${'-'.repeat(title.length)}\n\n${text.trim()}\n`

/** What comes from others in the executable, under which terms. */
export const licencesOf = (packages: readonly string[]): string => {
  const ofPackages = [...packages, '@types/node', 'undici-types'].flatMap((name) => {
    const file = ['LICENSE', 'LICENSE.md', 'license'].find((one) =>
      existsSync(join(repository, 'node_modules', name, one)),
    )
    const text = file === undefined ? 'MIT' : readFileSync(join(repository, 'node_modules', name, file), 'utf8')
    return under(name, text)
  })
  // The same text for every processor; that of the other one is always here by now.
  const ofNode = join(dirname(nodeBinary(process.arch === 'arm64' ? 'x64' : 'arm64')), '../LICENSE')
  return [
    under('Hexis', readFileSync(join(repository, 'LICENSE'), 'utf8')),
    ...ofPackages,
    under('Node.js', readFileSync(ofNode, 'utf8')),
  ].join('\n')
}
