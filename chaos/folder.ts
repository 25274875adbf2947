import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { Sandbox } from '../src/host/runtime/sandbox.ts'
import { type Ground, startGroup } from './stage.ts'

/** A `directory` host in a folder of its own. `alter` changes the text of its runtime. */
export const folderGround = (alter: (text: string) => string = (text) => text): Ground => {
  const box = new Sandbox('dash')
  fs.writeFileSync(box.runtime, alter(fs.readFileSync(box.runtime, 'utf8')))
  const at = (path: string): string => {
    fs.mkdirSync(dirname(box.path(path)), { recursive: true })
    return box.path(path)
  }
  return {
    blob: (content) => box.blob(content),
    file: (path, content, mode) => {
      fs.writeFileSync(at(path), content)
      fs.chmodSync(at(path), mode)
      fs.utimesSync(at(path), 1_000_000_000, 1_000_000_000)
    },
    directory: (path, mode) => {
      fs.mkdirSync(at(path))
      fs.chmodSync(at(path), mode)
    },
    link: (path, target) => fs.symlinkSync(target, at(path)),
    prepare: (id, ops) => box.prepare(id, ops),
    state: (name) => (fs.existsSync(box.state(name)) ? fs.readFileSync(box.state(name), 'latin1') : undefined),
    stateNames: (folder) => (fs.existsSync(box.state(folder)) ? fs.readdirSync(box.state(folder)) : []),
    look: (times) => {
      const lines = Object.entries(box.snapshot()).map(([path, what]) => `${path} ${what}\n`)
      return lines
        .toSorted()
        .join('')
        .replaceAll(/ [\d.]+ links=/g, times ? '$&' : ' links=')
    },
    start: (before, entry) =>
      startGroup(
        [...before, ...box.argv, box.runtime, ...entry] as [string, ...string[]],
        box.env({ HX_LOCK_WAIT: '10' }),
      ),
    tools: { arm: (point, when) => box.killAt(point, when), disarm: () => box.unshim(), calls: () => box.calls },
    dispose: () => fs.rmSync(join(box.root, '..'), { recursive: true, force: true }),
  }
}
