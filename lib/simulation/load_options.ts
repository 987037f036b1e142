/** Options that all loaders share. */

/** The halos of a snapshot, for a function that knows their accretion rates. Halo i is row i of the code's catalogue. */
export interface LoadedHalos {
  /** What messages call the snapshot: a step, a group, a file. */
  readonly name: string;
  /** [1] Number that the code gives the snapshot, as merger trees use it; its place in the list if there is none. */
  readonly number: number;
  /** [1] Redshift. */
  readonly z: number;
  /** [M_sun/h] Masses, `[halo]`. */
  readonly masses: Float64Array;
  /** [1] Halo that each subhalo lies in, `[subhalo]`, for codes whose trees connect subhalos (THESAN). */
  readonly subhaloHalos?: Float64Array;
}

/** Gives the accretion rates alpha of M proportional to exp(-alpha z), `[halo]`, such as those fitted to a merger tree. */
export type AccretionRateReader = (
  halos: LoadedHalos,
) => Float32Array | Float64Array | Promise<Float32Array | Float64Array>;

/** Which snapshots to read, and on which mesh. */
export interface LoadOptions {
  /** [1] Redshifts wanted, falling. Default: all snapshots. */
  redshifts?: readonly number[];
  /** [1] Largest distance of a wanted redshift to that of its snapshot. Default: 0.01. */
  redshiftTolerance?: number;
  /** [1] Lowest and highest redshift; other snapshots are left out. Default: all. */
  redshiftRange?: readonly [number, number];
  /**
   * A chosen snapshot without one of its files is an "error", left out ("skip"), or, if the halos' file is the one that is
   * missing, read as one without halos ("noHalos"). Default: "error".
   */
  missing?: "error" | "skip" | "noHalos";
  /** [1] Cells along one axis that the run has; another mesh is refused. Default: any (THESAN needs it). */
  cells?: number;
  /** Accretion rates of the halos. Default: 0.79 for all. */
  alphas?: AccretionRateReader;
}

/** Options of loaders of meshes. */
export interface MeshOptions {
  /** [1] Cells of the file in one cell of the run, along each axis: the mean of degrade^3 cells is taken. Default: 1. */
  degrade?: number;
  /**
   * Where value i of the file lies: "centre" at (i + 1/2) L/N, as in codes with cells, or "corner" at i L/N, as in this
   * toolkit. Meshes are not resampled: the halos are moved instead, by -L/2N of the final mesh for "centre".
   */
  registration?: "centre" | "corner";
}

/** Units of the halos in files that do not say. */
export interface HaloUnits {
  /** Unit of positions; "box" counts sides of the box. */
  lengthUnit?: "Mpc/h" | "Mpc" | "kpc/h" | "kpc" | "box";
  /** Where positions start: in a "corner" of the box, or in its "centre", so that they lie between -L/2 and L/2. */
  origin?: "corner" | "centre";
  /** Unit of masses. */
  massUnit?: "M_sun/h" | "M_sun" | "1e10 M_sun/h";
  /** [1] Reduced Hubble constant; needed for units without h. */
  h?: number;
}
