/**
 * Room for the lists and handles of one call after another. Its address is known: asking for the address of a fresh
 * array takes as long as a short message.
 */
export class Lists {
  #words: Int32Array<ArrayBuffer> = new Int32Array(0);
  #address = 0;
  #used = 0;
  /** Rooms that were too small for the lists of this call, whose beginning they hold. */
  #full: Int32Array<ArrayBuffer>[] = [];

  /** `addressOf` tells where an array lies; a handle takes `handleBytes`. */
  constructor(
    private readonly addressOf: (array: Int32Array<ArrayBuffer>) => number,
    private readonly handleBytes: 4 | 8,
  ) {}

  /** Forgets the lists of the last call. */
  clear(): void {
    this.#used = 0;
    this.#full = [];
  }

  /** Puts 32-bit numbers down, and returns their address. */
  ints(values: readonly number[]): number {
    const at = this.#take(values.length);
    for (let i = 0; i < values.length; i++) this.#words[at + i] = values[i];
    return this.#address + 4 * at;
  }

  /** Puts numbers below 2^53 down, in 64 bits each. */
  longs(values: readonly number[]): number {
    const at = this.#take(2 * values.length);
    for (let i = 0; i < values.length; i++) {
      this.#words[at + 2 * i] = values[i] % 2 ** 32 | 0;
      this.#words[at + 2 * i + 1] = Math.floor(values[i] / 2 ** 32);
    }
    return this.#address + 4 * at;
  }

  /** Puts handles down. */
  handles(values: readonly number[]): number {
    return this.handleBytes === 4 ? this.ints(values) : this.longs(values);
  }

  /** Place of so many words, at an address that suits 64 bits. */
  #take(words: number): number {
    if (this.#used + words > this.#words.length) {
      this.#full.push(this.#words);
      this.#words = new Int32Array(Math.max(1024, 2 * this.#words.length, words));
      this.#address = this.addressOf(this.#words);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += words + words % 2;
    return at;
  }
}
