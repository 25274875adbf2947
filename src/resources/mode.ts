const classes = { u: 6, g: 3, o: 0 } as const
const bits: Readonly<Record<string, number>> = { r: 4, w: 2, x: 1 }
const special = { u: 0o4000, g: 0o2000, o: 0o1000 } as const

/**
 * Permission bits as four octal digits: of `644`, `0644`, or a symbolic mode that says all of them, such as
 * `u=rw,go=r`. Undefined for anything else, also for changes such as `+x`, whose outcome depends on what is there.
 */
export const modeDigits = (mode: string): string | undefined => {
  if (/^[0-7]{3,4}$/.test(mode)) return mode.padStart(4, '0')
  let value = 0
  const said = new Set<string>()
  for (const clause of mode.split(',')) {
    const match = /^([ugoa]*)=([rwxst]*)$/.exec(clause)
    if (match === null) return undefined
    const who = match[1] === '' || match[1]?.includes('a') ? 'ugo' : (match[1] ?? '')
    for (const name of ['u', 'g', 'o'] as const) {
      if (!who.includes(name)) continue
      said.add(name)
      value &= ~((7 << classes[name]) | special[name])
      for (const letter of match[2] ?? '') {
        if (letter === 's') value |= name === 'o' ? 0 : special[name]
        else if (letter === 't') value |= special.o
        else value |= (bits[letter] ?? 0) << classes[name]
      }
    }
  }
  return said.size === 3 ? value.toString(8).padStart(4, '0') : undefined
}
