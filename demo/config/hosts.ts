/** Written anew by the demo: real hosts with root, folders without. */
const labels: { readonly kind: 'folder' | 'system' } = { kind: 'folder' }

export const hosts = {
  web1: { connection: 'directory', root: './web1', os: 'debian/12', labels },
  web2: { connection: 'directory', root: './web2', os: 'debian/12', labels, vars: { workers: 8 } },
  db1: { connection: 'directory', root: './db1', os: 'debian/12', labels },
} as const
