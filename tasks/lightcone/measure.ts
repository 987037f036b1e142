/**
 * What is measured of painted shells: power in the box, angular power, convergence.
 *
 * @module
 */
import {
  type AnyField,
  cellSize,
  DensityField,
  FlatField,
  ParticleField,
  readField,
  SphericalField,
} from "../../lib/fields/mod.ts";
import type { PowerSpectrum } from "../../lib/power/mod.ts";
import type { TaskContext } from "../../lib/runner/mod.ts";
import { powerOfConvergence, powerOfShear, powerOfShells, shotNoise } from "./angular.ts";
import type { Plan } from "./config.ts";
import { lensingMaps } from "./convergence.ts";
import type { NamedFigure } from "./figures.ts";
import { flatFigures, OVERDENSITIES, sliceFigures, sphereFigures, spread } from "./maps.ts";
import { shellsFile } from "./paint.ts";
import { measurePower } from "./power.ts";
import { initialFile } from "./precompute.ts";
import { sourcesOf } from "./sources.ts";

/** A shell, and the density of its map or mesh. */
export interface ShellResult {
  /** [1] Redshift of its middle. */
  readonly z: number;
  /** [Mpc/h] Distance of its middle. */
  readonly center: number;
  /** [Mpc/h] Thickness. */
  readonly width: number;
  /** [1] Mean density, over that of the universe. */
  readonly mean: number;
  /** [1] Standard deviation of the density, over its mean. */
  readonly std: number;
}

/** Power of matter in the box at the time of a shell. */
export interface PowerResult {
  /** [1] Redshift. */
  readonly z: number;
  readonly spectrum: PowerSpectrum;
  /** [(Mpc/h)^3] Standard error. */
  readonly error: Float64Array;
  /** [(Mpc/h)^3] Linear theory at the mean wavenumbers. */
  readonly theory: Float64Array;
  /** [(Mpc/h)^3] The same with halofit's nonlinear power. */
  readonly nonlinear: Float64Array;
  /** [(Mpc/h)^3] Quadrupole and hexadecapole along z, 0 but for the few modes of a box. */
  readonly quadrupole: Float64Array;
  readonly hexadecapole: Float64Array;
  /** [1] Size of the density over that of the initial field, which grew by linear theory. */
  readonly transfer: Float64Array;
  /** [1] Correlation with the initial field. */
  readonly coherence: Float64Array;
}

/** Angular power of a map. */
export interface AngularResult {
  readonly kind: "spherical" | "flat" | "kappa_spherical" | "kappa_flat" | "shear_spherical";
  /** [1] Redshift of the map, or of its sources. */
  readonly z: number;
  /** Name of the map, in legends. */
  readonly label: string;
  /** [1] Multipoles. */
  readonly l: Float64Array;
  /** [sr] Power. */
  readonly power: Float64Array;
  /** [sr] Shot noise of particles, which `power` has in it. */
  readonly noise?: number;
  /** [sr] Of shear, whose `power` is that of E modes: power of B modes. */
  readonly curl?: Float64Array;
  /** [sr] What theory expects. */
  readonly theory?: Float64Array;
  /** [1] Standard deviation of the map. */
  readonly std: number;
}

/** All that is measured. */
export interface Results {
  readonly shells: readonly ShellResult[];
  readonly power: readonly PowerResult[];
  readonly angular: readonly AngularResult[];
}

/** Standing of each shell of a stack of densities: those of its numbers. */
function shellResults(plan: Plan, stack: AnyField): ShellResult[] {
  const { meta, redshifts } = stack;
  // One particle for each cell.
  const inUniverse = 1 / cellSize(plan.meta) ** 3;
  return [...stack].map((shell, i) => {
    const { mean, std } = shell instanceof ParticleField ? { mean: NaN, std: NaN } : shell.stats();
    const universe = stack.unit === "counts" ? 1 : inUniverse;
    return {
      ...{ z: redshifts![i], center: meta.centers![i], width: meta.widths![i] },
      ...{ mean: mean / universe, std: std / mean },
    };
  });
}

