import { expect, test } from 'vitest'
import { indexOfThisMachine, inIndex, packagesOf } from './debian-index.ts'

const release = await indexOfThisMachine()

test.skipIf(release === undefined)(
  'every name of the Debian column is in the package index of this machine',
  async () => {
    const packages = packagesOf('debian/12')
    expect(packages.length).toBeGreaterThan(200)
    const found = new Set(await inIndex(packages))
    expect(packages.filter((name) => !found.has(name))).toEqual([])
  },
)

test.skipIf(release === undefined)(
  'a name that no package has, or that others only provide, is not in it',
  async () => {
    expect(await inIndex(['coreutils', 'no-such-package-here', 'mail-transport-agent'])).toEqual(['coreutils'])
  },
)
