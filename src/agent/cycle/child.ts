import { text } from 'node:stream/consumers'
import { findConfig, hostNamed, loadConfig } from '../../config/index.ts'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { type Answer, answerMark, type Question, question } from './evaluated.ts'

const failedWith = (error: unknown): Answer => {
  if (error instanceof DiagnosticError)
    return { is: 'failed', diagnostics: JSON.parse(JSON.stringify(error.diagnostics)) }
  const summary = `the config cannot be evaluated: ${error instanceof Error ? error.message : String(error)}`
  return { is: 'failed', diagnostics: [{ severity: 'error', code: 'config-threw', summary }] }
}

const evaluate = async ({ config: place, host: name, facts }: Question): Promise<unknown> => {
  const config = await loadConfig(findConfig(place, { config: place }))
  const { connection, root, os, strict } = hostNamed(config.inventory, name)
  const { document, diagnostics } = await config.evaluate(name, facts)
  return {
    is: 'evaluated',
    site: config.siteId,
    host: { connection, root, os, strict },
    profiles: config.profiles,
    retention: config.retention,
    agent: config.agent?.(name, facts) ?? { mode: 'enforce' },
    document,
    diagnostics,
  }
}

/**
 * The child in which a config runs: a question on standard input, the answer as the last line of standard output. It
 * has no privileges and no network, and nothing of what it says is believed unseen.
 */
export const evaluateInChild = async (): Promise<void> => {
  const write = process.stdout.write.bind(process.stdout)
  // What the config prints is no answer.
  process.stdout.write = process.stderr.write.bind(process.stderr)
  const asked = question.parse(JSON.parse(await text(process.stdin)))
  const said = await evaluate(asked).catch(failedWith)
  await new Promise<void>((resolve) => {
    write(`\n${answerMark}${JSON.stringify(said)}\n`, () => resolve())
  })
  // A timer or a socket that the config left open must not keep it.
  process.exit(0)
}
