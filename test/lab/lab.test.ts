import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mountsBelow, spacesOf } from '../../lab/clear.ts'
import { type Lab, placeOf, startLab } from '../../lab/lab.ts'
import { processesOf } from '../../lab/processes.ts'
import { tool } from '../../lab/run.ts'

const name = `test${process.pid}`

const isRoot = process.getuid?.() === 0

const ssh = (lab: Lab, host: string, command: string): Promise<string> =>
  tool(['ssh', '-F', lab.sshConfig, '-o', 'ConnectTimeout=2', host, command], { timeoutMs: 20_000 })

describe.skipIf(!isRoot)('a lab of two hosts', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await startLab(2, { name })
  }, 700_000)
  afterAll(() => lab?.stop())

  test('hosts have their names, systemd and each other', async () => {
    expect(await ssh(lab, 'h1', 'hostname; systemctl is-system-running --wait')).toBe('h1\nrunning\n')
    expect(await ssh(lab, 'h2', 'getent hosts h1')).toContain('10.77.0.10')
  })

  test('packages come from the repository inside, with their unit and dependency', async () => {
    await ssh(lab, 'h1', 'apt-get -q -y install hexis-hello')
    expect(await ssh(lab, 'h1', 'systemctl is-active hexis-hello; dpkg-query -W hexis-conf')).toBe(
      'active\nhexis-conf\t1.0\n',
    )
    await expect(ssh(lab, 'h2', 'dpkg-query -W hexis-conf')).rejects.toThrow()
  })

  test('a user becomes root by sudo', async () => {
    expect(await ssh(lab, 'admin@h1', 'sudo -n id -u')).toBe('0\n')
  })

  test('a killed host boots again with its files', async () => {
    await ssh(lab, 'h2', 'echo kept >/root/kept; sync')
    await lab.kill('h2')
    await expect(ssh(lab, 'h2', 'true')).rejects.toThrow()
    await lab.boot('h2')
    expect(await ssh(lab, 'h2', 'cat /root/kept')).toBe('kept\n')
  })

  test('a host can be cut off and joined again', async () => {
    await lab.cut('h1')
    await expect(ssh(lab, 'h1', 'true')).rejects.toThrow()
    await lab.join('h1')
    expect(await ssh(lab, 'h1', 'echo back')).toBe('back\n')
  })

  test('it leaves no namespace, mount, process, control group or file', async () => {
    const place = placeOf(name)
    expect(mountsBelow(place.folder)).toHaveLength(2)
    await lab.stop()
    expect(mountsBelow(place.folder)).toEqual([])
    expect(await spacesOf(place)).toEqual([])
    expect(processesOf(`hexis-${name}`)).toEqual([])
    expect(existsSync(place.folder)).toBe(false)
    const groups = await tool(['unshare', '-m', 'sh', '-c', 'mount -t cgroup2 cgroup2 /mnt && ls /mnt'])
    expect(groups.split('\n')).not.toContain(`hexis-${name}`)
  })
})
