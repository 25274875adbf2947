import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { groupOf } from '../lab/host.ts'
import { type LabHost, placeOf } from '../lab/lab.ts'
import { firstProcessOf } from '../lab/processes.ts'
import { sha256 } from '../src/host/runtime/sandbox.ts'
import { runtimeText } from '../src/host/runtime-text.ts'
import { type Ground, startGroup } from './stage.ts'

const stateFolder = '/var/lib/hexis'
const runtimeFile = '/chaos-runtime.sh'

/** How to run something inside a host, past its network. */
export const insideOf = (lab: string, host: LabHost): readonly [string, ...string[]] => {
  const first = firstProcessOf(`${groupOf(placeOf(lab))}/${host.name}`)
  if (first === undefined) throw new Error(`${host.name} does not run`)
  return ['nsenter', '-t', String(first), '-a']
}

/** Runs shell text inside; its standard output. */
export const inside = (lab: string, host: LabHost, text: string): string => {
  const [program, ...args] = insideOf(lab, host)
  return execFileSync(program, [...args, '/bin/sh', '-c', text], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** A lab host with an empty state directory; `look` is shell text that prints what a scenario may touch. */
export const hostGround = (lab: string, host: LabHost, look: string): Ground => {
  const at = (path: string): string => join(host.root, path)
  const state = (name: string): string => at(join(stateFolder, name))
  const put = (path: string, text: string, mode = 0o600): void => {
    fs.mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    fs.writeFileSync(path, text, { mode })
    fs.chmodSync(path, mode)
  }
  inside(lab, host, `rm -rf ${stateFolder}; mkdir -m 0700 ${stateFolder} ${stateFolder}/blobs ${stateFolder}/journal`)
  put(at(runtimeFile), runtimeText().text)
  return {
    blob: (content) => {
      put(state(`blobs/${sha256(content)}`), content)
      return sha256(content)
    },
    file: (path, content, mode) => put(at(path), content, mode),
    directory: (path, mode) => fs.mkdirSync(at(path), { mode, recursive: true }),
    link: (path, target) => fs.symlinkSync(target, at(path)),
    prepare: (id, ops) => {
      const folder = state(`journal/${id}`)
      put(join(folder, 'tx'), `tx/1 id=${id} site=shop runtime=none who=chaos onfailure=rollback\n`)
      const lines = ops.map((op, i) =>
        [i + 1, op.kind ?? 'path', op.verb, op.id, op.before ?? '?', op.args ?? '', op.because ?? ''].join('\t'),
      )
      put(join(folder, 'ops'), lines.map((line) => `${line}\n`).join(''))
      put(join(folder, 'ledger.new'), 'ledger/1 site=shop generation=1\n')
      put(join(folder, 'list.new'), 'steps/1\n')
      put(join(folder, 'meta.new'), 'generation/1 number=1 partial=no\n')
      return `${stateFolder}/journal/${id}`
    },
    state: (name) => (fs.existsSync(state(name)) ? fs.readFileSync(state(name), 'latin1') : undefined),
    stateNames: (folder) => (fs.existsSync(state(folder)) ? fs.readdirSync(state(folder)) : []),
    look: () => inside(lab, host, look),
    start: (before, entry) =>
      startGroup([...insideOf(lab, host), ...before, '/bin/sh', runtimeFile, ...entry] as [string, ...string[]], {
        PATH: process.env.PATH,
        HX_LOCK_WAIT: '10',
      }),
    dispose: () => {},
  }
}
