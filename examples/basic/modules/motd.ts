import { file } from 'hexis/resources'

/** A module is a function in a file; what it declares is found here and where it was called. */
export const motd = (name: string): void => {
  file('/etc/motd', { content: `This is ${name}.\n`, mode: '0644' })
}
