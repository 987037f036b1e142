/** Parameters of a reionization run: types, and the table of defaults, units, ranges and meanings. */

/** What one parameter is. */
export interface ParameterInfo<T> {
  /** Value if it is not given. */
  readonly default: T;
  /** Unit; "1" if it has none. */
  readonly unit: string;
  /** What it holds. "numbers" is a list. */
  readonly kind: "number" | "integer" | "boolean" | "choice" | "numberOrChoice" | "numbers" | "text";
  /** Smallest value allowed. */
  readonly least?: number;
  /** Values must be larger than this. */
  readonly above?: number;
  /** Largest value allowed. */
  readonly most?: number;
  /** Texts allowed. */
  readonly choices?: readonly string[];
  /** Whether it may be null. */
  readonly nullable?: boolean;
  /** One line that says what it does. */
  readonly text: string;
}

/** Sources of radiation. */
export interface SourceParameters {
  /** Source model. */
  readonly source_type: "SED" | "Ghara" | "Ross" | "constant";
  /** [eV] Lower end of the band that normalises the X-ray spectrum. */
  readonly energy_min_sed_xray: number;
  /** [eV] Upper end of the band that normalises the X-ray spectrum. */
  readonly energy_max_sed_xray: number;
  /** [eV] Lower end of the X-ray band that heats. */
  readonly energy_cutoff_min_xray: number;
  /** [eV] Upper end of the X-ray band that heats. */
  readonly energy_cutoff_max_xray: number;
  /** [1] Power-law index of the X-ray energy spectrum. */
  readonly alS_xray: number;
  /** [erg/s per M_sun/yr] X-ray luminosity per star-formation rate. */
  readonly xray_normalisation: number;
  /** [1] Photons between Lyman alpha and the Lyman limit per stellar baryon. */
  readonly n_lyman_alpha_photons: number;
  /** [1] Power-law index of the Lyman-band spectrum. */
  readonly lyman_alpha_power_law: number;
  /** [M_sun/h] Halos up to this mass form no stars and are not painted. */
  readonly halo_mass_min: number;
  /** [M_sun/h] Halos from this mass on are not painted. */
  readonly halo_mass_max: number;
  /** [1] Star-formation efficiency at the pivot mass. */
  readonly f_st: number;
  /** [1] Smallest efficiency of the profile grid. */
  readonly f_st_grid_min: number;
  /** [1] Largest efficiency of the profile grid. */
  readonly f_st_grid_max: number;
  /** [1] Efficiencies in the profile grid. */
  readonly f_st_grid_n: number;
  /** Distribution from which each halo's efficiency is drawn. */
  readonly f_st_paint_distribution: "lognormal" | "normal" | "uniform";
  /** [1] Width of that distribution (of the natural logarithm for lognormal). */
  readonly f_st_paint_sigma: number;
  /** [1] Drawn efficiencies below this are set to it. */
  readonly f_st_paint_min: number;
  /** [1] Drawn efficiencies above this are set to it. */
  readonly f_st_paint_max: number;
  /** [1] Seed of the drawn efficiencies. */
  readonly f_st_paint_seed: number | null;
  /** [M_sun/h] Pivot mass of the star-formation efficiency. */
  readonly Mp: number;
  /** [1] Slope of the efficiency above the pivot mass. */
  readonly g1: number;
  /** [1] Slope of the efficiency below the pivot mass. */
  readonly g2: number;
  /** [M_sun/h] Mass below which star formation is suppressed. */
  readonly Mt: number;
  /** [1] Exponent of the mass ratio in the suppression. */
  readonly g3: number;
  /** [1] Exponent of the whole suppression. */
  readonly g4: number;
  /** [1] Ionising photons per stellar baryon. */
  readonly Nion: number;
  /** [1] Escape fraction at its pivot mass. */
  readonly f0_esc: number;
  /** [M_sun/h] Pivot mass of the escape fraction. */
  readonly Mp_esc: number;
  /** [1] Escape fraction falls with mass to this power. */
  readonly pl_esc: number;
  /** [1] Smallest ionised fraction of a cell. */
  readonly min_xHII_value: number;
  /** [1] Snapshots over which accretion rates are fitted to merger trees. */
  readonly mass_accretion_lookback: number;
  /** [1] Accretion rate of halos without a merger tree. */
  readonly alpha_fallback: number | "mean" | "median";
  /** [Myr] Longest age of a source. */
  readonly t_source_age: number | null;
}

