import { empty, type Field, stats } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import { together } from "../mpi/mod.ts";
import { DistributedField, distributedMoments } from "../decomposition/mod.ts";
import { fillOverdensity } from "./_kernel.ts";

/**
 * Counts or a density to overdensity, n / mean - 1.
 *
 * @param counts Field of counts or density with a mean above 0; a field in parts on all its ranks, with the mean of
 * `distributedMoments`.
 * @returns [1] Overdensity, a new field, in parts if the counts are.
 * @throws {DomainError} if the mean is not a finite number above 0.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { overdensity, paintNgp } from "@cosmesh/cosmesh/paint";
 *
 * await ready();
 * const counts = paintNgp(fromData([0, 0, 0], [1, 3], "float32"), { cells: 2, boxSize: 10 });
 * console.log(overdensity(counts).array.data[0]); // 1 / (1 / 8) - 1 = 7
 * ```
 */
export function overdensity(counts: DistributedField): DistributedField;
/** As above, of a whole field. */
export function overdensity(counts: Field): Field;
export function overdensity(counts: Field | DistributedField): Field | DistributedField {
  if (!(counts instanceof DistributedField)) {
    return counts.with({ array: relative(counts.array, stats(counts.array).mean), quantity: "overdensity", unit: "1" });
  }
  const { mean } = distributedMoments(counts);
  const array = together(counts.comm, () => relative(counts.array, mean));
  return counts.with({ array, quantity: "overdensity", unit: "1" });
}

function relative(values: Field["array"], mean: number): Field["array"] {
  if (!(mean > 0 && mean < Infinity)) {
    const rule = "a finite mean above 0";
    throw new DomainError(`Cannot make an overdensity: the field must have ${rule}, got ${mean}`, rule, String(mean));
  }
  const array = empty(values.shape, values.dtype) as Field["array"];
  fillOverdensity(values, mean, array);
  return array;
}
