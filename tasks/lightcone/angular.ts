/**
 * Angular power of maps, and convergence with what theory expects of it.
 *
 * @module
 */
import { FlatField, type SphericalField } from "../../lib/fields/mod.ts";
import { angularPower, born, sourcePlane } from "../../lib/lensing/mod.ts";
import { flatAngularPower, type FlatMap } from "../../lib/power/mod.ts";
import { anafast } from "../../lib/sphere/mod.ts";
import { inKeys, type Plan } from "./config.ts";
import { powerOf } from "./initial.ts";
import type { AngularResult } from "./measure.ts";

/** [sr] Power of as many points as there are particles in each shell, 4 pi/N; painting smooths it away on small scales. */
export function shotNoise(density: SphericalField): number[] {
  using counts = density.to("counts");
  return counts.shellStats().map(({ sum }) => 4 * Math.PI / sum);
}

/** C(l) of each map of a stack, from l = 1 on; on the sphere for each l, of a field of view in bins. */
export function powerOfMaps(
  { analysis: { l_max, field_size: fieldSize } }: Plan,
  kind: AngularResult["kind"],
  maps: SphericalField | FlatField,
  noise?: readonly number[],
): AngularResult[] {
  const { sourceRedshifts } = maps.meta;
  return [...maps].map((map, i) => {
    const z = sourceRedshifts ? sourceRedshifts[i] : maps.redshifts![i];
    return {
      ...{ kind, z, label: `${sourceRedshifts ? "sources at " : ""}z = ${z.toFixed(3)}`, std: map.std() },
      ...(map instanceof FlatField ? flatPower(map, fieldSize, l_max) : spherePower(map, l_max)),
      ...(noise ? { noise: noise[i] } : {}),
    };
  });
}

function spherePower({ array, nside }: SphericalField, lMax: number | null) {
  const lmax = lMax ?? 2 * nside;
  return { l: Float64Array.from({ length: lmax }, (_, i) => i + 1), power: anafast(array, { lmax }).subarray(1) };
}

function flatPower({ array, pixels }: FlatField, fieldSize: readonly [number, number], lMax: number | null) {
  const nyquist = Math.PI * Math.min(...pixels.map((n, i) => n / fieldSize[i])) * 180 / Math.PI;
  const lowest = 360 / Math.min(...fieldSize);
  // Half way between multiples of the lowest frequency, where no mode of a square field lies.
  const bins = Math.max(1, Math.floor(Math.min(lMax ?? nyquist, nyquist) / lowest));
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => lowest * (i + 0.5));
  const { l, power } = flatAngularPower(array as FlatMap, { fieldSize, edges });
  return { l, power };
}

/** Convergence of the sources that a configuration names, behind a stack of shells. */
export function convergenceOf(plan: Plan, shells: SphericalField | FlatField): SphericalField | FlatField {
  const { source, universe: cosmology, analysis: { source_redshifts: sources, field_size: fieldSize } } = plan;
  const field = shells instanceof FlatField ? { fieldSize } : {};
  return inKeys(source, "lensing", () => born(shells, { cosmology, sources, ...field }));
}

/** The same results with Limber's power, halofit of all matter in front of the sources, at their multipoles. */
export async function withTheory(plan: Plan, results: readonly AngularResult[]): Promise<AngularResult[]> {
  const linear = await powerOf(plan);
  return results.map((result) => {
    const probe = { kind: "lensing", sources: sourcePlane(result.z) } as const;
    return { ...result, theory: angularPower(linear, result.l.map((l) => l > 0 ? l : 1), [probe]).power[0] };
  });
}
