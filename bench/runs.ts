import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Ran, ScratchSite } from '../test/scratch-site.ts'

const endSchema = z.object({ hosts: z.record(z.string(), z.object({ changes: z.number() })) })

/** `hexis up`; throws with what it said where it does not end well. */
export const up = async (site: ScratchSite, args: readonly string[] = []): Promise<Ran> => {
  const ran = await site.hexis(['up', '--yes', '--json', ...args], { timeoutMs: 900_000, env: watched(site) })
  if (ran.status !== 0) throw new Error(`hexis up ended with ${ran.status}:\n${ran.all.slice(-4000)}`)
  return ran
}

/** Changes of each host, as the last event of a run says. */
export const changesOf = (ran: Ran): readonly number[] =>
  Object.values(endSchema.parse(JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '')).hosts).map(
    (host) => host.changes,
  )

const peakFile = (site: ScratchSite): string => join(site.folder, 'peak')

/** A process of Node that leaves behind how much memory it had at most. */
const watched = (site: ScratchSite): Readonly<Record<string, string>> => {
  const write = `process.on('exit',()=>require('node:fs').writeFileSync(${JSON.stringify(peakFile(site))},String(process.resourceUsage().maxRSS)))`
  const module = `import{createRequire}from'node:module';const require=createRequire('file:///');${write}`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}` }
}

/** The most memory, in MB, that the last run had resident. */
export const peakMb = (site: ScratchSite): number => {
  const kilobytes = Number(readFileSync(peakFile(site), 'utf8'))
  rmSync(peakFile(site))
  return kilobytes / 1024
}
