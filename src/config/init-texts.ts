/** What `hexis init` writes. */

export const siteText = (id: string): string => `import { defineSite } from 'hexis'
import { directory, file } from 'hexis/resources'

export default defineSite({
  id: '${id}', // what Hexis owns on a host belongs to this id: never change it
  hosts: {
    // A folder instead of a machine, to try things out: nothing outside of ./sandbox is touched.
    box: { connection: 'directory', root: './sandbox', os: 'debian/12' },
    // web1: { address: '10.0.0.11', labels: { role: 'web' } },
  },
  defaults: {
    ssh: { user: 'root' },
    vars: { greeting: 'Hello from Hexis' },
  },
  configure(host) {
    directory('/etc', { mode: '0755' })
    file('/etc/motd', { content: \`\${host.vars.greeting}, this is \${host.name}.\\n\`, mode: '0644' })
  },
})
`

export const packageText = (name: string): string =>
  `${JSON.stringify({ name, private: true, type: 'module', scripts: { check: 'hexis check', plan: 'hexis plan' } }, null, 2)}\n`

export const tsconfigText = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024', 'esnext'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      verbatimModuleSyntax: true,
      erasableSyntaxOnly: true,
      allowImportingTsExtensions: true,
      types: ['node'],
      typeRoots: ['./.hexis/hexis/node_modules/@types'],
      paths: {
        hexis: ['./.hexis/hexis/src/index.ts'],
        'hexis/resources': ['./.hexis/hexis/src/resources/index.ts'],
      },
    },
    include: ['**/*.ts'],
    exclude: ['node_modules', 'sandbox', '.hexis'],
  },
  null,
  2,
)}\n`

export const readmeText = (name: string): string => `# ${name}

A Hexis configuration: \`site.ts\` says what each host is to be.

\`\`\`
hexis check        # every mistake, with file, line and column
hexis plan         # what would change; writes nothing to any host
hexis up           # make it so, after a question
hexis drift        # what was changed behind our back
hexis rollback --to previous
\`\`\`

The host \`box\` is the folder \`./sandbox\`, to try things out without a machine. Add your own under \`hosts\`.
`

export const gitignoreText = `# facts of hosts, types for the editor
/.hexis/
/sandbox/
node_modules/
`
