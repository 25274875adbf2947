import type { LowerContext, LoweredStep } from '../../definition.ts'
import type { NetworkInterface } from '../interface.ts'

/** One file that a renderer writes. */
export interface NetworkFile {
  readonly path: string
  readonly text: string
  readonly mode: string
  /** The command that makes the system follow this file, also when it is gone. */
  readonly apply: string
}

/** How one sort of network management is told what an interface is like: pure text. */
export interface NetworkRenderer {
  /** Name of the folder among the paths of profiles. */
  readonly folder: string
  files(one: NetworkInterface, folder: string): readonly NetworkFile[]
  /** What of it cannot be said there. */
  readonly cannot?: (one: NetworkInterface) => string | undefined
  /** What else has to be so that all of it holds: that the files are read, or what is said of no interface there. */
  readonly besides?: (one: NetworkInterface, context: LowerContext) => readonly LoweredStep[]
}

/** `[Section]` and its lines; nothing at all without lines. */
export const section = (name: string, lines: readonly (string | undefined)[]): readonly string[] => {
  const said = lines.filter((line) => line !== undefined)
  return said.length === 0 ? [] : [`[${name}]\n${said.map((line) => `${line}\n`).join('')}`]
}

/** The same words for every sort of interface: yes and no. */
export const yesNo = (value: boolean): string => (value ? 'yes' : 'no')
