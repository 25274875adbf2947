import type { Lab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'

/** Another tool that brings the hosts of a lab to the same workload. */
export interface Peer {
  readonly name: string
  readonly version: string
  /** Once over all hosts. */
  run(): Promise<void>
}

/** One command on a host; throws with what it said where it fails. */
export const onHost = (lab: Lab, host: string, command: string, timeoutMs = 900_000): Promise<string> =>
  tool(['ssh', '-F', lab.sshConfig, host, command], { timeoutMs })

/** The same on all hosts at once. */
export const onAll = async (lab: Lab, command: string): Promise<void> => {
  await Promise.all(lab.hosts.map((host) => onHost(lab, host.name, command)))
}
