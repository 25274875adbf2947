/** A place where names were looked up, and the day. */
interface Place {
  readonly where: string
  readonly when: string
}

/** By the word that marks names in the tables. */
const places: Readonly<Record<string, Place>> = {
  bookworm: { where: 'Debian 12 package index', when: '2026-11-21' },
}

/** `Debian 12 package index, 2026-11-21`. */
export const placeNote = (mark: string): string | undefined => {
  const place = Object.hasOwn(places, mark) ? places[mark] : undefined
  return place === undefined ? undefined : `${place.where}, ${place.when}`
}
