import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Ports } from './ports.ts'

const missing = (what: string): DiagnosticError =>
  new DiagnosticError({ severity: 'error', code: 'not-yet', summary: `${what} is not part of this build` })

/** The real doors. Each imports its room when it is used, so that a command loads only what it needs. */
export const ports: Ports = {
  async openSite() {
    throw missing('the engine')
  },
  async lowerAt() {
    throw missing('--commit')
  },
  async initConfig() {
    throw missing('init')
  },
  async resourceDocs() {
    throw missing('resource')
  },
  async formatSteps(text, file) {
    const { formatList, parseList } = await import('../steps/list.ts')
    const list = parseList(text, file)
    const broken = list.diagnostics.some((d) => d.severity === 'error')
    return { diagnostics: list.diagnostics, ...(broken ? {} : { text: formatList(list) }) }
  },
  async lintSteps(text, file) {
    const { lintList } = await import('../steps/list.ts')
    return lintList(text, file)
  },
}
