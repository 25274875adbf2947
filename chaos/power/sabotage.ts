/** A runtime whose syncs do nothing. Never shipped: it only shows that cuts can find something. */
export const withoutSyncs = (runtime: string): string => `sync() { :; }\n${runtime}`
