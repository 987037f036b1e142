import { exp, log, NdArray, zeros } from "../array/mod.ts";
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
}

/** `count` numbers from low to high, ends not included, with equal ratios. */
function between(low: number, high: number, count: number): number[] {
  using ends = log(new NdArray(Float64Array.of(low, high), [2], "float64"));
  const [a, b] = ends.data;
  const logs = Float64Array.from({ length: count }, (_, i) => a + (b - a) * (i + 0.5) / count);
  using values = exp(new NdArray(logs, [count], "float64"));
  return Array.from(values.data);
}

/** Spectra of a set of populations of 1 M_sun, to find the one that suits data best; its mass by linear least squares. */
export class TemplateScan implements Disposable {
  readonly #held = new DisposableStack();
  readonly #first: Population[];
  readonly #spectra: NdArray<"float64">;
  readonly #velocities: readonly number[];
  /** Spectra of one population at all velocities. */
  readonly #shifted = new Map<number, NdArray<"float64">>();

  constructor(
    readonly model: SpectraModel,
    ranges: Record<Quantity, readonly [number, number]>,
    fixed: Partial<Population>,
    { metallicities = 8, ages = 16, velocities = Array.from({ length: 17 }, (_, i) => 50 * (i - 8)) }: ScanOptions,
  ) {
    const [low, high] = ranges.velocity;
    this.#velocities = fixed.velocity !== undefined ? [fixed.velocity] : velocities.filter((v) => v > low && v < high);
    const values = (quantity: "metallicity" | "age", count: number) =>
      fixed[quantity] !== undefined ? [fixed[quantity]] : between(...ranges[quantity], count);
    // The velocity in the middle of those that are looked at first.
    const velocity = this.#velocities[this.#velocities.length >> 1] ?? (low + high) / 2;
    this.#first = values("metallicity", metallicities).flatMap((metallicity) =>
      values("age", ages).map((age) => ({ mass: 1, metallicity, age, velocity }))
    );
    this.#spectra = this.#make(this.#first);
  }

  #make(populations: readonly Population[]): NdArray<"float64"> {
    const { spectra } = this.model.evaluate(columnsOf(populations));
    const kept = this.#held.use(zeros(spectra.shape, "float64"));
    kept.data.set(spectra.data);
    return kept;
  }

  /** Index of the row, times a mass, that is nearest to data, and that mass; -1 if none is better than nothing. */
  #nearest(
    spectra: NdArray<"float64">,
    data: ArrayLike<number>,
    weights: ArrayLike<number>,
  ): { row: number; mass: number } {
    const [rows, pixels] = spectra.shape;
    let [best, row, mass] = [0, -1, 0];
    for (let k = 0; k < rows; k++) {
      let [with_, own] = [0, 0];
      for (let i = 0, at = k * pixels; i < pixels; i++, at++) {
        const weighted = weights[i] * spectra.data[at];
        if (weights[i] === 0) continue;
        with_ += weighted * data[i];
        own += weighted * spectra.data[at];
      }
      const gain = with_ > 0 && own > 0 ? with_ * with_ / own : 0;
      if (gain > best) [best, row, mass] = [gain, k, with_ / own];
    }
    return { row, mass };
  }

  /** The population nearest to data; nothing if there is no light. */
  best(data: ArrayLike<number>, weights: ArrayLike<number>): Population | undefined {
    const { row, mass } = this.#nearest(this.#spectra, data, weights);
    if (row < 0) return undefined;
    const found = { ...this.#first[row], mass };
    if (this.#velocities.length < 2) return found;
    let spectra = this.#shifted.get(row);
    if (!spectra) {
      spectra = this.#make(this.#velocities.map((velocity) => ({ ...found, mass: 1, velocity })));
      this.#shifted.set(row, spectra);
    }
    const shift = this.#nearest(spectra, data, weights);
    return shift.row < 0 ? found : { ...found, mass: shift.mass, velocity: this.#velocities[shift.row] };
  }

  /** Gives the memory back. */
  [Symbol.dispose](): void {
    this.#held.dispose();
  }
}
