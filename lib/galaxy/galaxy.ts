/** Numbers of a row of each column that particles may have. */
export const COLUMN_WIDTH = {
  coords: 3,
  velocity: 3,
  mass: 1,
  metallicity: 1,
  age: 1,
  hydrogen: 1,
  oxygen: 1,
  starFormationRate: 1,
} as const;

/**
 * A property of particles: `coords` [kpc], proper; `velocity` [km/s]; `mass` [M_sun], of stars the mass that was formed;
 * `metallicity`, `hydrogen` and `oxygen`, shares of the mass; `age` [Gyr], when the light leaves;
 * `starFormationRate` [M_sun/yr].
 */
export type Column = keyof typeof COLUMN_WIDTH;

/** Columns that all stars have. */
export const STAR_COLUMNS = ["coords", "velocity", "mass", "metallicity", "age"] as const;
/** Columns that all gas cells have. */
export const GAS_COLUMNS = ["coords", "mass", "metallicity"] as const;

/** Particles in a file or in memory, read in blocks so that their number is not bound by memory. */
export interface ParticleTable {
  /** Number of particles. */
  readonly count: number;
  /** What there is of each. */
  readonly columns: readonly Column[];
  /**
   * Fills `target` with rows of a column from particle `first` on, as many as it holds; rows of `coords` and `velocity` are
   * three numbers.
   */
  read(column: Column, first: number, target: Float64Array): void;
}

/** A galaxy as simulated. Give it back with `using` or `dispose()`: its particles may lie in an open file. */
export interface Galaxy extends Disposable {
  /** What it is called in messages and headers. */
  readonly name: string;
  /** [kpc] Center `[3]`, in the frame of `coords`. */
  readonly center: Float64Array;
  /** [kpc] Radius around the center that holds half of the mass of stars; left out if the file has none. */
  readonly halfMassRadius?: number;
  /** [1] Redshift of the snapshot. */
  readonly redshift: number;
  /** Stars, with `STAR_COLUMNS` at least. */
  readonly stars: ParticleTable;
  /** Gas, with `GAS_COLUMNS` at least. */
  readonly gas?: ParticleTable;
}

/** From the frame of a simulation to that of an observer at z = -infinity: `x' = (x - center) matrix`, `v' = (v - velocity) matrix`. */
export interface Frame {
  /** [kpc] `[3]`. */
  readonly center: Float64Array;
  /** [km/s] `[3]`. */
  readonly velocity: Float64Array;
  /** [1] Rotation `[3, 3]`, applied to row vectors from the right. */
  readonly matrix: Float64Array;
}
