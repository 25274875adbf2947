/** The last bytes of a stream that may be endless. */
export class Tail {
  readonly #limitBytes: number
  #chunks: Buffer[] = []
  #sizeBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(Buffer.from(chunk))
    this.#sizeBytes += chunk.length
    if (this.#sizeBytes > this.#limitBytes * 2) this.#cut()
  }

  get text(): string {
    this.#cut()
    return Buffer.concat(this.#chunks).toString('utf8')
  }

  #cut(): void {
    const all = Buffer.concat(this.#chunks)
    const kept = all.subarray(Math.max(0, all.length - this.#limitBytes))
    this.#chunks = [kept]
    this.#sizeBytes = kept.length
  }
}
