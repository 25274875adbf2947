/** Why an answer could not be read. */
export type Broken = 'ended' | 'timed-out' | 'too-much' | 'garbage'

export class BrokenAnswer extends Error {
  readonly why: Broken
  constructor(why: Broken, message: string) {
    super(message)
    this.name = 'BrokenAnswer'
    this.why = why
  }
}

const newline = 0x0a

/**
 * Reads bytes of a host under three limits: bytes of one line, bytes of one answer, and time without any byte. What
 * arrived beyond a line waits for the next one.
 */
export class HostReader {
  readonly #source: AsyncIterator<Uint8Array>
  #pending: Promise<IteratorResult<Uint8Array>> | undefined
  #chunks: Buffer[] = []
  #leftBytes = 0
  #idleMs = 0

  constructor(source: AsyncIterator<Uint8Array>) {
    this.#source = source
  }

  /** The limits from here on: at most `limitBytes` more, and never `idleMs` without a byte. */
  allow(limits: { readonly limitBytes: number; readonly idleMs: number }): void {
    this.#leftBytes = limits.limitBytes
    this.#idleMs = limits.idleMs
  }

  /** The next line without its newline. */
  async line(): Promise<Buffer> {
    for (let i = 0; ; ) {
      for (; i < this.#chunks.length; i++) {
        const at = this.#chunks[i]?.indexOf(newline) ?? -1
        if (at !== -1) return this.#take(i, at)
      }
      await this.#more()
    }
  }

  /** Reads until one of `marks` stands in what was read, and forgets all up to the end of its line. */
  async until(marks: readonly string[]): Promise<string> {
    for (;;) {
      const all = this.#joined()
      const found = marks.find((mark) => all.includes(mark))
      if (found !== undefined) {
        const rest = all.subarray(all.indexOf(found) + found.length)
        const end = rest.indexOf(newline)
        if (end !== -1 || found.endsWith(':prompt')) {
          this.#chunks = [rest.subarray(end + 1)]
          return found
        }
      }
      await this.#more()
    }
  }

  /** The beginning of what was read and not understood, for a message. */
  excerpt(): string {
    return this.#joined().subarray(0, 200).toString('latin1')
  }

  #joined(): Buffer {
    const all = Buffer.concat(this.#chunks)
    this.#chunks = [all]
    return all
  }

  #take(index: number, at: number): Buffer {
    const last = this.#chunks[index] ?? Buffer.alloc(0)
    const line = Buffer.concat([...this.#chunks.slice(0, index), last.subarray(0, at)])
    this.#chunks = [last.subarray(at + 1), ...this.#chunks.slice(index + 1)]
    return line
  }

  async #more(): Promise<void> {
    const next = await this.#next()
    if (next.done === true) throw new BrokenAnswer('ended', 'the connection ended')
    this.#leftBytes -= next.value.length
    if (this.#leftBytes < 0) throw new BrokenAnswer('too-much', 'the host sent more than it may')
    this.#chunks.push(Buffer.from(next.value))
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    this.#pending ??= this.#source.next()
    let timer: NodeJS.Timeout | undefined
    const idle = new Promise<'idle'>((resolve) => {
      timer = setTimeout(() => resolve('idle'), this.#idleMs)
    })
    try {
      const first = await Promise.race([this.#pending, idle])
      if (first === 'idle') throw new BrokenAnswer('timed-out', `nothing came for ${Math.round(this.#idleMs / 1000)} s`)
      this.#pending = undefined
      return first
    } finally {
      clearTimeout(timer)
    }
  }
}
