import type { NdArray } from "../array/mod.ts";
import type { ParameterGroups } from "./parameters.ts";

/** A table of a profile file, in either precision. */
export type Table = NdArray<"float32"> | NdArray<"float64">;

/**
 * Radiation profiles around halos, for bins of mass and accretion rate and a list of redshifts. With a grid of
 * star-formation efficiencies the tables have an axis `fSt` before the last one.
 */
export interface RadiationProfiles {
  /** [1] Redshifts z_k, falling, `[z]`. */
  readonly redshifts: Float64Array;
  /** [M_sun/h] Mass edges, `[edge, alphaEdge, z]`; halos of alpha bin j are binned by the edges of alpha edge j. */
  readonly massEdges: NdArray<"float64">;
  /** [Mpc/h] Comoving radius of the ionised bubble, `[mass, alpha, (fSt,) z]`. */
  readonly bubbleRadius: NdArray<"float64">;
  /** [K] Heating, `[r, mass, alpha, (fSt,) z]`, at `radii`. */
  readonly temperature: Table;
  /** [1/(cm^2 s Hz)] Lyman-alpha photons, proper, `[lyr, mass, alpha, (fSt,) z]`, at `lymanAlphaRadii`. */
  readonly lymanAlpha: Table;
  /** [eV/s] X-ray heating, `[r, mass, alpha, (fSt,) z]`; painting does not need it. */
  readonly xray?: Table;
  /** [Mpc/h] Comoving radii of `temperature`, rising, `[r]`. */
  readonly radii: Float64Array;
  /** [proper Mpc/h] Radii of `lymanAlpha`, rising, `[lyr]`. */
  readonly lymanAlphaRadii: Float64Array;
  /** [1] Star-formation efficiencies, rising, `[fSt]`, if the tables have that axis. */
  readonly fStGrid?: Float64Array;
  /** Parameters that the profiles were made with, as far as the file has them. */
  readonly parameters?: ParameterGroups;
}

/** Profiles at one redshift, as painting uses them. Bins are rows: mass first, then alpha, then fSt. */
export interface ProfileSlice {
  /** [1] The redshift z_k of the profiles; everything is painted at it. */
  readonly z: number;
  /** [1] k. */
  readonly zIndex: number;
  /** A sentence if z_k is more than 0.5 from the redshift asked for. */
  readonly warning?: string;
  /** [1] Number of mass bins. */
  readonly massBins: number;
  /** [1] Number of bins of accretion rate. */
  readonly alphaBins: number;
  /** [1] Star-formation efficiencies, `[fSt]`; absent if there is no such axis. */
  readonly fStGrid?: Float64Array;
  /** [M_sun/h] `[edge, alphaEdge]`. */
  readonly massEdges: NdArray<"float64">;
  /** [Mpc/h] `[mass, alpha]` or `[mass, alpha, fSt]`. */
  readonly bubbleRadius: NdArray<"float64">;
  /** [K] `[mass, alpha, r]` or `[mass, alpha, fSt, r]`. */
  readonly temperature: NdArray<"float64">;
  /** [Mpc/h] Comoving radii of `temperature`, `[r]`. */
  readonly temperatureRadii: Float64Array;
  /** [1] x_alpha = 1.81e11 rho_alpha/(1+z_k), without S_alpha/(4 pi); `[mass, alpha, lyr]` or `[mass, alpha, fSt, lyr]`. */
  readonly xAlpha: NdArray<"float64">;
  /** [Mpc/h] Comoving radii of `xAlpha`, `[lyr]`. */
  readonly xAlphaRadii: Float64Array;
}

/** The bin of each halo. */
export interface HaloBins {
  /** [1] Bin (mass index times `alphaBins` + alpha index, a row of `ProfileSlice`), `[halo]`; -1: not painted. */
  readonly bin: Int32Array;
  /** [1] Halos in each bin, `[mass, alpha]`. */
  readonly counts: Uint32Array;
  /** [1] Halos that are painted. */
  readonly painted: number;
}
