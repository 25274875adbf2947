import { localChannel, type Transport } from './channel.ts'

/** This machine: `local`, and the shell through which `directory` and `chroot` hosts are worked on. */
export const localTransport = (name: string): Transport => ({
  name,
  attempts: 1,
  connect: async (command) => localChannel(['/bin/sh', '-c', command]),
})
