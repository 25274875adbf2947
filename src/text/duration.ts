const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `500ms`, `30s`, `2m`, `1h`, `1d` → milliseconds; undefined when it is none of these. */
export const parseDurationMs = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text)
  const factor = unitMs[match?.[2] ?? '']
  const ms = factor === undefined ? Number.NaN : Number(match?.[1]) * factor
  return Number.isFinite(ms) && ms > 0 && ms < 2 ** 31 ? Math.round(ms) : undefined
}
