import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { CommanderError } from 'commander'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repository, version } from '../../package/repository.ts'
import { buildProgram } from '../../src/cli/program.ts'
import { commands } from '../../src/cli/table/table.ts'
import { runProcess } from '../../src/process/run.ts'
import { apart, fromCheckout, packaged, placeExecutable, type Ran } from './packaged.ts'

let folder: string
let executable: string

beforeAll(async () => {
  await packaged()
  folder = mkdtempSync(join(tmpdir(), 'hexis-executable-'))
  executable = placeExecutable(folder)
}, 700_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const hexis = (...args: readonly string[]): Promise<Ran> => apart(folder, [executable, ...args])

const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

/** One command line by the executable; its status is 0. */
const done = async (...args: readonly string[]): Promise<string> => {
  const ran = await hexis(...args)
  expect(ran.status, `${args.join(' ')}\n${ran.out}${ran.err}`).toBe(0)
  expect(ran.err).not.toMatch(/Warning/)
  return ran.out
}

/** What the command table of the checkout says to `--help` and `help COMMAND`. */
const helpOf = (argv: readonly string[]): string => {
  let said = ''
  const out = (text: string): void => {
    said += text
  }
  try {
    buildProgram(version, { out, err: out }, 100, () => {}).parse([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
  }
  return said
}

const site = `import type { Host } from 'hexis'
import { defineSite, text } from 'hexis'
import { directory } from 'hexis/resources'
import { greet } from './modules/greet.ts'
import { word } from 'words'

interface Greeting { readonly words: readonly string[] }
const greeting = { words: ['Good', word] } satisfies Greeting

export default defineSite({
  id: 'apart',
  hosts: { box: { connection: 'directory', root: './box', os: 'debian/12' } },
  configure(host) {
    directory('/etc', { mode: '0755' })
    greet<Greeting>(host as Host, greeting)
  },
})
`
const greet = `import type { Host } from 'hexis'
import { text } from 'hexis'
import { file } from 'hexis/resources'
export const greet = <T extends { readonly words: readonly string[] }>(host: Host, { words }: T): void => {
  file('/etc/motd', { content: text\`\${words.join(' ')}, \${host.name}\\n\`, mode: '0644' })
}
`

const writeSite = (place: string): void => {
  write(`${place}/site.ts`, site)
  write(`${place}/modules/greet.ts`, greet)
  write(`${place}/node_modules/words/package.json`, '{"name":"words","type":"module","exports":"./index.ts"}')
  write(`${place}/node_modules/words/index.ts`, `export const word: string = 'morning'\n`)
  mkdirSync(join(folder, place, 'box'), { recursive: true })
}

describe('the single executable, without Node.js and without a checkout', () => {
  test('sees neither, and tells its version', async () => {
    const looked = await apart(folder, [
      'sh',
      '-c',
      `ls -A '${repository}'; command -v node; "$0" --version`,
      executable,
    ])
    expect(looked).toEqual({ status: 0, out: `${version}\n`, err: '' })
  })

  test('has every command, with the words of the checkout', async () => {
    const names = commands.map((spec) => spec.name)
    const helps = `"$0" --help; for name; do "$0" help "$name"; done`
    const said = await apart(folder, ['sh', '-c', helps, executable, ...names])
    const lines = [['--help'], ...names.map((name) => ['help', name])]
    expect(said).toEqual({ status: 0, out: lines.map(helpOf).join(''), err: '' })
  })

  test('makes a config, and keeps it', async () => {
    await done('init', 'made')
    expect(await done('check', '-C', 'made')).toBe('1 host checked: all is well\n')
    expect(await done('plan', '-C', 'made')).toContain('Plan: 2 to create on 1 host')
    await done('up', '--yes', '-C', 'made')
    expect(readFileSync(join(folder, 'made/sandbox/etc/motd'), 'utf8')).toBe('Hello from Hexis, this is box.\n')
    expect((await hexis('plan', '--detailed-exitcode', '-C', 'made')).status).toBe(0)
    write('made/sandbox/etc/motd', 'by hand\n')
    expect((await hexis('drift', '-C', 'made')).status).toBe(5)
    await done('up', '--yes', '-C', 'made')
    await done('rollback', '--to', '0', '--on', 'box', '--yes', '-C', 'made')
    expect(existsSync(join(folder, 'made/sandbox/etc'))).toBe(false)
  })

  test('runs a config of several TypeScript modules, also below node_modules', async () => {
    writeSite('apart')
    await done('up', '--yes', '-C', 'apart')
    expect(readFileSync(join(folder, 'apart/box/etc/motd'), 'utf8')).toBe('Good morning, box\n')
    expect(await done('steps', 'box', '-C', 'apart')).toMatch(/COPY \/etc\/motd .* # modules\/greet\.ts:5:3/)
  })

  test('reads hexis.yaml', async () => {
    mkdirSync(join(folder, 'yaml/box'), { recursive: true })
    const host = 'hosts:\n  box: { connection: directory, root: ./box, os: debian/12 }\n'
    write('yaml/hexis.yaml', `id: in-yaml\n${host}configure:\n  - file: { /motd: { content: "from yaml\\n" } }\n`)
    await done('up', '--yes', '-C', 'yaml')
    expect(readFileSync(join(folder, 'yaml/box/motd'), 'utf8')).toBe('from yaml\n')
  })

  const mistakes: readonly (readonly [what: string, file: string, from: string, to: string])[] = [
    [
      'what a module throws',
      'modules/greet.ts',
      "  file('/etc/motd'",
      "  if (words) throw new Error('no')\n  file('/etc/motd'",
    ],
    ['a wrong property', 'modules/greet.ts', "mode: '0644'", "moode: '0644'"],
    ['a wrong type', 'modules/greet.ts', "mode: '0644'", 'mode: 644'],
    [
      'an export that is not there',
      'site.ts',
      "directory } from 'hexis/resources'",
      "directory, drawer } from 'hexis/resources'",
    ],
    ['a module that is not there', 'site.ts', './modules/greet.ts', './modules/great.ts'],
    ['a syntax error', 'site.ts', "  id: 'apart',", "  id: = 'apart',"],
    ['TypeScript that is not erasable', 'site.ts', 'interface Greeting', 'enum A { B }\ninterface Greeting'],
    [
      'a resource outside of configure',
      'modules/greet.ts',
      'export const greet',
      "file('/a', { content: '' })\nexport const greet",
    ],
  ]

  test.each(mistakes)('%s is said with the place that the checkout names', async (_what, file, from, to) => {
    rmSync(join(folder, 'wrong'), { recursive: true, force: true })
    writeSite('wrong')
    const text = readFileSync(join(folder, 'wrong', file), 'utf8')
    expect(text).toContain(from)
    write(`wrong/${file}`, text.replace(from, to))
    const said = await hexis('check', '-C', 'wrong')
    expect(said.status).toBe(1)
    expect(said.err).toMatch(new RegExp(`^error\\[[a-z-]+\\] ${file}:\\d+:\\d+ `))
    expect(said).toEqual(await fromCheckout(folder, ['check', '-C', 'wrong']))
  })

  test.each([
    ['resource'],
    ['resource file'],
    ['completion bash'],
    ['completion zsh'],
    ['completion fish'],
    ['nonsense'],
  ])('%s prints what the checkout prints', async (line) => {
    const args = line.split(' ')
    expect(await hexis(...args)).toEqual(await fromCheckout(folder, args))
  })

  test('brings what few commands load: age, TOML', async () => {
    const key = (await done('secret', 'key')).trim()
    expect(key).toMatch(/^age1/)
    const encrypt = `printf hunter2 | "$0" secret encrypt sealed.age --to '${key}'`
    expect(await apart(folder, ['sh', '-c', encrypt, executable])).toMatchObject({ status: 0 })
    expect(readFileSync(join(folder, 'sealed.age'), 'utf8')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----/)
    expect((await done('secret', 'recipients', 'sealed.age')).trim()).toBe(key)
    write('gitopper.toml', '[global]\nupstream = "https://example.org/config"\n')
    const line = ['import', 'gitopper', 'gitopper.toml']
    expect(await hexis(...line)).toEqual(await fromCheckout(folder, line))
  })

  test.skipIf(process.getuid?.() !== 0)('is an agent, and evaluates as nobody', async () => {
    const config = `import { defineSite } from 'hexis'
import { file } from 'hexis/resources'
export default defineSite({
  id: 'pulled',
  hosts: { box: { connection: 'directory', root: '${folder}/pulled', os: 'debian/12' } },
  configure: () => file('/motd', { content: \`by \${process.getuid?.()}\n\` }),
})
`
    write('repository/site.ts', config)
    mkdirSync(join(folder, 'pulled'))
    // Nobody has to reach the executable.
    chmodSync(folder, 0o755)
    const commit = `cd repository && git init -q -b main && git add . && git -c user.name=t -c user.email=t@t commit -qm one`
    expect(await apart(folder, ['sh', '-c', commit])).toMatchObject({ status: 0 })
    const places = { repository: `${folder}/repository`, state: `${folder}/state`, run: `${folder}/run` }
    write('agent.json', JSON.stringify({ host: 'box', ...places }))
    expect(await done('agent', 'run', '--once', '--settings', 'agent.json')).toMatch(/^state +ok$/m)
    expect(readFileSync(join(folder, 'pulled/motd'), 'utf8')).toBe('by 65534\n')
  })

  test('gives an editor the types of hexis and of Node.js', async () => {
    await done('init', 'typed')
    const compiler = join(repository, 'node_modules/typescript/bin/tsc')
    const compiled = () =>
      runProcess([process.execPath, compiler, '-p', join(folder, 'typed'), '--pretty', 'false'], {
        timeoutMs: 120_000,
        limitBytes: 1 << 20,
      })
    write('typed/more.ts', "import { hostname } from 'node:os'\nexport const here: string = hostname()\n")
    const right = await compiled()
    expect(right.stdout.toString()).toBe('')
    expect(right.status).toBe(0)
    write('typed/wrong.ts', "import { file } from 'hexis/resources'\nfile('/a', { content: 'a', moode: '0644' })\n")
    expect((await compiled()).stdout.toString()).toMatch(/typed\/wrong\.ts\(2,28\): .*'moode'/)
  })

  test('starts within the budget of the checkout: `hexis --version` in 80 ms', async () => {
    const times: number[] = []
    while (times.length < 200 && !times.some((time) => time < 80)) {
      const start = performance.now()
      await runProcess([executable, '--version'], { timeoutMs: 60_000, limitBytes: 1000 })
      times.push(performance.now() - start)
    }
    expect(Math.min(...times)).toBeLessThan(80)
  })
})
