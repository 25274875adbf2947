import { sh } from './row.ts'

/** Everything below the row's directory: type, rights, owners, names, link targets, contents. */
export const pathsLook = sh`find . -printf '%P %y %m %U:%G %n %l\n' | sort
find . -type f -exec sha256sum {} + | sort -k 2`
