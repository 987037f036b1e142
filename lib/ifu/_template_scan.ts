import { exp, log, NdArray, zeros } from "../array/mod.ts";
import { checkInteger, DomainError } from "../base/mod.ts";
import { columnsOf } from "./_free_parameters.ts";
import type { Population, Quantity, SpectraModel } from "./inverse.ts";

/** How a scan covers what a population may be. */
export interface ScanOptions {
  /** [1] Metallicities, equidistant in the logarithm over the range of the fit. Default 8. */
  metallicities?: number;
  /** [1] Ages, equidistant in the logarithm over the range of the fit. Default 16. */
  ages?: number;
  /** [km/s] Velocities. Default: -400 to 400 by 50, those within the range of the fit. */
  velocities?: readonly number[];
  /** [1] Most populations from which fits begin: those that no neighbour in metallicity and age suits better than. Default 3. */
  starts?: number;
}

/** `count` numbers from low to high, ends not included, with equal ratios. */
function between(low: number, high: number, count: number): number[] {
  using ends = log(new NdArray(Float64Array.of(low, high), [2], "float64"));
  const [a, b] = ends.data;
  const logs = Float64Array.from({ length: count }, (_, i) => a + (b - a) * (i + 0.5) / count);
  using values = exp(new NdArray(logs, [count], "float64"));
  return Array.from(values.data);
}

/** How well a row, times a mass, suits data: what it takes off the sum of squares. */
interface Match {
  row: number;
  mass: number;
  gain: number;
}

/** Spectra of a set of populations of 1 M_sun, to find those that suit data best; their masses by linear least squares. */
export class TemplateScan implements Disposable {
  readonly #held = new DisposableStack();
  /** `[metallicity][age]`, one after the other. */
  readonly #first: Population[];
  readonly #ages: number;
  readonly #starts: number;
  readonly #spectra: NdArray<"float64">;
  readonly #velocities: readonly number[];
  readonly #mass?: number;
  /** Spectra of one population at all velocities. */
  readonly #shifted = new Map<number, NdArray<"float64">>();

  constructor(
    readonly operation: string,
    readonly model: SpectraModel,
    ranges: Record<Quantity, readonly [number, number]>,
    fixed: Partial<Population>,
    { metallicities = 8, ages = 16, velocities = Array.from({ length: 17 }, (_, i) => 50 * (i - 8)), starts = 3 }:
      ScanOptions,
  ) {
    checkInteger(metallicities, "scan.metallicities", 1);
    checkInteger(ages, "scan.ages", 1);
    this.#starts = checkInteger(starts, "scan.starts", 1);
    this.#mass = fixed.mass;
    const [low, high] = ranges.velocity;
    this.#velocities = fixed.velocity !== undefined ? [fixed.velocity] : velocities.filter((v) => v > low && v < high);
    const values = (quantity: "metallicity" | "age", count: number) =>
      fixed[quantity] !== undefined ? [fixed[quantity]] : this.#between(quantity, ranges[quantity], count);
    const eras = values("age", ages);
    this.#ages = eras.length;
    // The velocity in the middle of those that are looked at first.
    const velocity = this.#velocities[this.#velocities.length >> 1] ?? (low + high) / 2;
    this.#first = values("metallicity", metallicities).flatMap((metallicity) =>
      eras.map((age) => ({ mass: 1, metallicity, age, velocity }))
    );
    this.#spectra = this.#make(this.#first);
  }

  #between(quantity: Quantity, [low, high]: readonly [number, number], count: number): number[] {
    if (low > 0 && high < Infinity) return between(low, high, count);
    const rule = `a finite range of ${quantity} above 0`;
    const got = `${low} to ${high}; give bounds, or populations to begin with`;
    throw new DomainError(`Cannot ${this.operation}: a scan needs ${rule}, got ${got}`, rule, got);
  }

  #make(populations: readonly Population[]): NdArray<"float64"> {
    const { spectra } = this.model.evaluate(columnsOf(populations));
    const kept = this.#held.use(zeros(spectra.shape, "float64"));
    kept.data.set(spectra.data);
    return kept;
  }

  #matches(spectra: NdArray<"float64">, data: ArrayLike<number>, weights: ArrayLike<number>): Match[] {
    const [rows, pixels] = spectra.shape;
    return Array.from({ length: rows }, (_, row) => {
      let [both, own] = [0, 0];
      for (let i = 0, at = row * pixels; i < pixels; i++, at++) {
        if (weights[i] === 0) continue;
        const weighted = weights[i] * spectra.data[at];
        both += weighted * data[i];
        own += weighted * spectra.data[at];
      }
      const mass = this.#mass ?? (both > 0 && own > 0 ? both / own : 0);
      return { row, mass, gain: mass * (2 * both - mass * own) };
    });
  }

  /** Populations that suit data better than their neighbours, the best one first; none if there is no light. */
  best(data: ArrayLike<number>, weights: ArrayLike<number>): Population[] {
    const matches = this.#matches(this.#spectra, data, weights);
    const near = (row: number) => {
      const [z, a] = [Math.floor(row / this.#ages), row % this.#ages];
      return [[-1, 0], [1, 0], [0, -1], [0, 1], [-1, -1], [-1, 1], [1, -1], [1, 1]]
        .filter(([, j]) => a + j >= 0 && a + j < this.#ages)
        .map(([i, j]) => matches[(z + i) * this.#ages + a + j]);
    };
    return matches
      .filter(({ row, mass, gain }) => mass > 0 && near(row).every((other) => !(other?.gain > gain)))
      .sort((a, b) => b.gain - a.gain || a.row - b.row)
      .slice(0, this.#starts)
      .map((match) => this.#moved(match, data, weights));
  }

  /** The population of a row at the velocity that suits data best. */
  #moved({ row, mass }: Match, data: ArrayLike<number>, weights: ArrayLike<number>): Population {
    const found = { ...this.#first[row], mass };
    if (this.#velocities.length < 2) return found;
    let spectra = this.#shifted.get(row);
    if (!spectra) {
      spectra = this.#make(this.#velocities.map((velocity) => ({ ...found, mass: 1, velocity })));
      this.#shifted.set(row, spectra);
    }
    const best = this.#matches(spectra, data, weights).reduce((a, b) => b.gain > a.gain ? b : a);
    return best.mass > 0 ? { ...found, mass: best.mass, velocity: this.#velocities[best.row] } : found;
  }

  /** Gives the memory back. */
  [Symbol.dispose](): void {
    this.#held.dispose();
  }
}
