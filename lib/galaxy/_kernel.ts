import { allocate, type Arguments, call, release } from "../kernel/mod.ts";

/** Turns vectors `[count, 3]` in place: less an origin, times a matrix from the right. */
export function turn(vectors: Float64Array, origin: Float64Array, matrix: Float64Array): void {
  call("turn particles", (k, a) => k.galaxy_turn(vectors.length / 3, a.inout(vectors), a.in(origin), a.in(matrix)));
}

/** `Rz(gamma) Ry(beta) Rx(alpha)`, `[3, 3]`; angles in degrees. */
export function euler(alpha: number, beta: number, gamma: number): Float64Array {
  const matrix = new Float64Array(9);
  call("rotation", (k, a) => k.galaxy_euler(alpha, beta, gamma, a.out(matrix)));
  return matrix;
}

/** Number of the sums that `addMoments` makes; see `kernels/galaxy/src/moments.rs`. */
export function momentCount(): number {
  let count = 0;
  call("moments of stars", (k) => {
    count = k.galaxy_moment_count() >>> 0;
  });
  return count;
}

/** Adds sums over stars within `[center, velocity, radius]`. */
export function addMoments(
  coords: Float64Array,
  velocity: Float64Array,
  mass: Float64Array,
  within: Float64Array,
  sums: Float64Array,
): void {
  call("moments of stars", (k, a) => {
    k.galaxy_moments(mass.length, a.in(coords), a.in(velocity), a.in(mass), a.in(within), a.inout(sums));
  });
}

/** Writes velocities of near stars to `out`, `[3, count]`, and widens `bounds`; returns how many are near. */
export function nearVelocities(
  coords: Float64Array,
  velocity: Float64Array,
  center: Float64Array,
  radius: number,
  bounds: Float64Array,
  out: Float64Array,
): number {
  let near = 0;
  call("velocities of stars", (k, a) => {
    const [x, v, c] = [a.in(coords), a.in(velocity), a.in(center)];
    near = k.galaxy_near(coords.length / 3, x, v, c, radius, a.inout(bounds), a.out(out)) >>> 0;
  });
  return near;
}

/** Fills with distances from a center. */
export function radii(coords: Float64Array, center: Float64Array, out: Float64Array): void {
  call("distances of stars", (k, a) => k.galaxy_radii(out.length, a.in(coords), a.in(center), a.out(out)));
}

/** First digits, of 16 bits, of the key of a number: its two words, and how many digits are known. */
export interface Prefix {
  readonly high: number;
  readonly low: number;
  readonly digits: number;
}

const weightsAt = (a: Arguments, weights: Float64Array | undefined) => weights ? a.in(weights) : 0;

/** Adds the weights of values to the bins of the digit after a prefix. */
export function addHistogram(
  values: Float64Array,
  weights: Float64Array | undefined,
  { high, low, digits }: Prefix,
  bins: Float64Array,
): void {
  call("quantile", (k, a) => {
    k.galaxy_histogram(values.length, a.in(values), weightsAt(a, weights), high, low, digits, a.inout(bins));
  });
}

/** Values with a prefix, and their weights, gathered in the kernels' memory. */
export class Gathered implements Disposable {
  readonly #values: Float64Array;
  readonly #weights: Float64Array;
  #count = 0;

  /** Room for so many values. */
  constructor(capacity: number) {
    this.#values = allocate(Float64Array, capacity, "values of a quantile", { zero: false });
    this.#weights = allocate(Float64Array, capacity, "values of a quantile", { zero: false });
  }

  /** Adds those of a block. */
  add(values: Float64Array, weights: Float64Array | undefined, { high, low, digits }: Prefix): void {
    const capacity = this.#values.length;
    call("quantile", (k, a) => {
      const [from, by, to, beside] = [
        a.in(values),
        weightsAt(a, weights),
        a.inout(this.#values),
        a.inout(this.#weights),
      ];
      this.#count = k.galaxy_collect(values.length, from, by, high, low, digits, this.#count, capacity, to, beside) >>>
        0;
    });
  }

  /** Sum of all weights, and number of values. */
  totals(): [sum: number, count: number] {
    let sum = 0;
    for (let i = 0; i < this.#count; i++) sum += this.#weights[i];
    return [sum, this.#count];
  }

  /** Least values up to which weights sum to each of the ascending targets, beginning with `below`. */
  reach(below: number, targets: Float64Array): Float64Array {
    const out = new Float64Array(targets.length);
    call("quantile", (k, a) => {
      const [values, weights] = [a.in(this.#values), a.in(this.#weights)];
      k.galaxy_reach(this.#count, values, weights, below, a.in(targets), targets.length, a.out(out));
    });
    return out;
  }

  /** Gives the memory back. */
  [Symbol.dispose](): void {
    release(this.#values);
    release(this.#weights);
  }
}
