/** Content by name, lazy: 100 MB is never in memory at once. */
export interface Blob {
  /** Lower-case SHA-256 in hex, or `sealed:DIGEST@ID` for text that holds secrets (the digest is of the unfilled text). */
  readonly name: string
  readonly sizeBytes: number
  open(): AsyncIterable<Uint8Array>
}
