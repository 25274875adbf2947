import type { Ports, Site } from '../../src/cli/ports.ts'
import { DiagnosticError } from '../../src/diagnostics/diagnostic.ts'
import type { Analysis, Engine, EngineEvent, HostAnalysis, HostResult, RunSummary } from '../../src/engine/types.ts'
import type { Change, HostPlan } from '../../src/plan/plan.ts'
import { makeStep, parseStep } from '../../src/steps/parse.ts'

/** Hand-made data of every sort that the views show, and an engine that answers with it. */
const step = (text: string) => {
  const parsed = parseStep(text)
  if (parsed.error !== undefined) throw new DiagnosticError(parsed.error)
  return parsed.step
}

const at = (line: number, column = 5) => ({ file: 'site.ts', line, column })
const digest = (first: string): string => first.padEnd(64, '0')

export const changes = {
  create: {
    key: 'path:/etc/motd',
    action: 'create',
    reason: 'new',
    conflict: false,
    before: { is: 'known', aspects: { type: 'absent' } },
    after: { type: 'file', content: digest('9f86d081884c'), mode: '0644', owner: 'root' },
    steps: [step(`COPY /etc/motd blob=${digest('9f86d081884c')} mode=0644 owner=root`)],
    reversibility: 'exact',
    stays: [],
    source: at(14),
    actions: [],
    audit: false,
    diff: '--- /dev/null\n+++ /etc/motd\n@@ -0,0 +1,1 @@\n+welcome\n',
  },
  update: {
    key: 'path:/etc/app.conf',
    action: 'update',
    reason: 'changed',
    conflict: true,
    before: {
      is: 'known',
      aspects: { type: 'file', content: digest('aaaa'), mode: '0600', owner: 'root', nlink: '1' },
    },
    after: { type: 'file', content: digest('bbbb'), mode: '0644', owner: 'root' },
    steps: [step(`COPY /etc/app.conf blob=${digest('bbbb')} mode=0644 && RELOAD app.service`)],
    reversibility: 'exact',
    stays: [],
    source: at(20),
    actions: [{ verb: 'RELOAD', target: 'app.service' }],
    audit: false,
    diff: '--- /etc/app.conf\n+++ /etc/app.conf\n@@ -1,2 +1,2 @@\n-workers = 2\n+workers = 8\n color = \x1b[31mred\n',
  },
  drift: {
    key: 'unit:app.service',
    action: 'update',
    reason: 'drift',
    conflict: false,
    before: { is: 'known', aspects: { type: 'present', active: 'no', enabled: 'yes' } },
    after: { active: 'yes', enabled: 'yes' },
    steps: [step('UNIT app.service active=yes enabled=yes')],
    reversibility: 'exact',
    stays: [],
    source: at(24),
    actions: [],
    audit: false,
  },
  pkg: {
    key: 'package:curl',
    action: 'create',
    reason: 'new',
    conflict: false,
    before: { is: 'known', aspects: { type: 'absent' } },
    after: { type: 'present' },
    steps: [step('PACKAGE curl')],
    reversibility: 'best-effort',
    stays: ['what its scripts made', 'dependencies of others'],
    source: at(18),
    actions: [],
    audit: false,
  },
  remove: {
    key: 'path:/etc/old.conf',
    action: 'remove',
    reason: 'removed',
    conflict: false,
    before: { is: 'known', aspects: { type: 'file', content: digest('cccc'), mode: '0644' } },
    after: { type: 'absent' },
    steps: [step('RM /etc/old.conf')],
    reversibility: 'exact',
    stays: [],
    actions: [],
    audit: false,
  },
  run: {
    key: 'exec:migrate',
    action: 'run',
    reason: 'new',
    conflict: false,
    before: { is: 'unknown', because: 'package:curl' },
    after: { done: 'yes' },
    steps: [makeStep({ verb: 'EXEC', target: 'migrate', args: { command: 'app migrate --all', user: 'app' } })],
    reversibility: 'irreversible',
    stays: ['it has no undo'],
    source: at(30),
    actions: [],
    audit: false,
  },
  released: {
    key: 'user:bob',
    action: 'remove',
    reason: 'released',
    conflict: false,
    before: { is: 'known', aspects: { type: 'absent' } },
    after: { type: 'absent' },
    steps: [],
    reversibility: 'exact',
    stays: [],
    actions: [],
    audit: false,
    note: 'was declared absent; nothing is made again',
  },
  secret: {
    key: 'path:/etc/app.key',
    action: 'update',
    reason: 'changed',
    conflict: false,
    before: { is: 'known', aspects: { type: 'file', content: 'sealed:other' } },
    after: { type: 'file', content: 'sealed:0f@1' },
    steps: [step('COPY /etc/app.key blob=sealed:0f@1')],
    reversibility: 'exact',
    stays: [],
    source: at(33),
    actions: [],
    audit: true,
  },
} as const satisfies Record<string, Change>

