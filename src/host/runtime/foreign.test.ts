import * as fs from 'node:fs'
import { expect, test } from 'vitest'
import { Sandbox, sha256 } from './sandbox.ts'

const line = (key: string, last: string): string => `${key}\t1\t1\tundo\tno\ttype=absent\t${last}\t""\tx\n`
const ledger = (generation: number, content: string, target: string): string =>
  `ledger/1 site=shop generation=${generation}\n` +
  line('path:/motd', `content=${sha256(content)} type=file`) +
  line('path:/other', `content=${sha256(`other ${content}`)} type=file`) +
  line('path:/link', `target=${target} type=link`)

const ops = (box: Sandbox, content: string, target: string) => [
  { verb: 'COPY', id: '/motd', before: '?', args: `blob=${box.blob(content)} mode=0644` },
  { verb: 'COPY', id: '/other', before: '?', args: `blob=${box.blob(`other ${content}`)} mode=0644` },
  { verb: 'LINK', id: '/link', before: '?', args: `target=${target}` },
]

test('what others had made is noted once, and nothing else is, wherever the commit is killed', () => {
  let noted = 0
  for (let back = 0; back < 22; back++) {
    const box = new Sandbox('dash')
    try {
      box.main(['tx', box.prepare('t1', ops(box, 'ours', 'a'), { ledger: ledger(1, 'ours', 'a') })])
      fs.writeFileSync(box.path('motd'), 'by hand')
      fs.rmSync(box.path('link'))
      fs.symlinkSync('by-hand', box.path('link'))
      const dir = box.prepare('t2', ops(box, 'anew', 'b'), { ledger: ledger(2, 'anew', 'b'), generation: 2 })
      const [command, ...rest] = box.argv
      box.killAt(60 - back, back % 2 === 0 ? 'before' : 'after')
      box.groupRun([command, ...rest, box.runtime, 'tx', dir])
      box.unshim()
      box.main(['recover'])
      if (fs.readFileSync(box.path('motd'), 'utf8') !== 'anew') continue
      noted++
      const file = fs.readFileSync(box.state('sites/shop/foreign'), 'utf8')
      expect([back, file]).toEqual([back, expect.not.stringContaining('path:/other')])
      const lines = new Set(file.trimEnd().split('\n'))
      expect([back, lines.size]).toEqual([back, 2])
    } finally {
      box.dispose()
    }
  }
  expect(noted).toBeGreaterThan(2)
}, 120_000)
