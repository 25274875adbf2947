import { collectors } from '../../document/collector.ts'
import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import { held } from '../../text/held.ts'
import type { Held, Text } from '../../text/text.ts'
import type { CommandProps } from '../exec/exec.ts'
import type { ResourceProps } from '../resource-props.ts'

export interface ProbeProps extends Pick<ResourceProps, 'after'>, CommandProps {
  /** What to run: text for `sh`, or a program with its arguments. It must only read: it runs in plans, too. */
  command: string | readonly string[]
  /** Standard input. */
  stdin?: Text
}

/** A probe that was declared. */
export interface ProbeHandle extends Handle {
  /** What the command will print, without the newline at its end: for text and file contents, never for an `if`. */
  readonly output: Held
}

/**
 * A command that only reads, and whose output other resources may use.
 *
 * @example
 * const kernel = probe('kernel', { command: ['uname', '-r'] })
 * file('/etc/kernel-version', { content: text`${kernel.output}\n` })
 */
export const probe = (id: string, props: ProbeProps): ProbeHandle => {
  const handle = declare('probe', id, { ...props })
  const extended: ProbeHandle = Object.create(handle, { output: { value: held([{ probe: id }]), enumerable: true } })
  collectors.getStore()?.handles.add(extended)
  return extended
}
