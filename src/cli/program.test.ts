import { CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import type { Parsed } from './program.ts'
import { buildProgram } from './program.ts'
import { commands } from './table/table.ts'

const parse = (
  ...argv: string[]
): { readonly parsed?: Parsed; readonly out: string; readonly error?: CommanderError } => {
  let parsed: Parsed | undefined
  let out = ''
  const write = (text: string): void => {
    out += text
  }
  const program = buildProgram('1.2.3', { out: write, err: write }, 100, (p) => {
    parsed = p
  })
  try {
    program.parse(argv, { from: 'user' })
  } catch (thrown) {
    if (thrown instanceof CommanderError) return { out, error: thrown }
    throw thrown
  }
  return { out, ...(parsed === undefined ? {} : { parsed }) }
}

describe('global options', () => {
  test.each([
    ['before the verb', ['--json', '-C', '/x', '--no-color', '-v', '-q', '--config', 'c.ts', 'plan']],
    ['after the verb', ['plan', '--json', '-C', '/x', '--no-color', '-v', '-q', '--config', 'c.ts']],
    ['on both sides', ['--json', '-C', '/y', '-v', 'plan', '-C', '/x', '--no-color', '-q', '--config', 'c.ts']],
  ])('%s', (_, argv) => {
    expect(parse(...argv).parsed?.globals).toEqual({
      directory: '/x',
      config: 'c.ts',
      json: true,
      noColor: true,
      verbose: 1,
      quiet: true,
    })
  })

  test('are all off when left out', () => {
    expect(parse('plan').parsed?.globals).toEqual({ json: false, noColor: false, verbose: 0, quiet: false })
  })
})

describe('arguments', () => {
  test('options and operands reach the invocation with their types', () => {
    const { parsed } = parse(
      'up',
      'x.plan',
      '--on',
      'role=web',
      '--yes',
      '--parallel',
      '4',
      '--try',
      '2m',
      '--batch',
      '25%',
    )
    expect(parsed?.invocation.args).toEqual(['x.plan'])
    expect(parsed?.invocation.text('on')).toBe('role=web')
    expect(parsed?.invocation.flag('yes')).toBe(true)
    expect(parsed?.invocation.flag('audit')).toBe(false)
    expect(parsed?.invocation.count('parallel')).toBe(4)
    expect(parsed?.invocation.count('try')).toBe(120_000)
    expect(parsed?.invocation.text('batch')).toBe('25%')
  })

  test('run passes the command line on untouched, with and without --', () => {
    const expected = ['ls', '-l', '--json', '--', 'x']
    expect(parse('run', '--on', 'a', '--', ...expected).parsed?.invocation.args).toEqual(expected)
    expect(parse('run', '--on', 'a', ...expected).parsed?.invocation.args).toEqual(expected)
    expect(parse('run', ...expected).parsed?.globals.json).toBe(false)
  })

  test('a name that the table does not hold is a bug', () => {
    expect(() => parse('plan').parsed?.invocation.flag('nope')).toThrow('no option --nope')
  })

  test.each([
    [['plna'], 'unknown command'],
    [['plan', '--onn', 'x'], 'unknown option'],
    [['plan', 'x'], 'too many arguments'],
    [['log'], 'missing required argument'],
    [['rollback'], 'required option'],
    [['release', 'h', 'k'], 'required option'],
    [['up', '--parallel', 'many'], 'whole number'],
    [['run', '--timeout', '5', '--', 'x'], 'duration'],
    [['up', '--batch', '0'], 'percentage'],
    [['up', '--on-failure', 'cry'], 'Allowed choices'],
    [['completion', 'ksh'], 'Allowed choices'],
  ])('%j is refused: %s', (argv, message) => {
    const { error } = parse(...argv)
    expect(error?.exitCode).toBe(1)
    expect(error?.message).toContain(message)
  })
})

describe.each(commands)('hexis $name --help', (spec) => {
  test('shows summary, every option and an example', () => {
    const { out, error } = parse(spec.name, '--help')
    expect(error?.exitCode).toBe(0)
    expect(out).toContain(spec.summary)
    for (const option of spec.options) expect(out).toContain(`--${option.name}`)
    expect(out).toContain(`$ ${spec.examples[0].run}`)
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(110)
  })

  test('its examples are accepted by its own parser', () => {
    for (const { run } of spec.examples) {
      const words = [...run.replace(/ [|<>].*$/, '').matchAll(/'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? '')
      expect(parse(...words.slice(1)).parsed?.spec.name, run).toBe(spec.name)
    }
  })

  test('its code can be loaded', async () => {
    expect(await spec.load()).toHaveProperty('action')
  })
})
