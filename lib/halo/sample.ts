import { empty, Field, stats } from "../array/mod.ts";
import { checkFinite, checkOneOf, checkPositive, DomainError } from "../base/mod.ts";
import { dlnSigmaDlnM, type LinearPower, meanMatterDensity, radiusToMass, sigmaM } from "../cosmology/mod.ts";
import { together } from "../mpi/mod.ts";
import type { DistributedField } from "../decomposition/mod.ts";
import { RandomKey, randomKey } from "../rng/mod.ts";
import {
  type CellsOf,
  type CountTable,
  countTable,
  drawHalos,
  errorFunctions,
  expectedCounts,
  massPoints,
} from "./_kernel.ts";
import { logarithms } from "./_elementary.ts";
import { DEFAULT_ALPHA, type HaloCatalog } from "./catalog.ts";

/** Mass functions that halos can have in the mean. */
export type ConditionalModel = "pressSchechter" | "shethTormen" | "ellipsoidal";

const MODELS: readonly ConditionalModel[] = ["pressSchechter", "shethTormen", "ellipsoidal"];
/** Linear overdensity for collapse. */
const DELTA_C = 1.686;
/** Panels in one of ln(M/(environment - M)). */
const PANELS_PER_ONE = 8;
/** Above this fraction of the environment's mass the theory has no halos to speak of, and sigma^2 no digits left. */
const MOST_OF_ENVIRONMENT = 0.999;
/** No linear overdensity of a region is lower; other fields may be. */
const LEAST_OVERDENSITY = -100;

/** Which halos a density has. */
export interface ConditionalHalosOptions {
  /** [1] Redshift, of density and halos. */
  z: number;
  /** [M_sun/h] Least mass. */
  minMass: number;
  /** [M_sun/h] Largest mass. Default: 0.999 of the environment's mass, which is the most in any case. */
  maxMass?: number;
  /**
   * Mass function that the mean over all regions gives: "pressSchechter", or another one by the ratio to it at each mass
   * (Barkana and Loeb 2004). Default "shethTormen".
   */
  model?: ConditionalModel;
  /** [1] Linear overdensity for collapse. Default 1.686. */
  deltaC?: number;
  /** [Mpc/h] Radius of the spheres over which the density is averaged. Default: the sphere of a cell's volume. */
  environmentRadius?: number;
}

/** Accretion rates drawn from a normal distribution. */
export interface AlphaDistribution {
  /** [1] Mean. */
  mean: number;
  /** [1] Standard deviation. */
  scatter: number;
  /** [1] Only the part of the distribution between these. Default: all of it. */
  range?: readonly [low: number, high: number];
}

/** Options of `sampleHalos`. */
export interface SampleHalosOptions extends ConditionalHalosOptions {
  /** Key of the random numbers, or a seed. The same key at other redshifts gives the same halos, grown. */
  key: RandomKey | number;
  /** [1] Accretion rates: one number, or drawn. Default 0.79. */
  alpha?: number | AlphaDistribution;
}

/** Halos, and what was drawn from. */
export interface SampledHalos extends HaloCatalog {
  /** [Mpc/h] Positions, `[halo, 3]`. */
  readonly positions: Float32Array;
  /** [M_sun/h] Masses, `[halo]`. */
  readonly masses: Float64Array;
  /** [1] Accretion rates, `[halo]`. */
  readonly alphas: Float64Array;
  /** [M_sun/h] Mean mass of the regions whose overdensity is given. */
  readonly environmentMass: number;
  /** [M_sun/h] Least and largest mass that could be drawn. */
  readonly massRange: readonly [number, number];
  /** [1] Cells whose overdensity is that for collapse or more: the theory has one halo of their whole mass, none is drawn. */
  readonly collapsedCells: number;
  /** What the caller may want to know: a mass limit that was lowered, collapsed cells. */
  readonly notes: readonly string[];
}

interface Prepared {
  table: CountTable;
  environmentMass: number;
  massRange: [number, number];
  notes: string[];
}