export const planOf = (list: readonly Change[], more: Partial<HostPlan> = {}): HostPlan => ({
  site: 'shop',
  baseGeneration: 3,
  changes: list,
  actions: list.flatMap((c) => c.actions.map((a) => ({ ...a, because: [c.key] }))),
  ops: [],
  ledger: { site: 'shop', generation: 3, entries: new Map() },
  adopted: [],
  records: list.length > 0,
  newGeneration: true,
  reversibility: 'exact',
  blobs: [],
  ...more,
})

export const ready = (host: string, list: readonly Change[]): HostAnalysis => ({
  host,
  status: 'ready',
  plan: planOf(list),
  diagnostics: [],
  generation: 3,
})

const web = [changes.create, changes.update, changes.pkg, changes.run, changes.remove]

export const analysis: Analysis = {
  hosts: [
    ready('web1', web),
    ready('web2', web),
    ready('db1', [changes.drift, changes.released, changes.secret]),
    ready('idle', []),
    {
      host: 'gone',
      status: 'unreachable',
      generation: 0,
      diagnostics: [
        {
          severity: 'error',
          code: 'unreachable',
          summary: 'gone does not answer',
          host: 'gone',
          detail: 'ssh: connect to host gone port 22: No route to host',
          hint: 'ssh gone true shows the same.',
        },
      ],
    },
  ],
}

