import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownEnvironment, runProcess } from '../../src/process/run.ts'

const repository = join(import.meta.dirname, '../..')
const readme = readFileSync(join(repository, 'README.md'), 'utf8')

/** The first shell block of the README, for somebody who answers every question with yes. */
const firstMinute = (folder: string): string => {
  const block = /```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  return block
    .replace('git clone REPOSITORY hexis && cd hexis', `cd '${repository}'`)
    .replaceAll('/tmp/shop', join(folder, 'shop'))
    .replaceAll(/^hexis (up|rollback .*?)( *#.*)?$/gm, 'hexis $1 --yes')
}

test('the 60 seconds of the README, line by line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hexis-readme-'))
  try {
    const script = firstMinute(folder).replaceAll(/^(hexis .*?)( *#.*)?$/gm, '$1; echo "[$?]"')
    expect(script.match(/echo "\[/g)).toHaveLength(6)
    const ran = await runProcess(['sh', '-c', script], {
      timeoutMs: 60_000,
      limitBytes: 1024 * 1024,
      env: { ...ownEnvironment(), NO_COLOR: '1' },
    })
    const out = ran.stdout.toString('utf8')
    expect(out.match(/^\[\d+\]$/gm)).toEqual(['[0]', '[0]', '[0]', '[5]', '[0]', '[0]'])
    expect(out).toContain('-edited by hand')
    expect(ran.stderr).not.toContain('error')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
