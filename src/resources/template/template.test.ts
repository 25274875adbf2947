import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lowered } from '../../../test/lowered.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { collectors } from '../../document/collector.ts'
import { secret } from '../../text/index.ts'
import { probe, template } from '../index.ts'
import type { TemplateProps } from './template.ts'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'hexis-template-'))
})
afterAll(() => rmSync(root, { recursive: true }))

const run = (content: string | Uint8Array, props: Partial<TemplateProps> = {}) => {
  writeFileSync(join(root, 'app.tmpl'), content)
  return lowered(
    () => {
      // As a front end does whose module lies in the config folder.
      const collector = collectors.getStore()
      if (collector !== undefined) collector.position = { file: join(root, 'site.ts'), line: 7, column: 5 }
      template('/etc/app.conf', { source: './app.tmpl', ...props })
    },
    { root },
  )
}

const filled = async (content: string, vars: TemplateProps['vars'] = {}, more: Partial<TemplateProps> = {}) => {
  const { contents, diagnostics } = await run(content, { vars, ...more })
  expect(diagnostics).toEqual([])
  return contents[0]
}

/** What is wrong, and where in the template. */
const wrong = async (content: string, vars: TemplateProps['vars'] = {}): Promise<readonly string[]> => {
  const { diagnostics } = await run(content, { vars })
  const place = ({ related }: Diagnostic) =>
    related?.map(({ source }) => `${source.file}:${source.line}:${source.column}`)
  return diagnostics.map((one) => `${place(one)} ${one.code}: ${one.summary}`)
}

describe('a template', () => {
  test('becomes a file with the rights that are said', async () => {
    const { steps, contents } = await run('a = {{ a }}\n', {
      vars: { a: 1 },
      mode: '0640',
      owner: 'app',
      group: 'wheel',
      validate: 'check %s',
      parents: true,
    })
    expect(steps).toEqual([
      'COPY /etc/app.conf blob=0 group=sudo mode=0640 owner=app parents=yes validate=check%20%25s',
    ])
    expect(contents).toEqual(['a = 1\n'])
  })

  test.each([
    ['no tags, {braces} }} stay', {}, 'no tags, {braces} }} stay'],
    ['{{a}}{{ b }}|{{c}}', { a: 'x', b: 2.5, c: false }, 'x2.5|false'],
    ['{{ db.host }}:{{ db.ports.1 }}', { db: { host: 'h', ports: [1, 2] } }, 'h:2'],
    ['<{{#each list}}{{ this }};{{/each}}>', { list: ['a', 'b'] }, '<a;b;>'],
    [
      '{{#each list}}{{ name }}@{{ zone }} {{/each}}',
      { zone: 'z', list: [{ name: 'a' }, { name: 'b', zone: 'y' }] },
      'a@z b@y ',
    ],
    ['{{#each limits}}{{ @key }}={{ this }}\n{{/each}}', { limits: { cpu: 1, mem: '2G' } }, 'cpu=1\nmem=2G\n'],
    ['{{#each a}}{{#each this}}{{ this }}{{/each}}|{{/each}}', { a: [[1, 2], [3]] }, '12|3|'],
    ['{{#if a}}yes{{else}}no{{/if}}', { a: 0 }, 'yes'],
    ['{{#if a}}yes{{else}}no{{/if}}', { a: '' }, 'no'],
    ['{{#if a}}yes{{else}}no{{/if}}', { a: [] }, 'no'],
    ['{{#if a}}yes{{/if}}', { a: null }, ''],
    ['x {{! not {seen} }}y', {}, 'x y'],
    ['\\{{ a }} {{ a }}', { a: 1 }, '{{ a }} 1'],
    ['ä{{ a }}ö', { a: '€{{ b }}' }, 'ä€{{ b }}ö'],
  ] as const)('%j with %j is %j', async (content, vars, text) => {
    expect(await filled(content, vars)).toBe(text)
  })

  test('lines with nothing but a block tag go; their indentation is not left behind', async () => {
    const content =
      'a\n  {{#if t}}\n  b\n  {{else}}\n  c\n  {{/if}}\r\n{{! note }}\n{{#each l}} \n- {{ this }}\n{{/each}}'
    expect(await filled(content, { t: true, l: [1, 2] })).toBe('a\n  b\n- 1\n- 2\n')
    expect(await filled('a {{#if t}}\nb\n{{/if}} c\n', { t: true })).toBe('a \nb\n c\n')
  })

  test('takes other marks for files that have such of their own', async () => {
    expect(await filled('{{ $labels.x }} <% a %>', { a: 1 }, { delimiters: ['<%', '%>'] })).toBe('{{ $labels.x }} 1')
  })

  test('may hold secrets and probe output', async () => {
    writeFileSync(join(root, 'app.tmpl'), 'p={{ db.password }}\n')
    const { steps } = await run('p={{ db.password }}\n', { vars: { db: { password: secret.env('DB') } } })
    expect(steps[0]).toMatch(/^COPY \/etc\/app.conf blob=sealed:[0-9a-f]{64}$/)
  })
})

