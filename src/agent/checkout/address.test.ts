import { describe, expect, test } from 'vitest'
import { isRefName, repositoryAddress } from './address.ts'

describe('addresses of repositories', () => {
  test.each([
    'ext::sh -c touch% x',
    'fd::3',
    '--upload-pack=touch x',
    '-x',
    'http://host/x',
    'git://host/x',
    'relative/path',
    'ssh://-oProxyCommand=touch/x',
    'ssh://a@-oProxyCommand=touch/x',
    '-oProxyCommand=x:path',
    'a@-host:path',
    'host:-path',
    'https://host/a b',
    '/path\nwith a line',
    '',
  ])('no such address: %j', (repository) => {
    expect(() => repositoryAddress(repository)).toThrow(/is no address of a repository/)
  })

  test.each([
    '/srv/config.git',
    'file:///srv/config.git',
    'https://example.org/config.git',
    'https://user:pass@example.org:8443/config.git',
    'ssh://git@example.org:2222/config.git',
    'ssh://git@[::1]:22/config.git',
    'git@example.org:config.git',
    'example.org:config.git',
  ])('an address: %s', (repository) => {
    expect(() => repositoryAddress(repository)).not.toThrow()
  })

  test.each(['main', 'ring/canary', 'v1.2', 'ünï'])('a name of a branch: %s', (name) => {
    expect(isRefName(name)).toBe(true)
  })

  test.each(['', '@', '-x', 'a..b', 'a b', 'a:b', '.a', 'a/.b', 'a.lock', 'a/', '/a', 'a@{1}', 'a\\b', 'a\nb', 'a*'])(
    'no name of a branch: %j',
    (name) => {
      expect(isRefName(name)).toBe(false)
    },
  )
})
