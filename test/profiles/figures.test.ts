import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { profileFor, profiles } from '../../src/profiles/index.ts'
import { repository } from '../repository/tracked.ts'
import { figures } from './figures.ts'

const page = readFileSync(join(repository, 'docs/profiles.md'), 'utf8')

test('docs/profiles.md has the figures that ./dev names prints', () => {
  expect(/<!-- \.\/dev names -->\n(.*)<!-- end -->/s.exec(page)?.[1]).toBe(figures())
})

test('docs/profiles.md has the chains as they are', () => {
  const chains = [...page.matchAll(/`([a-z]+[-a-z]*(?:\/[\d.]+)?)`((?: → `[^`]+`)+)/g)].map(([chain]) => chain)
  expect(chains.length).toBeGreaterThanOrEqual(10)
  for (const chain of chains) {
    const ids = chain.split(' → ').map((id) => id.replaceAll('`', ''))
    const [id = '', version = ''] = (ids[0] ?? '').split('/')
    expect(profileFor({ id, version }, profiles).profile?.chain).toEqual(ids)
  }
})
