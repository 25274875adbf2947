import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { repository, tracked } from './tracked.ts'

const text = (file: string): string => readFileSync(join(repository, file), 'utf8')
const folders = (folder: string): readonly string[] =>
  readdirSync(join(repository, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)

/** Without what is meant as an example. */
const prose = (page: string): string => page.replace(/^```.*?^```/gms, '')

test('every link between pages leads somewhere', () => {
  const broken = tracked('**/*.md').flatMap((page) =>
    [...prose(text(page)).matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)[^)]*\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(repository, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  )
  expect(broken).toEqual([])
})

test('every file and folder that ARCHITECTURE.md or CONTRIBUTING.md names is there', () => {
  const named = ['ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap((page) =>
    [...prose(text(page)).matchAll(/`((?:src|test|docs|lab|demo|bench|examples)\/[^`*]+)`/g)].map(
      ([, path = '']) => path,
    ),
  )
  expect(named.length).toBeGreaterThan(40)
  expect(named.filter((path) => !existsSync(join(repository, path)))).toEqual([])
})

test('ARCHITECTURE.md names every room', () => {
  const page = text('ARCHITECTURE.md')
  const beside = new Set(tracked('*/**').map((file) => file.split('/')[0] ?? ''))
  const rooms = [...folders('src').map((room) => `src/${room}`), ...beside].filter((room) => !room.startsWith('.'))
  expect(rooms.filter((room) => !page.includes(`\`${room}\``) && !page.includes(`\`${room}/`))).toEqual([])
})

test('every decision is listed, and no other', () => {
  const records = folders('docs').includes('decisions') ? readdirSync(join(repository, 'docs/decisions')) : []
  const listed = [...text('docs/decisions/README.md').matchAll(/\]\((\d{4}-[^)]+\.md)\)/g)].map(([, file]) => file)
  expect(listed).toEqual(records.filter((file) => file !== 'README.md').toSorted())
})