/** Grid and accuracy of the profiles. */
export interface SolverParameters {
  /** [1] Redshifts of the profiles, falling. */
  readonly redshifts: readonly number[];
  /** Fraction of the X-ray energy that heats. */
  readonly fXh: "constant";
  /** [1] Edges of the bins of accretion rate, rising. */
  readonly halo_mass_accretion_alpha: readonly number[];
  /** [M_sun/h] Lowest mass edge, at the lowest redshift. */
  readonly halo_mass_bin_min: number;
  /** [M_sun/h] Highest mass edge, at the lowest redshift. */
  readonly halo_mass_bin_max: number;
  /** [1] Number of mass edges, evenly spaced in the logarithm. */
  readonly halo_mass_nbin: number;
  /** [1] Hydrogen's share of the baryons by number; the rest is helium. */
  readonly HI_frac: number;
  /** [1] Clumping factor of the recombination rate. */
  readonly clumping: number;
  /** [1] Redshift from which the gas cools adiabatically. */
  readonly z_decoupling: number;
  /** [1] Redshift before which nothing shines. */
  readonly z_source_start: number;
  /** [1] Relative tolerance of a method that makes steps. */
  readonly ode_rtol: number;
  /** [1] Absolute tolerance of a method that makes steps: K for temperatures, (Mpc/h)^3 for bubbles. */
  readonly ode_atol: number;
  /** Method of the profile solver; "exact" makes no steps. */
  readonly ode_method: "exact" | "RK45" | "LSODA" | "Radau" | "BDF";
}

/** Mesh and painting. */
export interface SimulationParameters {
  /** [1] Cells along one axis. */
  readonly Ncell: number;
  /** [Mpc/h] Side of the periodic box, comoving. */
  readonly Lbox: number;
  /** [cells] Regions below this size are spread together; -1: 80 (Ncell/256)^3. */
  readonly spreading_pixel_threshold: number;
  /** Whether the suppression S_alpha varies from cell to cell. */
  readonly compute_s_alpha_fluctuations: boolean;
  /** Whether the collisional coupling varies from cell to cell. */
  readonly compute_x_coll_fluctuations: boolean;
  /** [1] Cells that are averaged into one, along each axis, when a density is loaded. */
  readonly degrade_resolution: number;
}

/** Cosmology. */
export interface CosmologyParameters {
  /** [1] Density of matter today over critical. */
  readonly Om: number;
  /** [1] Density of baryons today over critical. */
  readonly Ob: number;
  /** [1] Density of dark energy today over critical. */
  readonly Ol: number;
  /** [1] Hubble constant today over 100 km/s/Mpc. */
  readonly h0: number;
  /** [1] Fluctuations of matter in spheres of 8 Mpc/h. */
  readonly sigma_8: number;
  /** [1] Spectral index of the initial fluctuations. */
  readonly ns: number;
}

/** Loading of simulations. */
export interface CosmoSimParameters {
  /** [1] Fine cells along one axis per cell in 21cmFAST runs. */
  readonly py21cmfast_high_res_factor: number;
  /** [1] Seed of simulated initial conditions. */
  readonly random_seed: number;
  /** Mass assignment for particles of THESAN snapshots. */
  readonly halo_catalogs_thesan_mass_assignment: "NGP" | "CIC";
  /** [1] Redshifts of the snapshots to paint, falling; null: all. */
  readonly snapshot_redshifts: readonly number[] | null;
  /** Folder of the simulation's files. */
  readonly file_root: string | null;
}

