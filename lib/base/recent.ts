/**
 * Values by key, of which those that were used last are kept.
 *
 * @example
 * ```ts
 * import { Recent } from "@cosmesh/cosmesh/base";
 * const squares = new Recent<number>(2);
 * squares.get("3", () => 9); // made
 * squares.get("3", () => 0); // 9, kept
 * ```
 */
export class Recent<T> {
  readonly #kept = new Map<string, T>();

  /**
   * Nothing kept yet.
   *
   * @param most [1] How many are kept.
   * @param free Called with one that is not kept any longer.
   */
  constructor(private readonly most: number, private readonly free: (value: T) => void = () => {}) {}

  /** The value of a key, made if it is not kept. */
  get(key: string, make: () => T): T {
    const value = this.#kept.has(key) ? this.#kept.get(key)! : make();
    this.#kept.delete(key);
    this.#kept.set(key, value);
    if (this.#kept.size > this.most) {
      const [oldest, old] = this.#kept.entries().next().value!;
      this.#kept.delete(oldest);
      this.free(old);
    }
    return value;
  }
}