const results = (status: HostResult['status']): readonly HostResult[] =>
  analysis.hosts.map((h) => ({
    host: h.host,
    status: h.status === 'unreachable' ? 'unreachable' : (h.plan?.changes.length ?? 0) > 0 ? status : 'converged',
    changes: status === 'changed' ? (h.plan?.changes.length ?? 0) : 0,
    generation: h.status === 'unreachable' ? 0 : 4,
    diagnostics: h.diagnostics,
  }))

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** `stepMs`: how long each event takes, to watch progress with the eye. */
export const sampleSite = (stepMs = 0): Site & { readonly calls: string[] } => {
  const calls: string[] = []
  const emit = async (on: ((event: EngineEvent) => void) | undefined, event: EngineEvent) => {
    on?.(event)
    if (stepMs > 0) await pause(stepMs)
  }
  const look = async (on?: (event: EngineEvent) => void): Promise<Analysis> => {
    for (const { host } of analysis.hosts) await emit(on, { event: 'connecting', host })
    for (const h of analysis.hosts) await emit(on, { event: 'analysing', host: h.host })
    for (const h of analysis.hosts)
      if (h.plan !== undefined) await emit(on, { event: 'planned', host: h.host, changes: h.plan.changes.length })
    return analysis
  }
  const bring: Engine['up'] = async ({ on, confirm, signal }) => {
    calls.push('contact')
    const found = await look(on)
    if (!(await confirm(found, 1))) return { hosts: results('declined') }
    calls.push('execute')
    for (const h of found.hosts) {
      const list = h.plan?.changes ?? []
      for (const [i, c] of list.entries())
        for (const status of ['started', 'done'] as const)
          await emit(on, {
            event: 'op',
            host: h.host,
            number: i + 1,
            total: list.length,
            key: c.key,
            step: c.steps[0]?.text ?? '',
            status,
          })
      if (signal?.aborted) return { hosts: results('undone') }
    }
    const ends = results('changed')
    for (const r of ends) await emit(on, { event: 'finished', host: r.host, status: r.status, changes: r.changes })
    return { hosts: ends }
  }
  const engine: Engine = {
    lower: async (host) => ({
      document: { format: 'document/1', host },
      list: 'GROUP app\n',
      steps: [step('GROUP app # site.ts:1:1')],
      diagnostics: [],
    }),
    check: async () => [
      {
        severity: 'error',
        code: 'unknown-property',
        summary: 'file has no property contnet',
        source: at(3, 7),
        hint: 'Did you mean content?',
      },
    ],
    facts: async () => [
      { host: 'web1', status: 'ready', diagnostics: [], facts: { os: { id: 'debian', like: ['linux'] }, cpus: 2 } },
    ],
    plan: ({ on }) => look(on),
    up: bring,
    savePlan: async (_, file) => {
      calls.push(`save ${file}`)
    },
    upSaved: (file, options) => {
      calls.push(`saved ${file}`)
      return bring(options)
    },
    rollback: ({ to }, options) => {
      calls.push(`to ${to}`)
      return bring(options)
    },
    show: async (host, key) => ({ host, key, states: [] }),
    fsck: async () => ({ hosts: results('converged').slice(0, 1) }),
    confirm: async () => ({ hosts: results('changed').slice(0, 1) }),
    recover: async (): Promise<RunSummary> => ({ hosts: results('undone') }),
    drift: async () => [
      { host: 'web1', status: 'ready', drift: [changes.drift], diagnostics: [] },
      { host: 'idle', status: 'ready', drift: [], diagnostics: [] },
    ],
    log: async (host) => ({
      host,
      lost: [],
      generations: [
        {
          number: 1,
          site: 'shop',
          commit: 'a'.repeat(40),
          dirty: false,
          document: '',
          list: '',
          who: 'ann',
          via: 'push',
          at: 0,
          partial: false,
        },
        {
          number: 2,
          site: 'shop',
          commit: 'b'.repeat(40),
          dirty: true,
          document: '',
          list: '',
          who: 'ann',
          via: 'push',
          at: 60,
          partial: true,
        },
      ],
    }),
    diff: async (host) => ({ host, added: [step('COPY /tmp/blaat/file3')], removed: [step('COPY /tmp/blaat/file1')] }),
    explain: async (host, subject) => ({ host, subject, facts: [{ label: 'declared at', value: 'site.ts:20:5' }] }),
    release: async (host, key, why) => {
      calls.push(`release ${host} ${key} ${why}`)
    },
    forget: async (host) => {
      calls.push(`forget ${host}`)
    },
    run: async (argv, { on, timeoutMs }) => {
      calls.push(`run ${argv.join(' ')} ${timeoutMs}`)
      on?.({ event: 'output', host: 'web1', stream: 'stdout', line: 'up 3 days\x1b[2J' })
      return { hosts: [{ host: 'web1', status: 'converged', changes: 0, generation: 3, diagnostics: [] }] }
    },
    close: async () => {
      calls.push('close')
    },
  }
  const rows = analysis.hosts.map((h) => ({
    name: h.host,
    address: '10.0.0.1',
    connection: 'ssh',
    labels: { role: 'web' },
    groups: ['eu'],
    vars: {},
  }))
  return { id: 'shop', root: '.', hosts: async () => rows, engine, calls }
}

export const samplePorts = (site: Site): Ports => ({
  openSite: async () => site,
  readHosts: async () => ({ id: site.id, hosts: await site.hosts(undefined) }),
  lowerAt: (_site, host) => site.engine.lower(host),
  initConfig: async () => ['site.ts', 'package.json'],
  resourceDocs: async () => [
    {
      name: 'file',
      call: 'file',
      identity: { name: 'path', summary: 'where it lies' },
      summary: 'a file with declared content',
      detail: '',
      reversal: 'exact',
      properties: [{ name: 'content', type: 'text', required: false, summary: 'what it holds' }],
      examples: ["file('/etc/motd', { content: 'hi' })"],
    },
  ],
  formatSteps: async (text) => ({ text, diagnostics: [] }),
  lintSteps: async () => [],
})
