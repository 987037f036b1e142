import { empty, NdArray } from "../array/mod.ts";
import { ProfileKernel } from "./_kernel.ts";
import { solverNumbers } from "./_solver_numbers.ts";
import type { ReionizationParameters } from "./parameter_table.ts";
import type { ParameterGroups } from "./parameters.ts";
import type { ProfileGrid, RadiationProfiles } from "./profiles.ts";
import { checkProfileOptions, checkSolvable, type ProfileOptions } from "./solver_options.ts";

/** Profiles that were computed; their tables lie in the kernels' memory until they are disposed of. */
export interface ComputedProfiles extends RadiationProfiles, Disposable {
  /** [eV/s] X-ray heating per baryon, `[r, mass, alpha, (fSt,) z]`, at `radii`. */
  readonly xray: NdArray<"float64">;
}

/** [1] Radii of X-rays and heating, and of Lyman-alpha photons. */
const RADII = 200;
const LYMAN_RADII = 1000;

/** What is prepared before tables are filled: light cones and axes. */
export interface PreparedProfiles {
  readonly kernel: ProfileKernel;
  readonly grid: ProfileGrid;
  /** Mass, alpha, fSt if there is that axis, and z. */
  readonly binShape: readonly number[];
  readonly massEdges: NdArray<"float64">;
}

/** Checks parameters and options, and makes the light cones. */
export function prepareProfiles(parameters: ReionizationParameters, options?: ProfileOptions): PreparedProfiles {
  const checked = checkProfileOptions(options);
  checkSolvable(parameters, checked);
  const { solver } = parameters;
  const redshifts = Float64Array.from(solver.redshifts);
  const alphaEdges = Float64Array.from(solver.halo_mass_accretion_alpha);
  const kernel = new ProfileKernel(solverNumbers(parameters, checked), redshifts, alphaEdges);
  const shape = [solver.halo_mass_nbin, alphaEdges.length, redshifts.length];
  const edges = new Float64Array(shape[0] * shape[1] * shape[2]);
  const [fStGrid, radii, lymanAlphaRadii] = kernel.axes(edges);
  const [massBins, alphaBins] = [shape[0] - 1, shape[1] - 1];
  return {
    kernel,
    grid: {
      ...{ redshifts, radii, lymanAlphaRadii, massBins, alphaBins },
      ...(checked.fStGrid ? { fStGrid } : {}),
      parameters: parameters as unknown as ParameterGroups,
    },
    binShape: [massBins, alphaBins, ...(checked.fStGrid ? [fStGrid.length] : []), redshifts.length],
    massEdges: new NdArray(edges, shape, "float64"),
  };
}

/**
 * Radiation profiles around halos of all bins of mass and accretion rate at all redshifts of the parameters: growth of
 * mass M ~ exp(-alpha z), X-ray heating, temperature, Lyman-alpha photons and radii of ionised bubbles (the model of BEoRN,
 * Schaeffer et al. 2023; docs/reionization.md has the formulas).
 *
 * Star formation is linear in redshift between those of the parameters, and rises from 0 at z_source_start; ionising
 * photons and X-ray heating are linear in the scale factor. Of that model the tables are the solution, to rounding for
 * ode_method "exact", and to 1e-8 for the integral over X-ray frequencies (less where gas is opaque over the whole band, and
 * little heat is left). Halos below halo_mass_min give 0.
 *
 * Memory: `profileBytes`, 380 MB for the default grid; `writeComputedProfiles` needs less.
 *
 * @param parameters Cosmology, sources, grid.
 * @param options Numerical choices.
 * @throws {InputError} for redshifts at or above the sources' start, or no bin above halo_mass_min; `key` names the parameter.
 * @throws {DomainError} for an option out of its range; {ConvergenceError} if a method with steps gives up.
 * @throws {MemoryError} if the tables do not fit.
 * @example Bubbles at z = 6 of a small grid
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { computeProfiles, reionizationParameters, sliceProfiles } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * const solver = { redshifts: [12, 10, 8, 6], halo_mass_accretion_alpha: [0.7, 0.9] };
 * using profiles = computeProfiles(
 *   reionizationParameters({ solver: { ...solver, halo_mass_bin_min: 1e9, halo_mass_bin_max: 1e13, halo_mass_nbin: 9 } }),
 * );
 * console.log(sliceProfiles(profiles, 6).bubbleRadius.data); // from 0.26 to 7.0 Mpc/h
 * ```
 */
export function computeProfiles(parameters: ReionizationParameters, options?: ProfileOptions): ComputedProfiles {
  const { kernel, grid, binShape, massEdges } = prepareProfiles(parameters, options);
  using _kernel = kernel;
  using held = new DisposableStack();
  const table = (...shape: number[]) => held.use(empty(shape, "float64"));
  const bubbleRadius = table(...binShape);
  const [xray, temperature] = [table(RADII, ...binShape), table(RADII, ...binShape)];
  const lymanAlpha = table(LYMAN_RADII, ...binShape);
  kernel.bubbles(bubbleRadius.data);
  kernel.heat(0, RADII, xray.data, temperature.data);
  kernel.photons(0, LYMAN_RADII, lymanAlpha.data);
  const owned = held.move();
  return {
    ...{ ...grid, massEdges, bubbleRadius, temperature, lymanAlpha, xray },
    [Symbol.dispose]: () => owned.dispose(),
  };
}

/**
 * [byte] Memory that `computeProfiles` takes: its tables, and the light cones and star formation that they are made of.
 *
 * @param parameters Grid.
 * @param options `fStGrid` and `refine` count.
 * @throws {DomainError} for an option out of its range.
 * @example The default grid
 * ```ts
 * import { profileBytes, reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * console.log((profileBytes(reionizationParameters()) / 1e6).toFixed(0)); // 381
 * ```
 */
export function profileBytes(parameters: ReionizationParameters, options?: ProfileOptions): number {
  const { fStGrid, refine } = checkProfileOptions(options);
  const { redshifts, halo_mass_nbin, halo_mass_accretion_alpha } = parameters.solver;
  const bins = (halo_mass_nbin - 1) * (halo_mass_accretion_alpha.length - 1) *
    (fStGrid ? parameters.source.f_st_grid_n : 1);
  const nodes = refine * (redshifts.length - 1) + 1;
  const tables = (1 + 2 * RADII + LYMAN_RADII) * bins * redshifts.length;
  // Rows of two weights; star formation is padded to 32 bins.
  const rows = (RADII * nodes + LYMAN_RADII * redshifts.length) * 3;
  return 8 * (tables + rows + nodes * 32 * Math.ceil(bins / 32));
}