/** A field, or a part of one, with the least of all its numbers and how many are not finite. */
interface Overdensity extends Pick<Field, "cells" | "boxSize" | "quantity"> {
  readonly min: number;
  readonly nonFinite: number;
}

const overdensityOf = (field: Field): Overdensity => {
  const { cells, boxSize, quantity, array } = field;
  return { cells, boxSize, quantity, ...stats(array) };
};

function prepare(linear: LinearPower, density: Overdensity, options: ConditionalHalosOptions): Prepared {
  const { z, minMass, maxMass = Infinity, model = "shethTormen", deltaC = DELTA_C, environmentRadius } = options;
  const kind = MODELS.indexOf(checkOneOf(model, "model", MODELS));
  checkPositive(minMass, "minMass");
  checkPositive(deltaC, "deltaC");
  if (!(maxMass > minMass)) {
    const rule = `above minMass = ${minMass} M_sun/h`;
    throw new DomainError(`Cannot sample halos: maxMass must be ${rule}, got ${maxMass}`, rule, String(maxMass));
  }
  const side = density.boxSize / density.cells;
  const content = meanMatterDensity(linear.cosmology) * side * side * side;
  const environmentMass = environmentRadius === undefined
    ? content
    : radiusToMass(linear.cosmology, checkPositive(environmentRadius, "environmentRadius"));
  const most = MOST_OF_ENVIRONMENT * environmentMass;
  if (most <= minMass) {
    const [what, remedy] = environmentRadius === undefined
      ? [`a cell of ${side} Mpc/h`, "use larger cells (fewer cells or a larger boxSize)"]
      : [`a sphere of environmentRadius = ${environmentRadius} Mpc/h`, "use a larger environmentRadius"];
    throw new DomainError(
      `Cannot sample halos: minMass must be below the mass of ${what}, ${environmentMass.toExponential(3)} M_sun/h, ` +
        `got ${minMass.toExponential(3)}; ${remedy} or a larger minMass`,
      `below ${most}`,
      String(minMass),
    );
  }
  const { min, nonFinite } = density;
  if (nonFinite > 0 || min < LEAST_OVERDENSITY || density.quantity !== "overdensity") {
    const got = nonFinite > 0
      ? `${nonFinite} values that are NaN or infinite`
      : density.quantity !== "overdensity"
      ? `"${density.quantity}"`
      : `values down to ${min}`;
    throw new DomainError(
      `Cannot sample halos: the density must be a linear overdensity, finite and of quantity "overdensity", got ${got}`,
      "a linear overdensity",
      got,
    );
  }
  const notes: string[] = [];
  const high = Math.min(maxMass, most);
  if (maxMass < Infinity && high < maxMass) {
    notes.push(
      `maxMass was lowered from ${maxMass.toExponential(3)} to ${
        high.toExponential(3)
      } M_sun/h, as no halo is heavier than ` +
        "its environment; larger cells or a larger environmentRadius allow heavier ones",
    );
  }
  const span = (m: number) => m / (environmentMass - m);
  const [length] = logarithms(Float64Array.of(span(high) / span(minMass)));
  const panels = Math.max(4, Math.ceil(PANELS_PER_ONE * length));
  const grid = Float64Array.of(environmentMass, minMass, high, panels);
  const masses = massPoints(grid);
  const ingredients = { masses, sigma: sigmaM(linear, masses, { z }), slope: dlnSigmaDlnM(linear, masses) };
  const sigma = sigmaM(linear, environmentMass, { z });
  const sums = Float64Array.of(sigma * sigma, deltaC, content);
  const table = countTable(grid, ingredients, sums, kind, deltaC - min);
  return { table, environmentMass, massRange: [minMass, high], notes };
}

