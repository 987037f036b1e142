import { checkInteger, checkOneOf, DomainError, InputError } from "../base/mod.ts";
import type { ReionizationParameters } from "./parameter_table.ts";

/** Numerical choices of `computeProfiles`; the defaults are converged. */
export interface ProfileOptions {
  /**
   * Whether the tables have an axis of star-formation efficiencies. They are f_st_grid_n numbers: for
   * f_st_paint_distribution "lognormal" evenly in the logarithm, with f_st in the middle and f_st_grid_max at the end;
   * else evenly from f_st_grid_min to f_st_grid_max. Default: false.
   */
  fStGrid?: boolean;
  /** Mean of the edges that is the centre of a bin of accretion rate. Masses have the geometric one. Default: geometric. */
  alphaCentres?: "geometric" | "arithmetic";
  /**
   * [1] Redshift between nodes of the X-rays' light cones, between which the emission is interpolated in distance; 0:
   * the redshift seen at each radius, and optical depths to rounding. BEoRN has 0.1. Default: 0.
   */
  xrayStep?: number;
  /** [1] As `xrayStep`, for Lyman-alpha photons; BEoRN has 0.01. Default: 0. */
  lymanStep?: number;
  /**
   * [1] Frequencies of the trapezoidal rule, evenly in the logarithm; 0: panels of 8 points by Gauss and Legendre, about
   * 23 to a factor of e. BEoRN has 50. Default: 0.
   */
  xrayFrequencies?: number;
  /** [1] Intervals of the solver between two redshifts of the tables. Default: 1. */
  refine?: number;
}

/** Options with defaults, checked. */
export function checkProfileOptions(options: ProfileOptions = {}): Required<ProfileOptions> {
  const step = (name: "xrayStep" | "lymanStep") => {
    const value = options[name] ?? 0;
    const rule = "a redshift of at least 0";
    if (value >= 0 && value < Infinity) return value;
    throw new DomainError(`Cannot use "${name}": it must be ${rule}, got ${value}`, rule, String(value));
  };
  const frequencies = checkInteger(options.xrayFrequencies ?? 0, "xrayFrequencies");
  if (frequencies === 1) checkInteger(frequencies, "xrayFrequencies", 2);
  return {
    fStGrid: options.fStGrid ?? false,
    alphaCentres: checkOneOf(options.alphaCentres ?? "geometric", "alphaCentres", ["geometric", "arithmetic"]),
    xrayStep: step("xrayStep"),
    lymanStep: step("lymanStep"),
    xrayFrequencies: frequencies,
    refine: checkInteger(options.refine ?? 1, "refine", 1),
  };
}

/** Checks that parameters give profiles: redshifts below the sources' start, bins that shine, alphas that have a mean. */
export function checkSolvable(
  { solver, source, cosmology }: ReionizationParameters,
  options: Required<ProfileOptions>,
): void {
  const { redshifts, halo_mass_accretion_alpha: alphas } = solver;
  const [first, last] = [redshifts[0], redshifts[redshifts.length - 1]];
  const refuse = (key: string, rule: string, got: string, way: string): never => {
    throw new InputError(
      `Cannot compute profiles: "${key}" must be ${rule}, got ${got}; ${way}`,
      "the parameters",
      key,
    );
  };
  if (!redshifts.every((z, i) => z >= 0 && (i === 0 || z < redshifts[i - 1]))) {
    refuse("solver.redshifts", "falling and at least 0", `[${redshifts.join(", ")}]`, "sort them");
  }
  if (!(first < solver.z_source_start)) {
    const key = "solver.redshifts";
    const rule = `below solver.z_source_start = ${solver.z_source_start}, before which nothing shines`;
    refuse(key, rule, String(first), "leave such redshifts out, or let sources start earlier");
  }
  if (!(solver.z_source_start <= solver.z_decoupling)) {
    const rule = `at most solver.z_decoupling = ${solver.z_decoupling}`;
    refuse("solver.z_source_start", rule, String(solver.z_source_start), "change one of them");
  }
  if (last === 0 && (options.xrayStep > 0 || options.lymanStep > 0)) {
    const rule = "above 0 for light cones with given steps, which are even in the logarithm";
    refuse("solver.redshifts", rule, "0", "leave 0 out, or leave xrayStep and lymanStep out");
  }
  if (options.alphaCentres === "geometric" && !(alphas[0] > 0)) {
    const rule = "above 0 for geometric centres";
    refuse("solver.halo_mass_accretion_alpha", rule, String(alphas[0]), 'take alphaCentres "arithmetic"');
  }
  if (!(alphas[0] >= 0)) {
    refuse("solver.halo_mass_accretion_alpha", "at least 0", String(alphas[0]), "halos do not lose mass here");
  }
  const n = solver.halo_mass_nbin;
  // The centre of the highest bin, half a bin below the last edge in the logarithm.
  const top = solver.halo_mass_bin_max * (solver.halo_mass_bin_min / solver.halo_mass_bin_max) ** (0.5 / (n - 1));
  if (!(top >= source.halo_mass_min)) {
    const key = "solver.halo_mass_bin_max";
    const rule = `so large that a bin lies above source.halo_mass_min = ${
      source.halo_mass_min.toExponential(2)
    } M_sun/h`;
    const got = `${solver.halo_mass_bin_max.toExponential(2)} with the highest bin at ${top.toExponential(2)}`;
    refuse(key, rule, got, "raise it, or lower source.halo_mass_min");
  }
  const around = options.fStGrid && source.f_st_paint_distribution === "lognormal";
  if (around && !(source.f_st > 0 && source.f_st < source.f_st_grid_max)) {
    const rule = "above source.f_st, which must be above 0, for a lognormal distribution";
    refuse("source.f_st_grid_max", rule, `${source.f_st_grid_max} with f_st = ${source.f_st}`, "change one of them");
  }
  const { Om, Ol } = cosmology;
  const Ok = 1 - Om - Ol;
  // E^2 = Om x^3 + Ok x^2 + Ol is lowest at x = -2 Ok/(3 Om).
  if (-2 * Ok > 3 * Om && !(Ol + 4 * Ok * Ok * Ok / (27 * Om * Om) > 0)) {
    const way = "lower it: such a universe never was small";
    refuse("cosmology.Ol", `so small beside cosmology.Om = ${Om} that H^2 is above 0`, String(Ol), way);
  }
}
