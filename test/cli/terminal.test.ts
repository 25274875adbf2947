import { spawn, spawnSync } from 'node:child_process'
import { expect, test, vi } from 'vitest'

vi.setConfig({ testTimeout: 15_000 })

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname
const sample = new URL('./sample-main.ts', import.meta.url).pathname

interface Ended {
  readonly code: number | null
  readonly text: string
}

/** Runs the sample command line on a real terminal (by script(1)); `keys` are typed when their prompt appears. */
const onTerminal = (
  args: string,
  keys: readonly { readonly at: string; readonly type: string }[],
  stepMs = 0,
): Promise<Ended> =>
  new Promise((resolve) => {
    // A pty of script(1) has no size until somebody gives it one.
    const command = `stty cols 100 rows 40; exec ${process.execPath} ${sample} ${args}`
    const env = { ...process.env, TERM: 'xterm', SAMPLE_CALLS: '1', SAMPLE_STEP_MS: String(stepMs), NO_COLOR: '' }
    const child = spawn('script', ['-qefc', command, '/dev/null'], { env })
    let text = ''
    let next = 0
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString()
      const key = keys[next]
      if (key !== undefined && text.includes(key.at)) {
        next++
        setTimeout(() => child.stdin.write(key.type), 50)
      }
    })
    child.on('close', (code) => resolve({ code, text }))
  })

test('Ctrl-C at the question: nothing is executed, exit 130', async () => {
  const { code, text } = await onTerminal('up', [{ at: 'Carry this out', type: '\x03' }])
  expect(text).toContain('nothing was changed')
  expect(text).toContain('calls: contact, close')
  expect(code).toBe(130)
})

test('declined: nothing is executed; the unreachable host outranks exit 2', async () => {
  const { code, text } = await onTerminal('up', [{ at: 'Carry this out', type: 'n' }])
  expect(text).toContain('calls: contact, close')
  expect(text).toContain('declined')
  expect(code).toBe(4)
})

test('confirmed: executed', async () => {
  const { text } = await onTerminal('up', [{ at: 'Carry this out', type: 'y' }])
  expect(text).toContain('calls: contact, execute, close')
  expect(text).toContain('3 changed')
})

test('Ctrl-C during execution: says so, waits for the hosts, tells how each ended, exit 130', async () => {
  const { code, text } = await onTerminal('up --yes', [{ at: '[5/5]', type: '\x03' }], 40)
  expect(text).toContain('hosts finish or undo what they have begun')
  expect(text).toMatch(/web1 +\S*undone/)
  expect(code).toBe(130)
})

test('up without a terminal and without --yes contacts no host and exits 1', () => {
  const ended = spawnSync(process.execPath, [sample, 'up'], {
    encoding: 'utf8',
    input: '',
    env: { ...process.env, SAMPLE_CALLS: '1' },
  })
  expect(ended.status).toBe(1)
  expect(ended.stderr).toContain('error[no-terminal]')
  expect(ended.stderr).toContain('calls: \n')
})

test('colours on a terminal, none with NO_COLOR or --no-color', async () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for escapes
  const colour = /\x1b\[3\dm/
  expect((await onTerminal('-q plan', [])).text).toMatch(colour)
  expect((await onTerminal('-q plan --no-color', [])).text).not.toMatch(colour)
  expect(spawnSync(process.execPath, [sample, 'plan'], { encoding: 'utf8' }).stdout).not.toMatch(colour)
})

test('a reader that goes away ends nothing', () => {
  const command = `${process.execPath} ${sample} up --yes | head -1; exit \${PIPESTATUS[0]}`
  const ended = spawnSync('bash', ['-c', command], { encoding: 'utf8', env: { ...process.env, SAMPLE_CALLS: '1' } })
  expect(ended.stdout).toBe('web1 web2 (2 hosts)\n')
  expect(ended.stderr).toContain('calls: contact, execute, close')
  expect(ended.stderr).not.toContain('EPIPE')
  expect(ended.status).toBe(4)
})

/** Tells what was loaded when the program ends. */
const tellsLoads = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  const loaded = []
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
  process.on('exit', () => process.stderr.write(loaded.filter((url) => url.startsWith('file:')).join('\\n')))
`)}`

test('--version loads nothing else', () => {
  const ended = spawnSync(process.execPath, ['--import', tellsLoads, main, '--version'], { encoding: 'utf8' })
  expect(ended.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  const loaded = ended.stderr.split('\n').map((url) => url.slice(url.lastIndexOf('/src/')))
  // What is loaded is what it costs: 80 ms on a quiet machine.
  expect(loaded).toContain('/src/cli/main.ts')
  expect(loaded.length).toBeLessThan(5)
})
