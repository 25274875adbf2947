/** A span of seconds in the largest unit that says enough: `90 s`, `12 min`, `5 h`, `3 days`. */
export const spanOf = (seconds: number): string => {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`
}

/** The first twelve digits of a commit. */
export const shortCommit = (commit: string | undefined, none: string): string => commit?.slice(0, 12) ?? none
