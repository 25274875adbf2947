// Layers, top to bottom (ARCHITECTURE.md): an import points down or stays in its room.
const layers = [
  ['cli'],
  ['agent'],
  ['engine'],
  ['config', 'transform', 'plan', 'host'],
  ['resources'],
  ['states'],
  ['document', 'inventory', 'profiles', 'ledger', 'secrets', 'transport'],
  ['steps', 'blobs', 'text', 'process'],
  ['diagnostics'],
]

const room = (names) => `^src/(${names.join('|')})/`

/** From one layer nothing above it may be imported. */
const upward = layers.slice(1).map((names, index) => ({
  name: `down-from-${names.join('-')}`,
  comment: `${names.join(', ')} must be usable without what is built on them.`,
  severity: 'error',
  from: { path: room(names), pathNot: '\\.test\\.ts$' },
  to: { path: room(layers.slice(0, index + 1).flat()) },
}))

/** Rooms of these layers are handed each other's values by the engine; what they agree on are types. */
const apart = [layers[2], layers[5]].flatMap((names) =>
  names.map((name) => ({
    name: `${name}-beside-its-neighbours`,
    comment: 'Neighbours meet in the engine: each can be read, tested and replaced without the others.',
    severity: 'error',
    from: { path: room([name]), pathNot: '\\.test\\.ts$' },
    to: { path: room(names.filter((other) => other !== name)), dependencyTypesNot: ['type-only'] },
  })),
)

/** Packages that can be left by changing one place (docs/dependencies.md). */
const doors = [
  ['age-encryption', '^src/secrets/age\\.ts$'],
  ['@clack/prompts', '^src/cli/prompt\\.ts$'],
  ['commander', '^src/cli/'],
  ['diff', '^src/engine/diffs\\.ts$'],
  ['modern-tar', '^src/(engine/saved-plan|resources/archive/unpack)\\.ts$'],
  ['smol-toml', '^src/config/import/'],
  ['yaml', '^src/(config/yaml/|states/edits/yaml-tree\\.ts$)'],
].map(([name, door]) => ({
  name: `one-door-${name.replace(/\W+/g, '-').replace(/^-/, '')}`,
  comment: `${name} stays replaceable as long as one place knows it.`,
  severity: 'error',
  from: { path: '^src/', pathNot: [door, '\\.test\\.ts$'] },
  to: { path: `^node_modules/${name}/` },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...upward,
    ...apart,
    ...doors,
    {
      name: 'no-cycle',
      comment: 'Rooms that need each other are one room, and cannot be understood or tested apart.',
      severity: 'error',
      from: {},
      // What is loaded only when a command runs, and types, are no need at the start.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
    {
      name: 'tests-stay-outside',
      comment: 'What people install must not need what tests, labs and benchmarks are made of.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(test|lab|demo|bench|package)/' },
    },
    {
      name: 'declared-packages-only',
      comment: 'A package that package.json does not name is there by luck.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.(test|typetest)\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'], conditionNames: ['import', 'node', 'types'] },
  },
}