describe('wrong is', () => {
  test.each([
    ['a\n b {{ wrokers }}', 'app.tmpl:2:4 template-variable', "the variable 'wrokers' is missing, in app.tmpl"],
    ['{{ db.prot }}', 'app.tmpl:1:1 template-variable', "the variable 'db.prot' is missing"],
    ['{{#if nosuch}}{{/if}}', 'app.tmpl:1:1 template-variable', "'nosuch' is missing"],
    ['{{#each db}}\n{{ @key }}{{ name }}{{/each}}', 'app.tmpl:2:11 template-variable', "'name' is missing"],
    ['{{ this.x }}', 'app.tmpl:1:1 template-variable', "'this.x' is missing"],
    ['{{ @key }}', 'app.tmpl:1:1 template-variable', "'@key' is missing"],
    ['{{ none }}', 'app.tmpl:1:1 template-variable', "'none' is null"],
    ['{{ list }}', 'app.tmpl:1:1 template-variable', 'is a list: go through it with #each'],
    ['{{ db }}', 'app.tmpl:1:1 template-variable', 'is a group: name a part of it'],
    ['{{#each workers}}{{/each}}', 'app.tmpl:1:1 template-variable', "'workers' is no list"],
    ['{{#if key}}{{/if}}', 'app.tmpl:1:1 template-variable', 'a secret or probe output decides nothing'],
    ['{{ toString }}', 'app.tmpl:1:1 template-variable', "'toString' is missing"],
    ['x {{ a', 'app.tmpl:1:3 template-syntax', '{{ is not closed by }}'],
    ['{{ a + 1 }}', 'app.tmpl:1:1 template-syntax', "'a + 1' is no name of a variable"],
    ['{{}}', 'app.tmpl:1:1 template-syntax', "'' is no name of a variable"],
    ['{{#if workers}}\n', 'app.tmpl:1:1 template-syntax', '#if workers is not closed by /if'],
    ['{{#if workers}}{{/each}}', 'app.tmpl:1:16 template-syntax', '/each closes nothing'],
    ['{{/if}}', 'app.tmpl:1:1 template-syntax', '/if closes nothing'],
    ['{{#for a}}', 'app.tmpl:1:1 template-syntax', 'there is no #for'],
    ['{{else}}', 'app.tmpl:1:1 template-syntax', 'else belongs into an #if, once'],
    ['{{#if list}}'.repeat(40), 'app.tmpl:1:385 template-syntax', 'nested more than 32 deep'],
  ])('%j', async (content, place, says) => {
    const vars = { workers: 2, none: null, list: [1], db: { port: 1 }, key: secret.env('KEY') }
    const found = await wrong(content, vars)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(place)
    expect(found[0]).toContain(says)
  })

  test('all that is missing, at once, with the line of the config and what may be meant', async () => {
    const { diagnostics } = await run('{{ wrokers }}\n{{ x }}', { vars: { workers: 2 } })
    expect(diagnostics).toMatchObject([
      { source: { file: 'site.ts', line: 7, column: 5 }, hint: expect.stringContaining("'workers'") },
      { source: { file: 'site.ts', line: 7 }, related: [{ source: { file: 'app.tmpl', line: 2, column: 1 } }] },
    ])
  })

  test('what is undefined, where a tag needs it', async () => {
    const vars = { a: undefined, b: 1 }
    expect((await run('{{ b }}', { vars })).diagnostics).toEqual([])
    expect((await run('{{ a }}', { vars })).diagnostics).toMatchObject([{ code: 'template-variable' }])
  })

  test('a file that is no text', async () => {
    const { diagnostics } = await run(Uint8Array.of(0x61, 0xff))
    expect(diagnostics).toMatchObject([{ code: 'unreadable-source', detail: 'It is no UTF-8.' }])
  })

  test('a decision by probe output', async () => {
    writeFileSync(join(root, 'app.tmpl'), '{{#if kernel}}{{/if}}')
    const { diagnostics } = await lowered(
      () => {
        const kernel = probe('kernel', { command: ['uname'] }).output
        const collector = collectors.getStore()
        if (collector !== undefined) collector.position = { file: join(root, 'site.ts'), line: 7, column: 5 }
        template('/a', { source: './app.tmpl', vars: { kernel } })
      },
      { root },
    )
    expect(diagnostics).toMatchObject([{ code: 'template-variable' }])
  })

  test.each<[Partial<TemplateProps>, RegExp]>([
    [{ delimiters: ['{{'] as never }, /delimiters: it is what opens a tag and what closes it/],
    [{ delimiters: ['a', 'b'] }, /made of signs/],
    [{ vars: { 'a-b': 1 } }, /vars.a-b: a variable has letters/],
    [{ mode: '99999' }, /octal/],
    [{ source: '../up' }, /lies outside the config repository/],
    [{ source: './nosuch' }, /does not exist/],
  ])('%j', async (props, says) => {
    const { diagnostics } = await run('x', props)
    expect(diagnostics[0]?.summary).toMatch(says)
  })
})
