// Layers, top to bottom (ARCHITECTURE.md): an import points down or stays in its room.
const layers = [
  ['cli'],
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

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...upward,
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
      to: { path: '^(test|lab|demo|bench)/' },
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