/** Maps of convergence. */
function convergenceFigures(plan: Plan, kappa: SphericalField | FlatField): NamedFigure[] {
  const sources = sourcesOf(plan);
  const title = (_: SphericalField | FlatField, i: number) => `Convergence of ${sources[i].label}`;
  return kappa instanceof SphericalField
    ? sphereFigures([...kappa], "kappa_sphere", "convergence", "Convergence", title, spread)
    : flatFigures([...kappa], "kappa_flat", "convergence", "Convergence", title, spread);
}

/** Everything that is measured, what is drawn of maps, and maps of lensing, which go when this does. */
export interface Measured extends Disposable {
  readonly results: Results;
  readonly maps: readonly NamedFigure[];
  /** Of each kind of shells. */
  readonly convergence: Readonly<Record<string, AnyField>>;
  /** Components, and of deflected rays the rotation, of each kind of shells. */
  readonly shear: Readonly<Record<string, AnyField>>;
}

/** Reads and measures what `paint` wrote into a folder; `initial` is the folder of the initial field. */
export async function measureAll(
  plan: Plan,
  folder: string,
  initial: string,
  phase: TaskContext["phase"],
): Promise<Measured> {
  using held = new DisposableStack();
  const { targets } = plan.shells;
  const power: PowerResult[] = [];
  const angular: AngularResult[] = [];
  const maps: NamedFigure[] = [];
  const [convergence, shear]: Record<string, AnyField>[] = [{}, {}];
  let shells: ShellResult[] | undefined;
  for (const target of targets) {
    using stack = await phase("read", () => readField(shellsFile(folder, target)));
    shells ??= shellResults(plan, stack);
    if (stack instanceof DensityField) {
      maps.push(...sliceFigures(stack));
      // The spectra of lib/power are of cubes.
      if (plan.meta.mesh.every((n) => n === plan.meta.mesh[0])) {
        using start = await phase("read", () => readField(initialFile(initial))) as DensityField;
        power.push(...await phase("power", () => measurePower(plan, stack, start)));
      }
    }
    if (!(stack instanceof SphericalField || stack instanceof FlatField)) continue;
    using delta = stack.to("overdensity");
    angular.push(...await phase("angular power", () => powerOfShells(plan, delta, shotNoise(stack))));
    if (delta instanceof SphericalField) {
      const title = ({ redshifts }: SphericalField) => `Overdensity at z = ${redshifts![0].toFixed(3)}`;
      maps.push(...sphereFigures([...delta], "sphere", "maps", "Overdensity", title, OVERDENSITIES));
    } else {
      const title = ({ redshifts }: FlatField) => `Overdensity of a slab at z = ${redshifts![0].toFixed(3)}`;
      maps.push(...flatFigures([...delta], "flat", "maps", "Overdensity", title, OVERDENSITIES));
    }
    if (sourcesOf(plan).length === 0) continue;
    const name = stack instanceof SphericalField ? "spherical" : "flat";
    const lensing = await phase("lensing", () => lensingMaps(plan, stack));
    const { kappa, rotation } = lensing;
    convergence[name] = held.use(kappa);
    if (rotation) shear[`rotation_${name}`] = held.use(rotation);
    for (const [part, map] of Object.entries(lensing.shear ?? {})) shear[`${part}_${name}`] = held.use(map as AnyField);
    maps.push(...convergenceFigures(plan, kappa));
    angular.push(...await phase("angular power", () => powerOfConvergence(plan, kappa)));
    if (lensing.shear && stack instanceof SphericalField) {
      angular.push(...await phase("angular power", () => powerOfShear(plan, lensing.shear!)));
    }
  }
  const kept = held.move();
  return {
    results: { shells: shells!, power, angular },
    maps,
    convergence,
    shear,
    [Symbol.dispose]: () => kept.dispose(),
  };
}
