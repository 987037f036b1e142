import { type Moments, moments, type NdArray } from "../array/mod.ts";
import { type DistributedField, redistributeField, slabsOf } from "./distributed_field.ts";

/** Numbers that are kept of a plane. */
const NUMBERS = 7;

/**
 * One-point moments of a field in parts, on all ranks: as `moments`. Collective.
 *
 * Each plane of x is summed by itself, and planes are combined in their order, so that results are the same bits for any
 * number of ranks and any decomposition; those of `moments` on the whole field differ by rounding (1e-15 of the mean
 * and the standard deviation). A field that is not divided into slabs along x is redistributed for it, which needs room
 * for one more part.
 *
 * @param field Field in parts.
 * @returns Moments of the whole mesh.
 * @throws {MemoryError} without room; {CommError} where another rank failed.
 * @example The mean over all ranks
 * ```ts
 * import { Field, fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { distributedMoments, scatterField } from "@cosmesh/cosmesh/decomposition";
 * await ready();
 * const array = fromData([0, 1, 2, 3, 4, 5, 6, 7], [2, 2, 2], "float32");
 * const field = new Field({ array, boxSize: 1, quantity: "other", unit: "1" });
 * console.log(distributedMoments(scatterField(selfComm(), field)).mean); // 3.5
 * ```
 */
export function distributedMoments(field: DistributedField): Moments {
  const { comm, cells, decomposition: { grid } } = field;
  const planes = allPlanes(
    grid[1] * grid[2] === 1 ? field : redistributeField(field, slabsOf(comm, field.decomposition.shape)),
    field,
  );
  const [each, n] = [cells ** 2, cells ** 3];
  const column = (i: number) => planes.filter((_, at) => at % NUMBERS === i);
  const [sums, m2, m3, m4, least, most, bad] = Array.from({ length: NUMBERS }, (_, i) => column(i));
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  const sum = total(sums);
  const mean = sum / n;
  // Powers of deviations from the mean of all, from those about the mean of each plane.
  const shift = sums.map((s) => s / each - mean);
  const second = total(m2.map((v, i) => v + each * shift[i] ** 2));
  const third = total(m3.map((v, i) => v + 3 * shift[i] * m2[i] + each * shift[i] ** 3));
  const fourth = total(
    m4.map((v, i) => v + 4 * shift[i] * m3[i] + 6 * shift[i] ** 2 * m2[i] + each * shift[i] ** 4),
  );
  const [min, max] = [
    least.reduce((a, b) => Math.min(a, b), Infinity),
    most.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  // Deviations of equal values are the rounding of their mean.
  const alike = min === max;
  const variance = alike ? 0 : second / n;
  const std = Math.sqrt(variance);
  return {
    ...{ sum, mean, std, min, max, nonFinite: total(bad), variance },
    skewness: alike ? NaN : third / n / (variance * std),
    kurtosis: alike ? NaN : fourth / n / variance ** 2 - 3,
  };
}

/** Numbers of all planes `[n, 7]`: sum, sums of powers 2 to 4 of deviations from the plane's mean, extremes, not finite. */
function allPlanes(slabs: DistributedField, field: DistributedField): Float64Array {
  const { comm, cells, decomposition } = slabs;
  try {
    const array = slabs.array as NdArray<"float64">;
    const own = new Float64Array(NUMBERS * array.shape[0]);
    for (let plane = 0; plane < array.shape[0]; plane++) {
      const { sum, variance, std, skewness, kurtosis, min, max, nonFinite } = moments(array.at(plane));
      const n = cells ** 2;
      const flat = min === max;
      own.set([sum, flat ? 0 : variance * n], NUMBERS * plane);
      own.set(flat ? [0, 0] : [skewness * variance * std * n, (kurtosis + 3) * variance ** 2 * n], NUMBERS * plane + 2);
      own.set([min, max, nonFinite], NUMBERS * plane + 4);
    }
    const counts = Array.from({ length: comm.size }, (_, rank) => NUMBERS * decomposition.box(rank).shape[0]);
    return comm.allgatherv(own, { counts });
  } finally {
    if (slabs !== field) slabs.array.dispose();
  }
}
