import type { Estimate } from "./_rule.ts";

/** A part of the range of integration. */
export interface Interval extends Estimate {
  a: number;
  b: number;
  /** Bisections that led to it. */
  level: number;
}

/** Intervals by falling error, with the place of the one that is to be bisected next: the first, or a later one. */
export class Intervals {
  #sorted: Interval[];
  #at = 0;

  /** Of equal errors the last comes first, as in QUADPACK. */
  constructor(first: Interval[]) {
    this.#sorted = first.toReversed().sort((p, q) => q.error - p.error);
  }

  /** Number of intervals. */
  get count(): number {
    return this.#sorted.length;
  }

  /** The interval to be bisected next. */
  get next(): Interval {
    return this.#sorted[this.#at];
  }

  /** The interval with the largest error. */
  get worst(): Interval {
    return this.#sorted[0];
  }

  /** Replaces the interval that is next by its halves, and moves on to the one that is now in its place. */
  split(halves: [Interval, Interval]): void {
    const [big, small] = halves[1].error > halves[0].error ? [halves[1], halves[0]] : halves;
    const sorted = this.#sorted;
    sorted.splice(this.#at, 1);
    let place = this.#at;
    // A half may have a larger error than the whole was thought to have.
    while (place > 0 && big.error > sorted[place - 1].error) place--;
    if (place < this.#at) this.#at = place;
    else while (place < sorted.length && big.error < sorted[place].error) place++;
    sorted.splice(place, 0, big);
    place++;
    while (place < sorted.length && small.error < sorted[place].error) place++;
    sorted.splice(place, 0, small);
  }

  /** Back to the interval with the largest error. */
  rewind(): void {
    this.#at = 0;
  }

  /** Moves on to the first interval below `level`, from the next on among the first `most`; false if there is none. */
  seek(level: number, most: number): boolean {
    for (; this.#at < Math.min(most, this.#sorted.length); this.#at++) {
      if (this.#sorted[this.#at].level < level) return true;
    }
    return false;
  }

  /** Leaves the interval with the largest error to later, if there is another. */
  skipWorst(): void {
    if (this.#sorted.length > 1) this.#at = 1;
  }

  /** Sum of the values, in the order of their errors. */
  sum(): number {
    return this.#sorted.reduce((sum, { value }) => sum + value, 0);
  }
}
