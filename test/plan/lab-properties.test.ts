import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inside } from '../../chaos/host.ts'
import { type Lab, startLab } from '../../lab/lab.ts'
import { GeneratedSite, type Ground, hostConfig, type Ran, treeOf, world } from './generated-site.ts'

const runs = Number(process.env.HEXIS_RUNS ?? 4)
const bounds = { numRuns: runs, interruptAfterTimeLimit: 40_000 * runs, endOnFailure: true }
const timeoutMs = 60_000 * runs

/** Backups that the tools of accounts keep (docs/spec/residue.md). */
const residue =
  /^\/etc\/(\.pwd\.lock|(passwd|shadow|group|gshadow|subuid|subgid)-|systemd\/system(\/.*)?|ld\.so\.cache)$/
const accounts = ['passwd', 'group', 'shadow', 'gshadow', 'subuid', 'subgid']

const look = `
for f in ${accounts.join(' ')}; do echo "== $f"; sort "/etc/$f" 2>/dev/null; done
echo "== packages"; dpkg-query -W -f '\${Package} \${Status}\\n' 'hexis-*' 2>/dev/null | grep installed
echo "== sleeper"; systemctl is-active sleeper.service; systemctl is-enabled sleeper.service; true
`
/** The host as it was, whatever a property left behind. */
const reset = `
systemctl -q disable --now sleeper.service
dpkg --purge hexis-tool-a hexis-tool-b >/dev/null 2>&1
find /etc /srv -depth | grep -vxFf /saved.list | while IFS= read -r path; do rm -rf "$path"; done
rm -rf /var/lib/hexis
cp -a /saved/. /etc/
true
`
const prepare = `
mkdir /saved && cd /etc && cp -a ${accounts.join(' ')} hosts /saved/
printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/sleeper.service
systemctl daemon-reload
find /etc /srv >/saved.list
`

/** Half of them without absences, which bring nothing back. */
const wanted = fc
  .tuple(hostConfig, fc.boolean())
  .map(([all, without]) => (without ? all.filter((one) => !one.isAbsence) : all))

describe.skipIf(process.getuid?.() !== 0)('any config on a whole host', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab(1, { name: `props${process.pid}` })
    const [host] = lab.hosts
    if (host !== undefined) inside(lab.name, host, prepare)
  }, 700_000)
  afterAll(() => lab?.stop())

  const on = async (before: string, work: (site: GeneratedSite) => Promise<void>): Promise<void> => {
    const [host] = lab.hosts
    if (host === undefined) throw new Error('the lab has no host')
    inside(lab.name, host, reset)
    execFileSync('sh', ['-ec', before.replace('mkdir etc srv;', '')], { cwd: host.root })
    const ground: Ground = {
      root: host.root,
      host: { address: host.name, ssh: { configFile: lab.sshConfig } },
      tree: () => {
        const entries = ['etc', 'srv'].flatMap((name) =>
          [...treeOf(`${host.root}/${name}`)].map(([path, text]) => [`/${name}${path}`, text] as const),
        )
        const seen = entries.filter(([path]) => !residue.test(path) && !accounts.includes(path.slice('/etc/'.length)))
        return new Map([...seen, ['accounts, packages, services', inside(lab.name, host, look)]])
      },
    }
    const site = new GeneratedSite('', ground)
    try {
      await work(site)
    } finally {
      await site.dispose()
    }
  }

  /** False where the plan was refused: attributes of what is not there. */
  const isDone = ({ result }: Ran): boolean => {
    if (result?.status === 'changed' || result?.status === 'converged') return true
    expect(result?.diagnostics.map((d) => `${d.code} ${d.summary}`).filter((d) => !/^missing-object /.test(d))).toEqual(
      [],
    )
    return false
  }

  test(
    'A, then B, then back to A is what A was, and back to nothing what was there before; twice changes nothing',
    async () => {
      let whole = 0
      await fc.assert(
        fc.asyncProperty(world, wanted, wanted, (before, a, b) =>
          on(before, async (site) => {
            const original = site.tree()
            const first = await site.up(a)
            if (!isDone(first)) {
              expect(site.tree()).toEqual(original)
              return
            }
            const planned = first.planned?.plan?.changes ?? []
            // What waits for the next cycle is planned anew by then.
            if (!planned.some((change) => change.before.is === 'unknown'))
              expect(first.result?.changes).toBe(planned.filter((change) => change.steps.length > 0).length)
            const afterA = site.tree()
            expect((await site.plan(a))?.plan?.changes).toEqual([])
            if (isDone(await site.up(b))) {
              expect((await site.plan(b))?.plan?.changes).toEqual([])
              expect(isDone(await site.rollback(String(first.result?.generation ?? 0)))).toBe(true)
              expect(site.tree()).toEqual(afterA)
            }
            if ([...a, ...b].some((one) => one.isAbsence)) return
            whole++
            expect(isDone(await site.rollback('0'))).toBe(true)
            expect(site.tree()).toEqual(original)
          }),
        ),
        bounds,
      )
      process.stderr.write(`${whole} of ${runs} went back to nothing\n`)
    },
    timeoutMs,
  )
})
