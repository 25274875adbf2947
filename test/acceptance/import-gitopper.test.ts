import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { makeOrigin, type Origin } from '../agent/origin.ts'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'
import { bringGit } from '../states/bring-git.ts'

const unit = `[Service]
ExecStart=/bin/sleep infinity
ExecReload=/bin/sh -c 'echo reloaded >>/run/demo.log'
`

describe.skipIf(process.getuid?.() !== 0)('a configuration of gitopper, on a host', () => {
  let lab: Lab
  let site: ScratchSite
  let origin: Origin
  const on = (command: string): Promise<string> => tool(['ssh', '-F', lab.sshConfig, 'h1', command])
  /** What hosts and this machine reach under one address. */
  const publish = () =>
    tool([
      'sh',
      '-c',
      `tar -C / -c ${origin.path.slice(1)} | ssh -F ${lab.sshConfig} h1 'rm -rf ${origin.path}; tar -C / -x'`,
    ])
  const commit = async (file: string, content: string): Promise<void> => {
    origin.commit(file, content)
    await publish()
  }
  const up = async (): Promise<string> => {
    const ran = await site.hexis(['up', '--yes'])
    expect(ran, ran.all).toMatchObject({ status: 0 })
    return ran.all
  }
  const reloads = async (): Promise<number> => Number(await on('cat /run/demo.log 2>/dev/null | wc -l'))

  beforeAll(async () => {
    lab = await startLab(1, { name: `gitopper${process.pid}`, prepare: (host) => bringGit(host.root) })
    site = scratchSite()
    origin = makeOrigin()
    writeFileSync(join(site.folder, 'demo.service'), unit)
    await tool([
      'sh',
      '-c',
      `ssh -F ${lab.sshConfig} h1 'cat >/etc/systemd/system/demo.service' <${site.folder}/demo.service`,
    ])
    await on(
      'useradd --system demo; git config --system safe.directory "*"; systemctl daemon-reload; systemctl start demo; mkdir /etc/demo; echo own >/etc/demo/own',
    )
    origin.commit('demo/etc/conf', 'one\n')
    origin.commit('demo/single', 'alone\n')
    await commit('other/file', 'x\n')
    site.write(
      `[global]
upstream = "${origin.path}"
mount = "/srv/gitopper"

[[services]]
machine = "h1"
service = "demo"
user = "demo"
action = "reload"
dirs = [
  { local = "/etc/demo", link = "demo/etc" },
  { local = "/etc/demo.d/single", link = "demo/single", file = true },
]
`,
      'config.toml',
    )
    const made = await site.hexis(['import', 'gitopper', 'config.toml'])
    expect(made, made.all).toMatchObject({ status: 0, err: '' })
    site.write(made.out.replace('h1: {}', `h1: { ssh: { configFile: '${lab.sshConfig}' } }`))
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('is accepted by check', async () => {
    const ran = await site.hexis(['check'])
    expect(ran, ran.all).toMatchObject({ status: 0 })
  })

  test('brings directories and files of the branch to their places, and tells the service', async () => {
    await up()
    expect(await on('cat /etc/demo/conf /etc/demo.d/single; stat -c %U /srv/gitopper/demo')).toBe('one\nalone\ndemo\n')
    expect(await reloads()).toBe(1)
    expect(await up()).toMatch(/converged +generation 1\n/)
    expect(await reloads()).toBe(1)
  })

  test('tells it only of what changed in its directories', async () => {
    await commit('other/file', 'y\n')
    await up()
    expect(await on('cat /srv/gitopper/demo/other/file')).toBe('y\n')
    expect(await reloads()).toBe(1)
    await commit('demo/etc/conf', 'two\n')
    await up()
    expect(await on('cat /etc/demo/conf')).toBe('two\n')
    expect(await reloads()).toBe(2)
    await commit('demo/single', 'changed\n')
    await up()
    expect(await on('cat /etc/demo.d/single')).toBe('changed\n')
    expect(await reloads()).toBe(3)
  })

  test('and is taken back to what was there before', async () => {
    const ran = await site.hexis(['rollback', '--to', '0', '--yes', '--allow-removals'])
    expect(ran, ran.all).toMatchObject({ status: 0 })
    expect(
      await on('ls /etc/demo; ls -d /etc/demo.d /srv/gitopper 2>/dev/null; grep -c /etc/demo /etc/fstab || true'),
    ).toBe('own\n0\n')
  })
})