/** All parameters of a reionization run, in groups. */
export interface ReionizationParameters {
  /** Sources of radiation. */
  readonly source: SourceParameters;
  /** Grid and accuracy of the profiles. */
  readonly solver: SolverParameters;
  /** Mesh and painting. */
  readonly simulation: SimulationParameters;
  /** Cosmology. */
  readonly cosmology: CosmologyParameters;
  /** Loading of simulations. */
  readonly cosmo_sim: CosmoSimParameters;
}

/** Form of the table: one entry per parameter. */
export type ParameterTable = {
  readonly [G in keyof ReionizationParameters]: {
    readonly [K in keyof ReionizationParameters[G]]: ParameterInfo<ReionizationParameters[G][K]>;
  };
};

/** Every parameter with default, unit, range and meaning, in the order of the documentation. */
export const PARAMETER_TABLE: ParameterTable = {
  source: {
    source_type: {
      default: "SED",
      unit: "1",
      kind: "choice",
      choices: ["SED", "Ghara", "Ross", "constant"],
      text: "Source model",
    },
    energy_min_sed_xray: {
      default: 500,
      unit: "eV",
      kind: "number",
      above: 0,
      text: "Lower end of the band that normalises the X-ray spectrum",
    },
    energy_max_sed_xray: {
      default: 2000,
      unit: "eV",
      kind: "number",
      above: 0,
      text: "Upper end of the band that normalises the X-ray spectrum",
    },
    energy_cutoff_min_xray: {
      default: 500,
      unit: "eV",
      kind: "number",
      above: 0,
      text: "Lower end of the X-ray band that heats",
    },
    energy_cutoff_max_xray: {
      default: 2000,
      unit: "eV",
      kind: "number",
      above: 0,
      text: "Upper end of the X-ray band that heats",
    },
    alS_xray: { default: 1.00001, unit: "1", kind: "number", text: "Power-law index of the X-ray energy spectrum" },
    xray_normalisation: {
      default: 3.4e40,
      unit: "erg/s per M_sun/yr",
      kind: "number",
      least: 0,
      text: "X-ray luminosity per star-formation rate",
    },
    n_lyman_alpha_photons: {
      default: 9690,
      unit: "1",
      kind: "number",
      least: 0,
      text: "Photons between Lyman alpha and the Lyman limit per stellar baryon",
    },
    lyman_alpha_power_law: {
      default: 0,
      unit: "1",
      kind: "number",
      text: "Power-law index of the Lyman-band spectrum",
    },
    halo_mass_min: {
      default: 1e8,
      unit: "M_sun/h",
      kind: "number",
      least: 0,
      text: "Halos up to this mass form no stars and are not painted",
    },
    halo_mass_max: {
      default: 1e16,
      unit: "M_sun/h",
      kind: "number",
      above: 0,
      text: "Halos from this mass on are not painted",
    },
    f_st: {
      default: 0.05,
      unit: "1",
      kind: "number",
      least: 0,
      most: 1,
      text: "Star-formation efficiency at the pivot mass",
    },
    f_st_grid_min: {
      default: 0.01,
      unit: "1",
      kind: "number",
      above: 0,
      most: 1,
      text: "Smallest efficiency of the profile grid",
    },
    f_st_grid_max: {
      default: 0.2,
      unit: "1",
      kind: "number",
      above: 0,
      most: 1,
      text: "Largest efficiency of the profile grid",
    },
    f_st_grid_n: { default: 30, unit: "1", kind: "integer", least: 2, text: "Efficiencies in the profile grid" },
    f_st_paint_distribution: {
      default: "lognormal",
      unit: "1",
      kind: "choice",
      choices: ["lognormal", "normal", "uniform"],
      text: "Distribution from which each halo's efficiency is drawn",
    },
    f_st_paint_sigma: {
      default: 0.5,
      unit: "1",
      kind: "number",
      least: 0,
      text: "Width of that distribution (of the natural logarithm for lognormal)",
    },
    f_st_paint_min: {
      default: 0.01,
      unit: "1",
      kind: "number",
      above: 0,
      most: 1,
      text: "Drawn efficiencies below this are set to it",
    },
    f_st_paint_max: {
      default: 0.2,
      unit: "1",
      kind: "number",
      above: 0,
      most: 1,
      text: "Drawn efficiencies above this are set to it",
    },
    f_st_paint_seed: {
      default: null,
      unit: "1",
      kind: "integer",
      least: 0,
      nullable: true,
      text: "Seed of the drawn efficiencies",
    },
    Mp: {
      default: 1.904e11,
      unit: "M_sun/h",
      kind: "number",
      above: 0,
      text: "Pivot mass of the star-formation efficiency",
    },
    g1: { default: 0.49, unit: "1", kind: "number", text: "Slope of the efficiency above the pivot mass" },
    g2: { default: -0.61, unit: "1", kind: "number", text: "Slope of the efficiency below the pivot mass" },
    Mt: {
      default: 1e8,
      unit: "M_sun/h",
      kind: "number",
      least: 0,
      text: "Mass below which star formation is suppressed",
    },
    g3: { default: 4, unit: "1", kind: "number", text: "Exponent of the mass ratio in the suppression" },
    g4: { default: -1, unit: "1", kind: "number", text: "Exponent of the whole suppression" },
    Nion: { default: 5000, unit: "1", kind: "number", least: 0, text: "Ionising photons per stellar baryon" },
    f0_esc: { default: 0.2, unit: "1", kind: "number", least: 0, text: "Escape fraction at its pivot mass" },
    Mp_esc: { default: 1e10, unit: "M_sun/h", kind: "number", above: 0, text: "Pivot mass of the escape fraction" },
    pl_esc: { default: 0, unit: "1", kind: "number", text: "Escape fraction falls with mass to this power" },
    min_xHII_value: {
      default: 0,
      unit: "1",
      kind: "number",
      least: 0,
      most: 1,
      text: "Smallest ionised fraction of a cell",
    },
    mass_accretion_lookback: {
      default: 10,
      unit: "1",
      kind: "integer",
      least: 1,
      text: "Snapshots over which accretion rates are fitted to merger trees",
    },
    alpha_fallback: {
      default: "mean",
      unit: "1",
      kind: "numberOrChoice",
      choices: ["mean", "median"],
      text: "Accretion rate of halos without a merger tree",
    },
    t_source_age: {
      default: null,
      unit: "Myr",
      kind: "number",
      above: 0,
      nullable: true,
      text: "Longest age of a source",
    },
  },
  solver: {
    redshifts: {
      default: Array.from({ length: 38 }, (_, i) => 25 - 0.5 * i),
      unit: "1",
      kind: "numbers",
      least: 0,
      text: "Redshifts of the profiles, falling",
    },
    fXh: {
      default: "constant",
      unit: "1",
      kind: "choice",
      choices: ["constant"],
      text: "Fraction of the X-ray energy that heats",
    },
    halo_mass_accretion_alpha: {
      default: Array.from({ length: 10 }, (_, i) => i === 9 ? 0.9 : 0.1 + i * (0.8 / 9)),
      unit: "1",
      kind: "numbers",
      text: "Edges of the bins of accretion rate, rising",
    },
    halo_mass_bin_min: {
      default: 1e5,
      unit: "M_sun/h",
      kind: "number",
      above: 0,
      text: "Lowest mass edge, at the lowest redshift",
    },
    halo_mass_bin_max: {
      default: 1e14,
      unit: "M_sun/h",
      kind: "number",
      above: 0,
      text: "Highest mass edge, at the lowest redshift",
    },
    halo_mass_nbin: {
      default: 100,
      unit: "1",
      kind: "integer",
      least: 2,
      text: "Number of mass edges, evenly spaced in the logarithm",
    },
    HI_frac: {
      default: 0.92,
      unit: "1",
      kind: "number",
      least: 0,
      most: 1,
      text: "Hydrogen's share of the baryons by number; the rest is helium",
    },
    clumping: { default: 1, unit: "1", kind: "number", least: 0, text: "Clumping factor of the recombination rate" },
    z_decoupling: {
      default: 135,
      unit: "1",
      kind: "number",
      above: 0,
      text: "Redshift from which the gas cools adiabatically",
    },
    z_source_start: { default: 35, unit: "1", kind: "number", above: 0, text: "Redshift before which nothing shines" },
    ode_rtol: {
      default: 1e-8,
      unit: "1",
      kind: "number",
      above: 0,
      text: "Relative tolerance of a method that makes steps",
    },
    ode_atol: {
      default: 1e-12,
      unit: "1",
      kind: "number",
      above: 0,
      text: "Absolute tolerance of a method that makes steps: K for temperatures, (Mpc/h)^3 for bubbles",
    },
    ode_method: {
      default: "exact",
      unit: "1",
      kind: "choice",
      choices: ["exact", "RK45", "LSODA", "Radau", "BDF"],
      text: 'Method of the profile solver; "exact" makes no steps',
    },
  },
  simulation: {
    Ncell: { default: 128, unit: "1", kind: "integer", least: 2, text: "Cells along one axis" },
    Lbox: { default: 100, unit: "Mpc/h", kind: "number", above: 0, text: "Side of the periodic box, comoving" },
    spreading_pixel_threshold: {
      default: -1,
      unit: "cells",
      kind: "integer",
      least: -1,
      text: "Regions below this size are spread together; -1: 80 (Ncell/256)^3",
    },
    compute_s_alpha_fluctuations: {
      default: true,
      unit: "1",
      kind: "boolean",
      text: "Whether the suppression S_alpha varies from cell to cell",
    },
    compute_x_coll_fluctuations: {
      default: true,
      unit: "1",
      kind: "boolean",
      text: "Whether the collisional coupling varies from cell to cell",
    },
    degrade_resolution: {
      default: 1,
      unit: "1",
      kind: "integer",
      least: 1,
      text: "Cells that are averaged into one, along each axis, when a density is loaded",
    },
  },
  cosmology: {
    Om: { default: 0.315, unit: "1", kind: "number", above: 0, text: "Density of matter today over critical" },
    Ob: { default: 0.045, unit: "1", kind: "number", above: 0, text: "Density of baryons today over critical" },
    Ol: { default: 0.685, unit: "1", kind: "number", least: 0, text: "Density of dark energy today over critical" },
    h0: { default: 0.673, unit: "1", kind: "number", above: 0, text: "Hubble constant today over 100 km/s/Mpc" },
    sigma_8: {
      default: 0.83,
      unit: "1",
      kind: "number",
      above: 0,
      text: "Fluctuations of matter in spheres of 8 Mpc/h",
    },
    ns: { default: 0.96, unit: "1", kind: "number", text: "Spectral index of the initial fluctuations" },
  },
  cosmo_sim: {
    py21cmfast_high_res_factor: {
      default: 3,
      unit: "1",
      kind: "integer",
      least: 1,
      text: "Fine cells along one axis per cell in 21cmFAST runs",
    },
    random_seed: { default: 12345, unit: "1", kind: "integer", text: "Seed of simulated initial conditions" },
    halo_catalogs_thesan_mass_assignment: {
      default: "CIC",
      unit: "1",
      kind: "choice",
      choices: ["NGP", "CIC"],
      text: "Mass assignment for particles of THESAN snapshots",
    },
    snapshot_redshifts: {
      default: null,
      unit: "1",
      kind: "numbers",
      least: 0,
      nullable: true,
      text: "Redshifts of the snapshots to paint, falling; null: all",
    },
    file_root: { default: null, unit: "1", kind: "text", nullable: true, text: "Folder of the simulation's files" },
  },
};

/** Parameters of BEoRN that have no effect here, and why. They are accepted, so that its configurations can be used. */
export const IGNORED_PARAMETERS: Readonly<Record<string, string>> = {
  "simulation.store_grids": "all fields are always written",
  "simulation.cores": "the number of threads is an option of the run, not of its result",
  "simulation.fft_backend": "there is one transform",
  "simulation.spreading_subgrid_approximation": "distances are exact and cost no more",
  "simulation.minimum_grid_size_heat": "periodic images are summed exactly",
  "simulation.minimum_grid_size_lyal": "periodic images are summed exactly",
  "cosmology.rho_c": "the critical density is a constant",
  "cosmo_sim.particle_mapping_backend": "there is one mass assignment",
};
