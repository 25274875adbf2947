import { type Row, sh } from './row.ts'

/** The accounts and groups that a row declares, with everything that belongs to them, and the row's directory. */
export const accountsLook = (row: Row): string => {
  const names = [...row.when.matchAll(/\b(?:user|group)\('([\w-]+)'/g)].map(([, name]) => name)
  return sh`for name in ${names.join(' ')}; do
  getent passwd "$name"
  id -nG "$name" 2>/dev/null | tr ' ' '\n' | sort
  getent shadow "$name" | cut -d : -f 1,2,8
  IFS=: read -r group hidden number members <<LINE
$(getent group "$name")
LINE
  printf '%s\n' "$group $number"; printf '%s\n' "$members" | tr , '\n' | sort
  ls -d "/home/$name" 2>&1
done
find . -printf '%P %m %U:%G\n' | sort`
}
