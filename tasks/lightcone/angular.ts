/**
 * Angular power of maps of the sphere.
 *
 * @module
 */
import type { SphericalField } from "../../lib/fields/mod.ts";
import { type Alm, almIndex, map2alm } from "../../lib/sphere/mod.ts";
import type { Plan } from "./config.ts";
import type { AngularResult } from "./measure.ts";

/** [sr] Power of as many points as there are particles in each shell, 4 pi/N; painting smooths it away on small scales. */
export function shotNoise(density: SphericalField): number[] {
  using counts = density.to("counts");
  return counts.shellStats().map(({ sum }) => 4 * Math.PI / sum);
}

/** Mean of |a_lm|^2 over m, for l from 1 on. */
function powerOf({ data }: Alm, lmax: number): Float64Array {
  return Float64Array.from({ length: lmax }, (_, i) => {
    const l = i + 1;
    let sum = 0;
    for (let m = 0; m <= l; m++) {
      const at = 2 * almIndex(lmax, l, m);
      sum += (m === 0 ? 1 : 2) * (data[at] * data[at] + data[at + 1] * data[at + 1]);
    }
    return sum / (2 * l + 1);
  });
}

/** C(l) of each map of a stack, from l = 1 on. */
export function angularPower(
  plan: Plan,
  kind: AngularResult["kind"],
  maps: SphericalField,
  noise?: readonly number[],
): AngularResult[] {
  const lmax = plan.analysis.l_max ?? 2 * maps.nside;
  const { sourceRedshifts } = maps.meta;
  return [...maps].map((map, i) => {
    using alm = map2alm(map.array, { lmax });
    const z = sourceRedshifts ? sourceRedshifts[i] : maps.redshifts![i];
    return {
      kind,
      label: `${sourceRedshifts ? "sources at " : ""}z = ${z.toFixed(3)}`,
      l: Float64Array.from({ length: lmax }, (_, l) => l + 1),
      power: powerOf(alm, lmax),
      std: map.std(),
      ...(noise ? { noise: noise[i] } : {}),
    };
  });
}
