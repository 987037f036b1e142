import type { ReionizationParameters } from "./parameter_table.ts";
import type { ProfileOptions } from "./solver_options.ts";

/** Methods of equations by number as `cosmesh_ode` knows them. */
const METHOD = { exact: -1, RK45: 0, Radau: 2, BDF: 3, LSODA: 4 } as const;
const KINDS = ["SED", "Ghara", "Ross", "constant"] as const;

/** Cosmology and sources, in the order of `Source::new` in `kernels/radiation/src/source.rs`. */
export function sourceNumbers({ cosmology, source: s, solver }: ReionizationParameters): Float64Array {
  return Float64Array.of(
    ...[cosmology.Om, cosmology.Ob, cosmology.Ol, cosmology.h0, KINDS.indexOf(s.source_type)],
    ...[s.energy_min_sed_xray, s.energy_max_sed_xray, s.energy_cutoff_min_xray, s.energy_cutoff_max_xray],
    ...[s.alS_xray, s.xray_normalisation, s.n_lyman_alpha_photons, s.lyman_alpha_power_law, s.halo_mass_min],
    ...[s.f_st, s.Mp, s.g1, s.g2, s.Mt, s.g3, s.g4, s.Nion, s.f0_esc, s.Mp_esc, s.pl_esc],
    ...[solver.HI_frac, solver.clumping, solver.z_decoupling, solver.z_source_start, s.t_source_age ?? Infinity],
  );
}

/** All that decides profiles, in the order of `Setup::new` in `kernels/radiation/src/solve/setup.rs`. */
export function solverNumbers(parameters: ReionizationParameters, options: Required<ProfileOptions>): Float64Array {
  const { source: s, solver } = parameters;
  return Float64Array.of(
    ...sourceNumbers(parameters),
    ...[options.xrayStep, options.lymanStep, options.xrayFrequencies, options.refine],
    ...[METHOD[solver.ode_method], solver.ode_rtol, solver.ode_atol],
    ...[solver.halo_mass_bin_min, solver.halo_mass_bin_max, solver.halo_mass_nbin],
    Number(options.alphaCentres === "arithmetic"),
    ...[options.fStGrid ? s.f_st_grid_n : 0, s.f_st_grid_min, s.f_st_grid_max],
    Number(s.f_st_paint_distribution === "lognormal"),
  );
}
