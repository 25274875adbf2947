import * as fs from 'node:fs'
import { expect, test } from 'vitest'
import { Sandbox } from './sandbox.ts'

/** Five generations, and a sixth that lets those before the fourth go. */
const furnish = (box: Sandbox): readonly [entry: string, dir: string] => {
  const copy = (n: number) => [
    { verb: 'COPY', id: '/motd', before: '?', args: `blob=${box.blob(`version ${n}\n`)} mode=0644` },
  ]
  for (let n = 1; n <= 5; n++) box.main(['tx', box.prepare(`t${n}`, copy(n), { generation: n })])
  const then = Date.now() / 1000 - 3 * 86_400
  for (const name of fs.readdirSync(box.state('blobs')))
    if (name !== 'inodes') fs.utimesSync(box.state(`blobs/${name}`), then, then)
  const header = { generation: 6, retain: '3,365,1000000000' }
  return ['tx', box.prepare('t6', copy(6), header)]
}

const generations = (box: Sandbox): readonly string[] =>
  fs
    .readdirSync(box.state('sites/shop/generations'))
    .filter((name) => name.endsWith('.meta'))
    .toSorted()

const damage = (box: Sandbox): readonly string[] =>
  box
    .script('for d in "$HX_STATE"/sites/shop "$HX_STATE"/journal/*; do hx_fsck_sums "$d"; done; hx_fsck_lists')
    .stdout.toString()
    .split('\n')
    .filter((line) => line.includes('\terror\t'))

test('what retention had begun when it was killed is ended by the recovery', () => {
  const base = new Sandbox('dash')
  const [entry, dir] = furnish(base)
  const strike = (box: Sandbox, point: number): void => {
    fs.cpSync(base.root, box.root, { recursive: true, preserveTimestamps: true })
    box.killAt(point, point % 2 === 0 ? 'before' : 'after')
    const [command, ...rest] = box.argv
    box.groupRun([command, ...rest, box.runtime, entry, dir.replace(base.root, box.root)])
  }
  const on = <T>(work: (box: Sandbox) => T): T => {
    const box = new Sandbox('dash')
    try {
      return work(box)
    } finally {
      box.dispose()
    }
  }
  try {
    const calls = on((box) => {
      strike(box, 0)
      return box.calls
    })
    const inside = [...Array(24).keys()].map((back) =>
      on((box) => {
        const point = calls - back
        strike(box, point)
        box.unshim()
        const gone = [1, 2, 3].filter((n) => !fs.existsSync(box.state(`sites/shop/generations/${n}.meta`)))
        const isInside = gone.length > 0 && !fs.existsSync(box.state('journal/t6/end'))
        box.main(['recover'])
        const isCommitted = fs.readFileSync(box.path('motd'), 'utf8') === 'version 6\n'
        const expected = isCommitted ? [4, 5, 6] : [1, 2, 3, 4, 5]
        expect([point, generations(box)]).toEqual([point, expected.map((n) => `${n}.meta`)])
        expect([point, damage(box)]).toEqual([point, []])
        return isInside
      }),
    )
    expect(inside.filter((is) => is).length).toBeGreaterThan(2)
  } finally {
    base.dispose()
  }
}, 300_000)
