import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Root, type Shell, shells } from './root.ts'

const asRoot = process.getuid?.() === 0
const all = [...shells, 'busybox only'] as const

describe.skipIf(!asRoot).each(all)('commands in %s', (shell: Shell) => {
  let root: Root
  beforeAll(() => {
    root = new Root(shell)
  })
  afterAll(() => root?.dispose())
  const exec = (args: string) => root.apply('exec', [`EXEC job ${args}`])

  it('runs sh text or words exactly, in a directory, with an environment and a standard input', () => {
    root.write('/var/lib/hexis/blobs/sealed:in@1', 'secret input\n', 0o600)
    expect(
      exec('command=pwd>/tmp/out;echo%20"$A">>/tmp/out;cat>>/tmp/out directory=/usr env=A%3D1%202 stdin=sealed:in@1')
        .status,
    ).toBe(0)
    expect(root.read('/tmp/out')).toBe('/usr\n1 2\nsecret input\n')
    expect(
      exec(
        "argv=sh%20-c%20printf%2520%2527%255B%2525s%255D%2527%2520%2522$@%2522>/tmp/words%20x%20a%2520b%20%22%22%20it's",
      ).status,
    ).toBe(0)
    expect(root.read('/tmp/words')).toBe("[a b][][it's]")
  })

  it.skipIf(shell === 'busybox only')('runs as a user', () => {
    expect(exec('command=id%20-un>/tmp/nobody.out user=nobody directory=/tmp')).toMatchObject({ status: 0, error: '' })
    expect(root.read('/tmp/nobody.out')).toBe('nobody\n')
    expect(exec('command=true user=nosuch').error).toContain('no user nosuch')
  })

  it.runIf(shell === 'busybox only')('says that it cannot run as a user without su', () => {
    expect(exec('command=id user=nobody').error).toContain('neither setpriv nor su')
  })

  it('accepts the exit statuses that were named, and tells the last lines of a failure', () => {
    expect(exec('command=exit%202 ok=0,2').status).toBe(0)
    const failed = exec('command=seq%201%20100%3Becho%20broken%20>%262%3Bexit%207')
    expect(failed).toMatchObject({ status: 1, did: [] })
    expect(failed.error).toContain('exit status 7')
    expect(failed.error.split('\n')).not.toContain('80')
    expect(failed.error.split('\n')).toContain('broken')
  })

  it('ends a command after its time, and is not held by what a command leaves running', () => {
    expect(exec('command=sleep%2030 timeout=1').error).toContain('time limit of 1 seconds')
    const start = Date.now()
    expect(exec('command=sleep%2020%20%26').status).toBe(0)
    expect(Date.now() - start).toBeLessThan(5000)
  })

  it('runs actions', () => {
    expect(root.script("hx_args ''; hx_act_RUN 'echo ran > /tmp/ran'").status).toBe(0)
    expect(root.read('/tmp/ran')).toBe('ran\n')
    expect(root.script("hx_args ''; hx_act_RUN 'echo why; false'").stderr).toContain('why')
  })

  it('sets the host name in the file only where the kernel is somebody else’s', () => {
    root.write('/etc/hostname', '# a comment\nearlier\n')
    expect(root.observe('hostname', ['host'])).toEqual({ host: 'name=earlier' })
    expect(root.apply('hostname', ['HOSTNAME host name=web1.example.org']).status).toBe(0)
    expect(root.read('/etc/hostname')).toBe('web1.example.org\n')
    expect(root.apply('hostname', ['HOSTNAME host name=-x']).error).toContain('no name for a host')
  })
})