/** Numbers for the kernel that draws accretion rates. */
function ratesOf({ mean, scatter, range }: AlphaDistribution): Float64Array {
  checkFinite(mean, "alpha.mean");
  checkPositive(scatter, "alpha.scatter");
  if (!range) return Float64Array.of(mean, scatter, -1, 1);
  const [low, high] = range;
  if (!(low < high && mean > low - 5 * scatter && mean < high + 5 * scatter)) {
    const rule = "two rising numbers within 5 scatters of the mean";
    throw new DomainError(`Cannot use "alpha.range": it must be ${rule}, got ${low}, ${high}`, rule, `${low}, ${high}`);
  }
  const ends = errorFunctions(Float64Array.of(low, high).map((x) => (x - mean) / (scatter * Math.SQRT2)));
  return Float64Array.of(mean, scatter, ...ends);
}

/**
 * Halos of a linear density, drawn from the conditional mass function of extended Press-Schechter theory (Bond et al. 1991;
 * `conditionalMassFunction`): in each cell a Poisson process in mass, `dN/dln M = V_cell dn/dln M(M | delta)`. The cell of
 * node (i, j, k) reaches half a cell to all sides of it; positions are uniform in it.
 *
 * Masses are continuous, by inversion of N(>M | delta) to 1e-4 of the mass. Random numbers are functions of key and cell:
 * halo k of a cell is its k-th heaviest, at N(>M) = the sum of k + 1 exponential numbers. With the same key and the density
 * grown to another redshift the same halos are there with other masses (growing ones as long as N(>M) grows, which it does
 * above the typical mass), and new ones begin at minMass.
 *
 * Takes about 21 bytes of the kernels' memory per halo (29 with drawn accretion rates) while it runs; the halos are arrays of
 * JavaScript, 28 bytes each, which like any others are no part of the kernels' memory. On one core 10 ns per cell and 60 ns
 * per halo.
 *
 * @param linear Spectrum of the density.
 * @param density Linear overdensity, grown to z and averaged over the environment (the cell by default: a top-hat of radius
 * (3/(4 pi))^(1/3) cells), so that its variance is sigma^2 of the environment's mass.
 * @param options Redshift, key, masses, model, environment, accretion rates.
 * @throws {DomainError} for an option out of its range, a density that is not such a field, or a minMass that is not below
 * the mass of the environment.
 * @example Cells of the mean density
 * ```ts
 * import { Field, zeros } from "@cosmesh/cosmesh/array";
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { sampleHalos } from "@cosmesh/cosmesh/halo";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using array = zeros([16, 16, 16], "float32");
 * const density = new Field({ array, boxSize: 16, quantity: "overdensity", unit: "1" });
 * const halos = sampleHalos(linearPower(planck18), density, { z: 8, key: 1, minMass: 1e8 });
 * console.log(halos.size, halos.massRange);
 * ```
 */
export function sampleHalos(linear: LinearPower, density: Field, options: SampleHalosOptions): SampledHalos {
  const draw = prepareDraw(linear, overdensityOf(density), options);
  const halos = draw(density);
  return { ...halos, notes: notesOf(halos, options) };
}

/** Checks options, and gives what draws the halos of cells of a mesh; their notes lack the cells above the barrier. */
function prepareDraw(
  linear: LinearPower,
  density: Overdensity,
  options: SampleHalosOptions,
): (cells: Omit<CellsOf, "cells">) => SampledHalos {
  const { key, alpha = DEFAULT_ALPHA, z } = options;
  const rates = typeof alpha === "number" ? undefined : ratesOf(alpha);
  if (typeof alpha === "number") checkFinite(alpha, "alpha");
  const { table, notes, environmentMass, massRange } = prepare(linear, density, options);
  const random = key instanceof RandomKey ? key : randomKey(key);
  const { cells, boxSize } = density;
  return ({ array, first }) => {
    const { collapsed, positions, masses, alphas } = drawHalos(table, { array, first, cells, boxSize }, random, rates);
    const size = masses.length;
    return {
      ...{ positions, masses, alphas: alphas ?? new Float64Array(size).fill(alpha as number), z, boxSize, size },
      ...{ environmentMass, massRange, collapsedCells: collapsed, notes },
    };
  };
}

