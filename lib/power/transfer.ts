import { DomainError } from "../base/mod.ts";
import type { AnyField } from "./_fields.ts";
import type { PowerOptions, PowerSpectrum } from "./half_spectra.ts";
import { crossPower, powerSpectrum } from "./spectrum.ts";

/** How two fields compare, in bins of wavenumber. */
export interface FieldComparison {
  /** [h/Mpc] Mean wavenumber of each bin's modes; NaN without modes. */
  readonly kMean: Float64Array;
  /** [1] sqrt(P_b/P_a): the size of the second field relative to the first. */
  readonly transfer: Float64Array;
  /** [1] P_ab/sqrt(P_a P_b): 1 for fields with the same phases, 0 for independent ones. */
  readonly coherence: Float64Array;
  /** [1] Modes of each bin. */
  readonly modes: Float64Array;
}

/** Powers from which `comparePowers` makes its ratios. */
export interface PowerTriple {
  /** Power of the first field. */
  readonly first: PowerSpectrum;
  /** Power of the second one. */
  readonly second: PowerSpectrum;
  /** Their cross power. */
  readonly cross: PowerSpectrum;
}

/**
 * Transfer function and coherence from powers in the same bins. Bins without modes or with power that is not above 0 hold NaN.
 *
 * @param powers Powers of two fields and their cross power.
 * @returns Ratios.
 * @throws {DomainError} if the bins differ.
 */
export function comparePowers({ first, second, cross }: PowerTriple): FieldComparison {
  const { edges, kMean, modes, power } = first;
  for (const one of [second, cross]) {
    if (one.edges.length === edges.length && one.edges.every((e, i) => e === edges[i])) continue;
    const rule = "all powers must have the same bins";
    throw new DomainError(`Cannot compare powers: ${rule}`, `[${edges}]`, `[${one.edges}]`);
  }
  const ratio = (i: number, value: number) => power[i] > 0 && second.power[i] > 0 ? value : NaN;
  return {
    kMean,
    modes,
    transfer: power.map((p, i) => ratio(i, Math.sqrt(second.power[i] / p))),
    coherence: power.map((p, i) => ratio(i, cross.power[i] / (Math.sqrt(p) * Math.sqrt(second.power[i])))),
  };
}

/**
 * Transfer function sqrt(P_b/P_a) and coherence P_ab/sqrt(P_a P_b) of two fields on one mesh, from `powerSpectrum` and
 * `crossPower`.
 *
 * @param a The first field, for example the true one.
 * @param b The second one.
 * @param options As for `powerSpectrum`; shot noise is subtracted from the two powers, not from the cross power.
 * @returns Ratios in bins of wavenumber.
 * @throws {DomainError} if meshes or boxes differ, for counts or densities, and for bad bins.
 * @example A field against twice itself: transfer 2, coherence 1
 * ```ts
 * import { Field, NdArray } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { compareFields } from "@cosmesh/cosmesh/power";
 * import { randomNormal } from "@cosmesh/cosmesh/rng";
 *
 * await ready();
 * const values = randomNormal(512, { key: 1 });
 * const field = (data: Float64Array) =>
 *   new Field({ array: new NdArray(data, [8, 8, 8], "float64"), boxSize: 10, quantity: "overdensity", unit: "1" });
 * const { transfer, coherence } = compareFields(field(values), field(values.map((v) => 2 * v)), { bins: [1, 2] });
 * console.log(transfer[0], coherence[0]); // 2, 1
 * ```
 */
export function compareFields(a: AnyField, b: AnyField, options: PowerOptions = {}): FieldComparison {
  const [first, second] = [powerSpectrum(a, options), powerSpectrum(b, options)];
  return comparePowers({ first, second, cross: crossPower(a, b, { ...options, shotNoise: 0 }) });
}
