import { NdArray, zeros } from "../array/mod.ts";
import { checkFinite, checkInteger } from "../base/mod.ts";
import { allocate, release } from "../kernel/mod.ts";
import type { Frame, ParticleTable } from "../galaxy/mod.ts";
import type { LookupOptions, TemplateGrid } from "../stellar/mod.ts";
import { gatherStars, STATE } from "./_kernel_measure.ts";
import { populationLight } from "./_population_light.ts";
import { StarBlocks } from "./_star_blocks.ts";
import { type Filter, topHat } from "./filter.ts";
import { convolvePsf, type PointSpread } from "./psf.ts";
import { spaxelEdges } from "./spaxels.ts";
import type { Telescope } from "./telescope.ts";

/** Options of `particleMaps`. */
export interface ParticleMapsOptions extends LookupOptions {
  /** Stars, with `STAR_COLUMNS`. They are read in blocks, so that memory does not depend on their number. */
  stars: ParticleTable;
  /** The observer's frame. */
  frame: Frame;
  /** Its spaxels are used, and its wavelengths for the default band. */
  telescope: Telescope;
  /** [kpc/arcsec] Proper length of an angle at the galaxy. */
  kpcPerArcsec: number;
  /** Spectra of populations; without them there are no maps weighted by light. Lookup is linear. */
  templates?: TemplateGrid;
  /** [1] Redshift of the galaxy, which shifts the templates through the band. Default 0. */
  redshift?: number;
  /** Band of the light. Default: the telescope's window. */
  band?: Filter;
  /** Point spread function through which sums and moments are seen; of several widths the middle one. Default: none. */
  psf?: PointSpread;
}

/** Maps `[y, x]` of what stars have on average, NaN where there are none. They lie in memory of their own: nothing is to be given back. */
export interface WeightedMaps {
  /** Sum of the weights: mass [M_sun], or light [L_sun/Angstrom] (mean through the band, for each Angstrom as observed). 0 where there is none. */
  readonly total: NdArray<"float64">;
  /** [km/s] Mean velocity along the line of sight, positive away from the observer. */
  readonly velocity: NdArray<"float64">;
  /** [km/s] Standard deviation of velocities. */
  readonly dispersion: NdArray<"float64">;
  /** [1] Skewness of velocities over `4 sqrt(3)`: h3 of Gauss and Hermite to first order (van der Marel & Franx 1993). */
  readonly h3: NdArray<"float64">;
  /** [1] Excess of kurtosis over `8 sqrt(6)`: h4 to first order. */
  readonly h4: NdArray<"float64">;
  /** [Gyr] Mean age. */
  readonly age: NdArray<"float64">;
  /** [1] Mean of log10(age/Gyr), ages below 1e-4 taken as that. */
  readonly logAge: NdArray<"float64">;
  /** [1] Mean metallicity, share of the mass. */
  readonly metallicity: NdArray<"float64">;
  /** [1] Mean of log10 of the metallicity, those below 1e-6 taken as that. */
  readonly logMetallicity: NdArray<"float64">;
}

/** Maps of `particleMaps`. */
export interface ParticleMaps {
  /** Number of stars `[y, x]`, whatever the point spread function. */
  readonly count: NdArray<"float64">;
  /** Weighted by mass. */
  readonly mass: WeightedMaps;
  /** Weighted by light, if there are templates. */
  readonly light?: WeightedMaps;
}

/**
 * Maps of the stars themselves, without spectra: number, mass, light, velocity and its moments, age and metallicity in each
 * spaxel. Spaxels are those of `paintCube`. Stars are read once; moments are updated star by star about the running mean
 * (Pébay 2008), so that bits depend neither on blocks nor on threads. Through a point spread function, the sums over
 * stars are convolved, margin around the field included, and moments made of them: velocities blur as in spectra.
 *
 * Moments are those of all stars, wings included; a Gauss-Hermite fit to a spectrum gives less dispersion where h4 > 0.
 *
 * @param options Stars, frame, telescope, and what is weighted.
 * @throws {DomainError} for values of stars that are not finite or negative (the star and the column are named); if no star lies in the
 * field; if the templates do not cover the band.
 * @throws {ShapeError} if a column of the stars is missing.
 * @example Two stars in one spaxel
 * ```ts
 * import { particleMaps } from "@cosmesh/cosmesh/ifu";
 * import { galaxyFromArrays } from "@cosmesh/cosmesh/galaxy";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const stars = { coords: [0, 0, 0, 0, 0, 1], velocity: [0, 0, 10, 0, 0, 50], mass: [3, 1], metallicity: [0.02, 0.02], age: [5, 9] };
 * using galaxy = galaxyFromArrays({ stars });
 * const frame = { center: new Float64Array(3), velocity: new Float64Array(3), matrix: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1) };
 * const wavelength = Float64Array.of(5000, 5001);
 * const telescope = { name: "one spaxel", fieldOfView: 1, spaxelSize: 1, spaxels: 1, wavelength, wavelengthStep: 1,
 *   lsfFwhm: 2, aperture: "square" as const };
 * const { mass } = particleMaps({ stars: galaxy.stars, frame, telescope, kpcPerArcsec: 1 });
 * console.log(mass.velocity.data[0], mass.dispersion.data[0], mass.age.data[0]); // 20, 17.32 (= sqrt(300)), 6
 * ```
 */