/** All notes. */
function notesOf({ notes, collapsedCells }: SampledHalos, { deltaC = DELTA_C }: ConditionalHalosOptions): string[] {
  if (collapsedCells === 0) return [...notes];
  return [...notes, `${collapsedCells} cells have an overdensity of ${deltaC} or more; no halos were drawn there`];
}

/**
 * As `sampleHalos`, of a density in slabs along x: each rank draws those of its cells, so that together, in the order of
 * ranks, they are those of one rank, bit by bit, if the density is. Collective.
 *
 * @param linear Spectrum of the density.
 * @param density As in `sampleHalos`, in slabs, of at most 2^32 cells.
 * @param options As of `sampleHalos`; the same on all ranks.
 * @returns Halos of this rank; the number of collapsed cells and the notes are those of all ranks.
 * @throws {DomainError} as `sampleHalos`, or if the density is not in slabs; {CommError} where another rank failed.
 * @example
 * ```ts
 * import { Field, zeros } from "@cosmesh/cosmesh/array";
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { sampleHalosDistributed } from "@cosmesh/cosmesh/halo";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { scatterField } from "@cosmesh/cosmesh/decomposition";
 * await ready();
 * using array = zeros([16, 16, 16], "float32");
 * const whole = new Field({ array, boxSize: 16, quantity: "overdensity", unit: "1" });
 * const density = scatterField(selfComm(), whole);
 * const halos = sampleHalosDistributed(linearPower(planck18), density, { z: 8, key: 1, minMass: 1e8 });
 * console.log(halos.size);
 * ```
 */
export function sampleHalosDistributed(
  linear: LinearPower,
  density: DistributedField,
  options: SampleHalosOptions,
): SampledHalos {
  const { comm, cells, boxSize, quantity, array, box, decomposition: { grid } } = density;
  const own = together(comm, () => {
    if (grid[1] !== 1 || grid[2] !== 1 || cells ** 3 > 2 ** 32) {
      const [rule, got] = ["slabs along x, of at most 2^32 cells", `[${grid.join(", ")}] parts of ${cells}^3 cells`];
      throw new DomainError(`Cannot sample halos: the density must be in ${rule}, got ${got}`, rule, got);
    }
    return array.size > 0 ? stats(array) : { min: Infinity, nonFinite: 0 };
  });
  const [min] = comm.allreduce(Float64Array.of(own.min), "min");
  const [nonFinite] = comm.allreduce(Float64Array.of(own.nonFinite));
  const first = box.start[0] * cells * cells;
  const halos = together(comm, () => {
    const draw = prepareDraw(linear, { cells, boxSize, quantity, min, nonFinite }, options);
    return draw({ array, first });
  });
  const [collapsedCells] = comm.allreduce(Float64Array.of(halos.collapsedCells));
  const all = { ...halos, collapsedCells };
  return { ...all, notes: notesOf(all, options) };
}

/**
 * Mean number of halos in each cell of a linear density: what `sampleHalos` draws around.
 *
 * @param linear Spectrum of the density.
 * @param density As in `sampleHalos`.
 * @param options Redshift, masses, model, environment.
 * @returns Counts in the kernels' memory, float64; dispose of its array.
 * @throws {DomainError} as `sampleHalos`.
 * @example
 * ```ts
 * import { Field, zeros } from "@cosmesh/cosmesh/array";
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { expectedHaloCounts } from "@cosmesh/cosmesh/halo";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using array = zeros([4, 4, 4], "float32");
 * const density = new Field({ array, boxSize: 4, quantity: "overdensity", unit: "1" });
 * using counts = expectedHaloCounts(linearPower(planck18), density, { z: 8, minMass: 1e8 }).array;
 * console.log(counts.data[0]);
 * ```
 */
export function expectedHaloCounts(linear: LinearPower, density: Field, options: ConditionalHalosOptions): Field {
  const { table } = prepare(linear, overdensityOf(density), options);
  const array = empty(density.array.shape, "float64");
  expectedCounts(table, density, array.data);
  return new Field({ array, boxSize: density.boxSize, quantity: "counts", unit: "1" });
}
