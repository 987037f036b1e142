import { type NdArray, sizeOf } from "../array/mod.ts";
import { reducePart } from "./_kernel.ts";
import type { ReductionName } from "./reduce.ts";

/** Results of several chunks, joined one after the other. */
export class Joined {
  readonly #name: ReductionName;
  /** Result of the chunk that is being taken. */
  readonly #part: Float64Array;
  /** Sum, extreme, or mean of all chunks so far. */
  readonly #value: Float64Array;
  /** What was rounded away from sums, or the sum of squared deviations. */
  readonly #rest: Float64Array;
  #taken = 0;

  /** Joins chunks of `results` results each. */
  constructor(name: ReductionName, results: number) {
    this.#name = name;
    this.#part = new Float64Array(results);
    this.#value = new Float64Array(results);
    this.#rest = new Float64Array(results);
    if (name === "min") this.#value.fill(Infinity);
    if (name === "max") this.#value.fill(-Infinity);
  }

  /** Takes a chunk; its axes `gone` vanish. */
  take(chunk: NdArray, gone: readonly number[]): void {
    const [part, value, rest] = [this.#part, this.#value, this.#rest];
    switch (this.#name) {
      case "min":
      case "max": {
        reducePart(this.#name, chunk, gone, part);
        const sign = this.#name === "min" ? 1 : -1;
        for (let i = 0; i < part.length; i++) {
          if (sign * part[i] < sign * value[i] || Number.isNaN(part[i])) value[i] = part[i];
        }
        break;
      }
      case "sum":
      case "mean":
        reducePart("sum", chunk, gone, part);
        for (let i = 0; i < part.length; i++) {
          // Neumaier's sum: the larger of the two keeps its digits.
          const sum = value[i] + part[i];
          rest[i] += Math.abs(value[i]) >= Math.abs(part[i]) ? value[i] - sum + part[i] : part[i] - sum + value[i];
          value[i] = sum;
        }
        break;
      default:
        this.#spread(chunk, gone);
    }
  }

  /** Joins means and squared deviations as Chan, Golub and LeVeque (1983). */
  #spread(chunk: NdArray, gone: readonly number[]): void {
    const [mean, squares] = [this.#value, this.#rest];
    const n = sizeOf(gone.map((axis) => chunk.shape[axis]));
    const means = this.#part;
    reducePart("sum", chunk, gone, means);
    for (let i = 0; i < means.length; i++) means[i] /= n;
    const deviations = new Float64Array(means.length);
    reducePart("squares", chunk, gone, deviations, means);
    const all = this.#taken + n;
    for (let i = 0; i < means.length; i++) {
      const delta = means[i] - mean[i];
      squares[i] += deviations[i] + delta * delta * (this.#taken * n / all);
      mean[i] += delta * (n / all);
    }
    this.#taken = all;
  }

  /** The results, of `each` elements. */
  finish(each: number, ddof: number): Float64Array {
    const [name, value, rest] = [this.#name, this.#value, this.#rest];
    if (name === "min" || name === "max") return value;
    // What was rounded away from an infinite sum is not a number.
    if (name === "sum") return value.map((sum, i) => Number.isFinite(sum) ? sum + rest[i] : sum);
    if (name === "mean") return value.map((sum, i) => (Number.isFinite(sum) ? sum + rest[i] : sum) / each);
    const n = each - ddof;
    const variance = (squares: number) => n > 0 ? squares / n : squares / 0;
    return rest.map((squares) => name === "std" ? Math.sqrt(variance(squares)) : variance(squares));
  }
}
