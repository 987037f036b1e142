import { NdArray } from "../array/mod.ts";
import type { ParameterGroups } from "./parameters.ts";

/**
 * Radiation profiles around halos, for bins of mass and accretion rate and a list of redshifts. With a grid of
 * star-formation efficiencies the tables have an axis `fSt` before the last one.
 */
export interface RadiationProfiles extends ProfileGrid {
  /** [M_sun/h] Mass edges, `[edge, alphaEdge, z]`; halos of alpha bin j are binned by the edges of alpha edge j. */
  readonly massEdges: NdArray<"float64">;
  /** [Mpc/h] Comoving radius of the ionised bubble, `[mass, alpha, (fSt,) z]`. */
  readonly bubbleRadius: NdArray<"float64">;
  /** [K] Heating, `[r, mass, alpha, (fSt,) z]`, at `radii`. */
  readonly temperature: NdArray<"float64">;
  /** [1/(cm^2 s Hz)] Lyman-alpha photons, proper, `[lyr, mass, alpha, (fSt,) z]`, at `lymanAlphaRadii`. */
  readonly lymanAlpha: NdArray<"float64">;
  /** [eV/s] X-ray heating, `[r, mass, alpha, (fSt,) z]`; painting does not need it. */
  readonly xray?: NdArray<"float64">;
}

/** Axes of radiation profiles. */
export interface ProfileGrid {
  /** [1] Redshifts z_k, falling, `[z]`. */
  readonly redshifts: Float64Array;
  /** [Mpc/h] Comoving radii of the heating, rising, `[r]`. */
  readonly radii: Float64Array;
  /** [proper Mpc/h] Radii of the Lyman-alpha photons, rising, `[lyr]`. */
  readonly lymanAlphaRadii: Float64Array;
  /** [1] Star-formation efficiencies, rising, `[fSt]`, if the tables have that axis. */
  readonly fStGrid?: Float64Array;
  /** [1] Number of mass bins. */
  readonly massBins: number;
  /** [1] Number of bins of accretion rate. */
  readonly alphaBins: number;
  /** Parameters that the profiles were made with, as far as the file has them. */
  readonly parameters?: ParameterGroups;
}

/** Profiles at one redshift, as painting uses them. Bins are rows: mass first, then alpha, then fSt. */
export interface ProfileSlice {
  /** [1] The redshift z_k of the profiles; everything is painted at it. */
  readonly z: number;
  /** [1] k. */
  readonly zIndex: number;
  /** [1] The lowest redshift of the profiles, at which the mass edges were chosen. */
  readonly lowestZ: number;
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

/** [cm^2 s Hz] x_alpha of one Lyman-alpha photon /(cm^2 s Hz), times 1+z (Chen & Miralda-Escude 2004, without S_alpha). */
const X_ALPHA_PER_PHOTON = 1.81e11;
/** Snapshots further than this from the profiles' redshift get a warning. */
const WARN_DISTANCE = 0.5;

/** Gives the numbers of a table of profiles piece by piece: the place in the flat table of the first, and the numbers. */
export type TableReader = (each: (numbers: Float32Array | Float64Array, start: number) => void) => void;

/** Readers of the tables that a slice is made of. */
export interface ProfileTables {
  readonly massEdges: TableReader;
  readonly bubbleRadius: TableReader;
  readonly temperature: TableReader;
  readonly lymanAlpha: TableReader;
}

/**
 * Profiles at the redshift z_k nearest to `z`, in rows by bin.
 *
 * @param profiles All profiles.
 * @param z [1] Redshift of the snapshot.
 * @returns Tables at z_k, in ordinary memory; `warning` if z_k is further away than 0.5.
 * @example Bubbles of the heaviest halos at z = 8
 * ```ts
 * import { readProfiles, sliceProfiles } from "@cosmesh/cosmesh/radiation";
 * const slice = sliceProfiles(await readProfiles("examples/nbody/profiles.h5"), 8);
 * console.log(slice.z, slice.bubbleRadius.at(slice.massBins - 1).data[0]); // 8, and a radius in Mpc/h
 * ```
 */
export function sliceProfiles(profiles: RadiationProfiles, z: number): ProfileSlice {
  const whole = (table: NdArray<"float64">): TableReader => (each) => each(table.data, 0);
  return sliceTables(profiles, [z], {
    massEdges: whole(profiles.massEdges),
    bubbleRadius: whole(profiles.bubbleRadius),
    temperature: whole(profiles.temperature),
    lymanAlpha: whole(profiles.lymanAlpha),
  })[0];
}

/** As `sliceProfiles`, for several redshifts, and tables that are read piece by piece, once. */
export function sliceTables(grid: ProfileGrid, wanted: readonly number[], tables: ProfileTables): ProfileSlice[] {
  const { redshifts, massBins, alphaBins, fStGrid, radii, lymanAlphaRadii } = grid;
  const indices = wanted.map((z) =>
    redshifts.reduce((best, zk, k) => Math.abs(zk - z) < Math.abs(redshifts[best] - z) ? k : best, 0)
  );
  const binShape = [massBins, alphaBins, ...(fStGrid ? [fStGrid.length] : [])];
  /** The table at each redshift, times a factor of that redshift. */
  const take = (table: TableReader, rows: number, shape: number[], factor: (z: number) => number = () => 1) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const takes = indices.map((zIndex): Take => ({
      ...{ nz: redshifts.length, zIndex, bins: size / rows, rows, factor: factor(redshifts[zIndex]) },
      out: new Float64Array(size),
    }));
    table((numbers, start) => takes.forEach((each) => takeRedshift(numbers, start, each)));
    return takes.map(({ out }) => new NdArray(out, shape, "float64"));
  };
  const photons = lymanAlphaRadii.length;
  const massEdges = take(tables.massEdges, 1, [massBins + 1, alphaBins + 1]);
  const bubbleRadius = take(tables.bubbleRadius, 1, binShape);
  const temperature = take(tables.temperature, radii.length, [...binShape, radii.length]);
  const xAlpha = take(tables.lymanAlpha, photons, [...binShape, photons], (z) => X_ALPHA_PER_PHOTON / (1 + z));
  return indices.map((zIndex, i) => {
    const zk = redshifts[zIndex];
    const far = Math.abs(zk - wanted[i]) > WARN_DISTANCE;
    return {
      z: zk,
      zIndex,
      lowestZ: redshifts[redshifts.length - 1],
      massBins,
      alphaBins,
      ...(fStGrid ? { fStGrid } : {}),
      ...(far
        ? { warning: `The snapshot at z = ${wanted[i]} is painted at z = ${zk}, the nearest redshift of the profiles` }
        : {}),
      massEdges: massEdges[i],
      bubbleRadius: bubbleRadius[i],
      temperature: temperature[i],
      temperatureRadii: radii,
      xAlpha: xAlpha[i],
      xAlphaRadii: lymanAlphaRadii.map((r) => r * (1 + zk)),
    };
  });
}

interface Take {
  nz: number;
  zIndex: number;
  bins: number;
  rows: number;
  factor: number;
  out: Float64Array;
}

/** Puts those numbers of a piece of a table `[row, bin, z]` that belong to one redshift into `out`, `[bin, row]`. */
function takeRedshift(numbers: Float32Array | Float64Array, start: number, options: Take): void {
  const { nz, zIndex, bins, rows, factor, out } = options;
  const first = (zIndex - start % nz + nz) % nz;
  let place = Math.floor((start + first) / nz);
  for (let i = first; i < numbers.length; i += nz, place++) {
    const row = Math.floor(place / bins);
    out[(place - row * bins) * rows + row] = numbers[i] * factor;
  }
}
