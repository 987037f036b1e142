import { exp, log, NdArray } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import { type Population, QUANTITIES, type Quantity, type Ranges } from "./inverse.ts";
import type { StarParameters } from "./star_spectra.ts";

/** [km/s] Velocities are fitted in this unit, so that all parameters are about 1. */
const VELOCITY_UNIT = 100;
/** [km/s] Default range of velocities. */
const VELOCITIES = [-1000, 1000] as const;

/** A parameter to be found. */
export interface FreeParameter {
  /** [1] Which population, from 0. */
  population: number;
  /** What of it. */
  quantity: Quantity;
}

function fail(operation: string, rule: string, actual: string): never {
  throw new DomainError(`Cannot ${operation}: ${rule}, got ${actual}`, rule, actual);
}

/** Natural logarithms or exponentials, the same on each machine. */
function each(f: typeof exp | typeof log, values: ArrayLike<number>): Float64Array {
  using result = f(new NdArray(Float64Array.from(values), [values.length], "float64"));
  return result.data.slice() as Float64Array;
}

/** StarParameters by blocks: quantities that are free and their range; in logarithms but for velocities. */
export class FreeParameters {
  /** In the order of the parameters: populations, and quantities of each. */
  readonly list: readonly FreeParameter[];
  /** Ends of the ranges of the parameters, as they are fitted. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly ranges: Record<Quantity, readonly [number, number]>;

  constructor(
    readonly operation: string,
    free: readonly (readonly Quantity[])[],
    model: Ranges,
    bounds: Ranges = {},
  ) {
    this.list = free.flatMap((quantities, population) =>
      QUANTITIES.filter((q) => quantities.includes(q)).map((quantity) => ({ population, quantity }))
    );
    if (this.list.length === 0) fail(operation, "there must be a free parameter", "none");
    const defaults = {
      mass: [0, Infinity],
      metallicity: [0, Infinity],
      age: [0, Infinity],
      velocity: VELOCITIES,
    } as const;
    this.ranges = { ...defaults, ...model, ...bounds };
    for (const quantity of QUANTITIES) {
      const [low, high] = this.ranges[quantity];
      if (!(low < high)) fail(operation, `bounds of ${quantity} must be in order`, `${low} and ${high}`);
      if (quantity !== "velocity" && !(low >= 0)) {
        fail(operation, `bounds of ${quantity} must not be below 0`, `${low}`);
      }
    }
    const ends = [0, 1].map((end) => this.#inner(this.list.map(({ quantity }) => this.ranges[quantity][end])));
    [this.lower, this.upper] = ends;
  }

  /** [1] */
  get count(): number {
    return this.list.length;
  }

  #inner(values: readonly number[]): Float64Array {
    const logs = each(log, values.map(Math.abs));
    return logs.map((v, k) => this.list[k].quantity === "velocity" ? values[k] / VELOCITY_UNIT : v);
  }

  /** The population, within the ranges. */
  within(population: Population): Population {
    const inside = { ...population };
    for (const { quantity } of this.list) {
      const [low, high] = this.ranges[quantity];
      inside[quantity] = Math.min(high, Math.max(low, inside[quantity]));
    }
    return inside;
  }

  /** Parameters, as they are fitted, of populations. */
  pack(populations: StarParameters): Float64Array {
    const values = this.list.map(({ population, quantity }) => populations[quantity][population]);
    values.forEach((value, k) => {
      const { population, quantity } = this.list[k];
      const [low, high] = this.ranges[quantity];
      const positive = quantity === "velocity" || value > 0;
      if (value >= low && value <= high && positive && Number.isFinite(value)) return;
      const where = `${quantity} of population ${population} must begin between ${low} and ${high}`;
      fail(this.operation, where, String(value));
    });
    // A start on a bound stays on it.
    return this.#inner(values).map((v, k) => Math.min(this.upper[k], Math.max(this.lower[k], v)));
  }

  /** Fills the free quantities of populations, and `slopes` with their derivatives by the parameters. */
  unpack(x: ArrayLike<number>, populations: StarParameters, slopes?: Float64Array): void {
    const values = each(exp, Float64Array.from(x, (v, k) => this.list[k].quantity === "velocity" ? 0 : v));
    this.list.forEach(({ population, quantity }, k) => {
      const [low, high] = this.ranges[quantity];
      const value = quantity === "velocity" ? x[k] * VELOCITY_UNIT : values[k];
      populations[quantity][population] = Math.min(high, Math.max(low, value));
      if (slopes) slopes[k] = quantity === "velocity" ? VELOCITY_UNIT : value;
    });
  }
}

/** Arrays of populations. */
export function columnsOf(populations: readonly Population[]): StarParameters {
  const column = (quantity: Quantity) => Float64Array.from(populations, (p) => p[quantity]);
  return {
    mass: column("mass"),
    metallicity: column("metallicity"),
    age: column("age"),
    velocity: column("velocity"),
  };
}

/** A population of arrays. */
export function populationAt(populations: StarParameters, i: number): Population {
  const { mass, metallicity, age, velocity } = populations;
  return { mass: mass[i], metallicity: metallicity[i], age: age[i], velocity: velocity[i] };
}
