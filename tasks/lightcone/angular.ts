/**
 * Angular power of maps, and what theory expects of convergence.
 *
 * @module
 */
import { FlatField, type SphericalField } from "../../lib/fields/mod.ts";
import { angularPower } from "../../lib/lensing/mod.ts";
import { flatAngularPower, type FlatMap } from "../../lib/power/mod.ts";
import { alm2cl, anafast, map2almSpin } from "../../lib/sphere/mod.ts";
import type { Plan } from "./config.ts";
import type { ShearMaps } from "./convergence.ts";
import { powerOf } from "./initial.ts";
import type { AngularResult } from "./measure.ts";
import { sourcesOf } from "./sources.ts";

/** [sr] Power of as many points as there are particles in each shell, their area over N; painting smooths it away on small scales. */
export function shotNoise(density: SphericalField | FlatField): number[] {
  using counts = density.to("counts");
  return counts.shellStats().map(({ sum }, i) => {
    if (!(density instanceof FlatField)) return 4 * Math.PI / sum;
    const [x, y] = slabDegrees(density, i);
    return x * y * (Math.PI / 180) ** 2 / sum;
  });
}

/** [deg] Sides of a slab as if all of it were at the distance of its middle, so that l is k times this distance. */
function slabDegrees({ meta: { boxSize: [lx, ly], centers } }: FlatField, index: number): readonly [number, number] {
  const degrees = 180 / Math.PI / centers![index];
  return [lx * degrees, ly * degrees];
}

/** C(l) of each overdensity of a stack of shells, from l = 1 on; on the sphere for each l, of slabs in bins. */
export function powerOfShells(
  { analysis: { l_max } }: Plan,
  shells: SphericalField | FlatField,
  noise: readonly number[],
): AngularResult[] {
  return [...shells].map((map, i) => {
    const z = shells.redshifts![i];
    return {
      ...{ kind: map instanceof FlatField ? "flat" : "spherical", z, label: `z = ${z.toFixed(3)}`, std: map.std() },
      ...(map instanceof FlatField ? flatPower(map, slabDegrees(map, 0), l_max) : spherePower(map, l_max)),
      noise: noise[i],
    };
  });
}

/** The same of convergence maps, with Limber's power, halofit of all matter in front of the sources. */
export async function powerOfConvergence(plan: Plan, kappa: SphericalField | FlatField): Promise<AngularResult[]> {
  const { analysis: { l_max, field_size } } = plan;
  const sources = sourcesOf(plan);
  const linear = await powerOf(plan);
  return [...kappa].map((map, i) => {
    const spectrum = map instanceof FlatField ? flatPower(map, field_size, l_max) : spherePower(map, l_max);
    const probe = { kind: "lensing", sources: sources[i].sources } as const;
    return {
      ...{ kind: map instanceof FlatField ? "kappa_flat" : "kappa_spherical", z: probe.sources.mean },
      ...{ label: sources[i].label, std: map.std(), ...spectrum },
      theory: angularPower(linear, spectrum.l.map((l) => l > 0 ? l : 1), [probe]).power[0],
    };
  });
}

/** Power of E and B modes of shear on the sphere, from l = 2 on. */
export function powerOfShear(plan: Plan, { gamma1, gamma2 }: ShearMaps): AngularResult[] {
  const { l_max } = plan.analysis;
  const sources = sourcesOf(plan);
  const [first, second] = [[...gamma1], [...gamma2]] as SphericalField[][];
  return first.map((map, i) => {
    const lmax = l_max ?? 2 * map.nside;
    const [e, b] = map2almSpin([map.array, second[i].array], 2, { lmax });
    const [power, curl] = [e, b].map((alm) => alm2cl(alm, alm, { lmax }).subarray(2));
    [e, b].forEach((alm) => alm.dispose());
    return {
      ...{ kind: "shear_spherical", z: sources[i].sources.mean, label: sources[i].label, std: map.std() },
      l: Float64Array.from({ length: lmax - 1 }, (_, l) => l + 2),
      ...{ power, curl },
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