export function particleMaps(options: ParticleMapsOptions): ParticleMaps {
  const { stars, frame, telescope, kpcPerArcsec, templates, psf } = options;
  const redshift = checkFinite(options.redshift ?? 0, "redshift");
  const margin = psf ? checkInteger(psf.radius, "psf.radius") : 0;
  const grid = spaxelEdges({ telescope, kpcPerArcsec, margin });
  const light = templates && populationLight(templates, options.band ?? windowOf(telescope), redshift, options);
  using blocks = new StarBlocks("map stars", stars, frame, grid);
  const state = allocate(Float64Array, grid.side ** 2 * STATE, "maps of stars");
  try {
    for (const [first, count] of blocks.ranges()) {
      blocks.load(first, count);
      gatherStars(blocks, light, state);
    }
    blocks.checkInField();
    const { side } = grid;
    const counts = map(side - 2 * margin, (i) => state[STATE * padded(i, side, margin)]);
    const seen = psf ? blurred(state, side, psf) : state;
    const mass = weighted(seen, side - 2 * margin, 1);
    return light ? { count: counts, mass, light: weighted(seen, side - 2 * margin, 10) } : { count: counts, mass };
  } finally {
    release(state);
  }
}

/** The telescope's window as a filter. */
function windowOf({ name, wavelength, wavelengthStep }: Telescope): Filter {
  return topHat(
    `window of ${name}`,
    wavelength[0] - wavelengthStep / 2,
    wavelength[wavelength.length - 1] + wavelengthStep / 2,
  );
}

/** Index with a margin of a spaxel without one. */
function padded(i: number, side: number, margin: number): number {
  const n = side - 2 * margin;
  return (Math.floor(i / n) + margin) * side + i % n + margin;
}

/** A map of `side` times `side` numbers. */
function map(side: number, at: (i: number) => number): NdArray<"float64"> {
  return new NdArray(Float64Array.from({ length: side * side }, (_, i) => at(i)), [side, side], "float64");
}

/** Central moments [weights, mean, sums of (v - mean)^2, ^3, ^4] to sums of powers of v, or back, in place. */
function shift(m: Float64Array, back: boolean): void {
  const [w, first, second, third, fourth] = m;
  if (w === 0) return;
  const u = back ? first / w : first;
  if (back) {
    m.set([u, second - w * u * u, third - 3 * u * second + 2 * w * u * u * u], 1);
    m[4] = fourth - 4 * u * third + 6 * u * u * second - 3 * w * u * u * u * u;
  } else {
    m.set([w * u, second + w * u * u, third + 3 * u * second + w * u * u * u], 1);
    m[4] = fourth + 4 * u * third + 6 * u * u * second + w * u * u * u * u;
  }
}

/** The state seen through a point spread function, without margin. */
function blurred(state: Float64Array, side: number, psf: PointSpread): Float64Array {
  using sums = zeros([side, side, STATE], "float64");
  sums.data.set(state);
  const each = (data: Float64Array, back: boolean) => {
    for (let at = 1; at < data.length; at += STATE) {
      for (const first of [at, at + 9]) shift(data.subarray(first, first + 5), back);
    }
  };
  each(sums.data, false);
  const width = Float64Array.of(psf.width[psf.width.length >> 1]);
  using seen = convolvePsf(sums, { ...psf, width }, { crop: psf.radius });
  each(seen.data, true);
  return seen.data.slice();
}

/** Maps of the weights that begin at place `first` of each spaxel's numbers. */
function weighted(state: Float64Array, side: number, first: number): WeightedMaps {
  const of = (value: (m: Float64Array) => number) =>
    map(side, (i) => value(state.subarray(i * STATE + first, i * STATE + first + 9)));
  // Rounding after a convolution may leave a little less than nothing.
  const variance = (m: Float64Array) => m[0] > 0 ? Math.max(m[2] / m[0], 0) : NaN;
  const standard = (m: Float64Array, power: 3 | 4) => {
    const v = variance(m);
    return v > 0 ? m[power] / m[0] / (power === 3 ? v * Math.sqrt(v) : v * v) : NaN;
  };
  const mean = (k: number) => of((m) => m[0] > 0 ? m[k] / m[0] : NaN);
  return {
    total: of((m) => m[0]),
    velocity: of((m) => m[0] > 0 ? m[1] : NaN),
    dispersion: of((m) => Math.sqrt(variance(m))),
    h3: of((m) => standard(m, 3) / (4 * Math.sqrt(3))),
    h4: of((m) => (standard(m, 4) - 3) / (8 * Math.sqrt(6))),
    age: mean(5),
    logAge: mean(6),
    metallicity: mean(7),
    logMetallicity: mean(8),
  };
}
