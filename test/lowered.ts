import type { Blob } from '../src/blobs/blob.ts'
import type { Diagnostic } from '../src/diagnostics/diagnostic.ts'
import { collectors, newCollector } from '../src/document/collector.ts'
import { mergeProfiles, type ProfileEntry, profileFor, profiles } from '../src/profiles/index.ts'
import { resources } from '../src/resources/registry.ts'
import type { Capability } from '../src/states/kind.ts'
import { lower } from '../src/transform/index.ts'
import { documentMistakes } from '../src/transform/mistakes.ts'

const everything: readonly Capability[] = ['paths', 'owners', 'accounts', 'packages', 'units', 'kernel', 'exec']

interface Options {
  /** `debian/12`. */
  readonly os?: string
  /** The config folder. */
  readonly root?: string
  readonly capabilities?: readonly Capability[]
  /** What a config repository adds to the transformation database. */
  readonly entries?: readonly ProfileEntry[]
  /** What the host said of itself. */
  readonly facts?: Readonly<Record<string, string>>
}

interface Lowered {
  /** Mistakes of the declarations and of what they become. */
  readonly diagnostics: readonly Diagnostic[]
  /** Lines of the list, each blob replaced by its number in `contents`: `blob=0`. */
  readonly steps: readonly string[]
  readonly contents: readonly string[]
}

const textOf = async (blob: Blob): Promise<string> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of blob.open()) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** What resource functions become on an operating system, in a form that tests can read. */
export const lowered = async (configure: () => void, options: Options = {}): Promise<Lowered> => {
  const root = options.root ?? import.meta.dirname
  const collector = newCollector('h', root)
  collectors.run(collector, configure)
  const document = { format: 'document/1', site: 's', host: 'h', resources: collector.resources } as const
  const early = [...collector.diagnostics, ...documentMistakes(document, resources)]
  if (early.length > 0) return { diagnostics: early, steps: [], contents: [] }
  const [id = '', version = ''] = (options.os ?? 'debian/12').split('/')
  const { profile } = profileFor({ id, version }, mergeProfiles(profiles, options.entries ?? []))
  if (profile === undefined) throw new Error(`no profile for ${id}`)
  const { steps, blobs, diagnostics } = await lower(document, {
    profile,
    capabilities: new Set(options.capabilities ?? everything),
    siteRoot: root,
    resolveFact: (name) => options.facts?.[name],
  })
  const names: string[] = []
  const texts = steps.map((step) =>
    step.text.replace(/blob=([0-9a-f]{64})/g, (_, name: string) => {
      if (!names.includes(name)) names.push(name)
      return `blob=${names.indexOf(name)}`
    }),
  )
  const contents = names.map(async (name) => {
    const blob = blobs.blobs.get(name)
    return blob === undefined ? '' : textOf(blob)
  })
  return { diagnostics, steps: texts, contents: await Promise.all(contents) }
}

/** The sentences of what is wrong with a declaration. */
export const mistakes = async (configure: () => void): Promise<readonly string[]> =>
  (await lowered(configure)).diagnostics.map((one) => one.summary)
