/** A place where names were looked up, and the day. */
interface Place {
  readonly where: string
  readonly when: string
}

/** By the word that marks names in the tables. */
const places: Readonly<Record<string, Place>> = {
  bookworm: { where: 'Debian 12 package index', when: '2026-11-21' },
  debian12: { where: 'a Debian 12 system', when: '2026-11-21' },
  debs: { where: 'units and init scripts in the packages of Debian 12', when: '2026-11-21' },
  // What follows was read in copies of public pages and sources; they are of 2022 to 2026.
  alpineweb: { where: 'package pages of Alpine 3.20 to 3.23', when: '2026-11-21' },
  aports: { where: "Alpine's recipes (aports)", when: '2026-11-21' },
  archiso: { where: "package list of Arch's installation medium", when: '2026-11-21' },
  archweb: { where: 'package pages of archlinux.org', when: '2026-11-21' },
  factory: { where: 'sources of openSUSE Factory', when: '2026-11-21' },
  openela: { where: 'OpenELA sources of Enterprise Linux', when: '2026-11-21' },
}

/** `Debian 12 package index, 2026-11-21`. */
export const placeNote = (mark: string): string => {
  const place = Object.hasOwn(places, mark) ? places[mark] : undefined
  if (place === undefined) throw new Error(`'${mark}' is no place where names were looked up`)
  return `${place.where}, ${place.when}`
}

/** The same place for several names, as `checked` of an entry wants it. */
export const lookedUpIn = (mark: string, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, placeNote(mark)]))
