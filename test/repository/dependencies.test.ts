import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { repository } from './tracked.ts'

const names = z.record(z.string(), z.string())
const read = (file: string): string => readFileSync(`${repository}/${file}`, 'utf8')
const manifest = z.object({ dependencies: names, devDependencies: names }).parse(JSON.parse(read('package.json')))
const locked = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        dev: z.boolean().default(false),
        resolved: z.string().optional(),
        hasInstallScript: z.boolean().default(false),
      }),
    ),
  })
  .parse(JSON.parse(read('package-lock.json'))).packages

const page = read('docs/dependencies.md')
const section = (title: string): string => page.split(/^## /m).find((part) => part.startsWith(title)) ?? ''
const rows = (title: string): readonly (readonly [name: string, why: string])[] =>
  [...section(title).matchAll(/^\| `([^`]+)` \| ([^|]*) \|/gm)].map(([, name = '', why = '']) => [name, why])

test.each([
  ['Hexis itself', manifest.dependencies],
  ['Tests and checks', manifest.devDependencies],
])('%s: docs/dependencies.md has the packages of package.json, each with its reason', (title, packages) => {
  expect(
    rows(title)
      .map(([name]) => name)
      .toSorted(),
  ).toEqual(Object.keys(packages).toSorted())
  expect(rows(title).filter(([, why]) => why.length < 20)).toEqual([])
})

const runtime = Object.entries(locked).filter(([path, entry]) => path !== '' && !entry.dev)
const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '')

test('docs/dependencies.md has all that is installed with Hexis, also what packages bring along', () => {
  const along = /^What these bring along: (.*)\.$/m.exec(section('Hexis itself'))?.[1]?.split(', ') ?? []
  const listed = [...rows('Hexis itself').map(([name]) => name), ...along.map((name) => name.replaceAll('`', ''))]
  expect(listed.toSorted()).toEqual([...new Set(runtime.map(([path]) => nameOf(path)))].toSorted())
})

test('nothing that is installed with Hexis runs a script at its installation', () => {
  expect(runtime.filter(([, entry]) => entry.hasInstallScript).map(([path]) => path)).toEqual([])
})

test('every version is exact', () => {
  const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies })
  expect(versions.filter((version) => !/^(?:npm:[a-z]+@)?\d+\.\d+\.\d+(?:-alpha\.\d+)?$/.test(version))).toEqual([])
})

test('the lock file names no address: packages come from the registry that the machine uses', () => {
  expect(Object.entries(locked).filter(([, entry]) => entry.resolved !== undefined)).toEqual([])
})
