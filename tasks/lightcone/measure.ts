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
import { convergenceOf, powerOfMaps, shotNoise, withTheory } from "./angular.ts";
import type { Plan } from "./config.ts";
import type { NamedFigure } from "./figures.ts";
import { flatFigures, OVERDENSITIES, sliceFigures, sphereFigures, spread } from "./maps.ts";
import { shellsFile } from "./paint.ts";
import { measurePower } from "./power.ts";

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
}

/** Angular power of a map. */
export interface AngularResult {
  readonly kind: "spherical" | "kappa_spherical" | "kappa_flat";
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
function convergenceFigures(kappa: SphericalField | FlatField): NamedFigure[] {
  const title = ({ meta }: SphericalField | FlatField) =>
    `Convergence of sources at z = ${meta.sourceRedshifts![0].toFixed(3)}`;
  return kappa instanceof SphericalField
    ? sphereFigures([...kappa], "kappa_sphere", "convergence", "Convergence", title, spread)
    : flatFigures([...kappa], "kappa_flat", "convergence", "Convergence", title, spread);
}

/** Everything that is measured, what is drawn of maps, and convergence maps, which go when this does. */
export interface Measured extends Disposable {
  readonly results: Results;
  readonly maps: readonly NamedFigure[];
  readonly convergence: Readonly<Record<string, AnyField>>;
}

/** Reads and measures what `paint` wrote into a folder. */
export async function measureAll(plan: Plan, folder: string, phase: TaskContext["phase"]): Promise<Measured> {
  using held = new DisposableStack();
  const { targets } = plan.shells;
  const power: PowerResult[] = [];
  const angular: AngularResult[] = [];
  const maps: NamedFigure[] = [];
  const convergence: Record<string, AnyField> = {};
  let shells: ShellResult[] | undefined;
  for (const target of targets) {
    using stack = await phase("read", () => readField(shellsFile(folder, target)));
    shells ??= shellResults(plan, stack);
    if (stack instanceof DensityField) {
      maps.push(...sliceFigures(stack));
      // The spectra of lib/power are of cubes.
      if (plan.meta.mesh.every((n) => n === plan.meta.mesh[0])) {
        power.push(...await phase("power", () => measurePower(plan, stack)));
      }
    }
    if (stack instanceof SphericalField) {
      using delta = stack.to("overdensity");
      const title = ({ redshifts }: SphericalField) => `Overdensity at z = ${redshifts![0].toFixed(3)}`;
      maps.push(...sphereFigures([...delta], "sphere", "maps", "Overdensity", title, OVERDENSITIES));
      angular.push(...await phase("angular power", () => powerOfMaps(plan, "spherical", delta, shotNoise(stack))));
    }
    if (stack instanceof FlatField) {
      using delta = stack.to("overdensity");
      const title = ({ redshifts }: FlatField) => `Overdensity of a slab at z = ${redshifts![0].toFixed(3)}`;
      maps.push(...flatFigures([...delta], "flat", "maps", "Overdensity", title, OVERDENSITIES));
    }
    if (!(stack instanceof SphericalField || stack instanceof FlatField)) continue;
    if (plan.analysis.source_redshifts.length === 0) continue;
    const name = stack instanceof SphericalField ? "spherical" : "flat";
    const kappa = held.use(await phase("convergence", () => convergenceOf(plan, stack)));
    convergence[name] = kappa;
    maps.push(...convergenceFigures(kappa));
    const spectra = powerOfMaps(plan, `kappa_${name}`, kappa);
    angular.push(...await phase("angular power", () => withTheory(plan, spectra)));
  }
  const kept = held.move();
  return { results: { shells: shells!, power, angular }, maps, convergence, [Symbol.dispose]: () => kept.dispose() };
}
