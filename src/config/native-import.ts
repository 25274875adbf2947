/**
 * A module of one expression, where no bundler or test runner sees the word `import(` and rewrites it: the config must
 * be loaded by Node itself, or the module hooks would not answer.
 */
const address: string = 'data:text/javascript,export default (url) => import(url)'

/** `import()` as Node itself does it. */
export const nativeImport = async (url: string): Promise<Readonly<Record<string, unknown>>> => {
  const { default: load } = (await import(/* @vite-ignore */ address)) as {
    readonly default: (url: string) => Promise<Readonly<Record<string, unknown>>>
  }
  return load(url)
}
