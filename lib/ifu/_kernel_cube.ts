import { call, type TypedArray } from "../kernel/mod.ts";

/** Templates, pixels and shifts, as `SpectrumTables` has them. */
export interface Tables {
  readonly wide: number;
  readonly settings: Float64Array;
  readonly tables: Float64Array;
  readonly flux: Float32Array | Float64Array;
}

/** Stars of a block, sorted by spaxel. */
export interface SortedStars {
  /** Rows of `capacity`: mass, metallicity, age, speed, depth. */
  readonly block: Float64Array;
  readonly capacity: number;
  readonly start: Uint32Array;
  readonly order: Uint32Array;
}

/** Gas in front of stars. */
export interface Screen {
  /** A(lambda)/A_V at samples of the templates. */
  readonly curve: Float64Array;
  readonly start: Uint32Array;
  /** Places of gas cells, then their running columns. */
  readonly gas: Float64Array;
}

/** Fills tables of the axes of templates. */
export function fillTables(
  settings: Float64Array,
  metallicity: Float64Array,
  age: Float64Array,
  wavelength: Float64Array,
  tables: Float64Array,
): void {
  call("use templates", (k, a) => {
    k.ifu_tables(a.in(settings), a.in(metallicity), a.in(age), a.in(wavelength), a.out(tables));
  });
}

/** Particles of a block, and where they are seen. */
export interface Placing {
  /** `[particle, 3]` */
  readonly coords: Float64Array;
  /** `[particle, 3]`, if there are. */
  readonly velocity?: Float64Array;
  /** Center, velocity, matrix. */
  readonly frame: Float64Array;
  readonly edges: Float64Array;
  readonly margin: number;
  /** Filled; 2^32 - 1 outside of all. */
  readonly spaxel: Uint32Array;
  /** Filled with z'. */
  readonly depth: Float64Array;
  /** Filled with v_z' if there are velocities. */
  readonly speed?: Float64Array;
}

/** Finds spaxels of particles; returns the least distance max(|x'|, |y'|) from the axis. */
export function placeParticles(p: Placing): number {
  let nearest = Infinity;
  call("find spaxels", (k, a) => {
    const [coords, velocity] = [a.in(p.coords), p.velocity ? a.in(p.velocity) : 0];
    const [frame, edges] = [a.in(p.frame), a.in(p.edges)];
    const [spaxel, depth, speed] = [a.out(p.spaxel), a.out(p.depth), p.speed ? a.out(p.speed) : 0];
    const [count, side] = [p.spaxel.length, p.edges.length - 1];
    nearest = k.ifu_place(count, coords, velocity, frame, edges, side, p.margin, spaxel, depth, speed);
  });
  return nearest;
}

/** Sorts particles by spaxel: fills `start`, one more than spaxels, and `order`. */
export function sortParticles(spaxel: Uint32Array, start: Uint32Array, order: Uint32Array): void {
  call("sort by spaxels", (k, a) => {
    k.ifu_sort(spaxel.length, a.in(spaxel), start.length - 1, a.out(start), a.out(order));
  });
}

const wide = (array: TypedArray) => Number(array instanceof Float64Array);

/** Adds stars to a cube `[spaxel, pixel]`, and to `clamped` those outside of the templates' metallicities, and ages. */
export function paintStars(
  tables: Tables,
  stars: SortedStars,
  screen: Screen | undefined,
  cube: Float32Array | Float64Array,
  clamped: Float64Array,
): void {
  call("paint a cube", (k, a) => {
    const [settings, axes, flux] = [a.in(tables.settings), a.in(tables.tables), a.in(tables.flux)];
    const [block, start, order] = [a.in(stars.block), a.in(stars.start), a.in(stars.order)];
    const dust = [screen?.curve, screen?.start, screen?.gas].map((array) => array ? a.in(array) : 0);
    return k.ifu_paint(
      ...[tables.wide + 2 * wide(cube), settings, axes, flux, block, stars.capacity, start, order] as const,
      ...[stars.start.length - 1, dust[0], dust[1], dust[2], a.inout(cube), a.inout(clamped)] as const,
    );
  });
}

/** Fills `out`, rows of `capacity`, with derivatives by stars of the sum of weights times the cube. */
export function pullStars(
  tables: Tables,
  stars: SortedStars,
  screen: Screen | undefined,
  weights: Float32Array | Float64Array,
  out: Float64Array,
): void {
  call("adjoint of painting a cube", (k, a) => {
    const [settings, axes, flux] = [a.in(tables.settings), a.in(tables.tables), a.in(tables.flux)];
    const [block, start, order] = [a.in(stars.block), a.in(stars.start), a.in(stars.order)];
    const dust = [screen?.curve, screen?.start, screen?.gas].map((array) => array ? a.in(array) : 0);
    k.ifu_pull(
      ...[tables.wide + 2 * wide(weights), settings, axes, flux, block, stars.capacity, start, order] as const,
      ...[stars.start.length - 1, dust[0], dust[1], dust[2], a.in(weights), a.inout(out)] as const,
    );
  });
}

/** Fills spectra `[star, pixel]` and derivatives `[star, 4, pixel]`; `block` has rows mass, metallicity, age, velocity. */
export function fillSpectra(
  tables: Tables,
  count: number,
  block: Float64Array,
  out: Float64Array,
  slopes?: Float64Array,
): void {
  call("spectra of stars", (k, a) => {
    const [settings, axes, flux] = [a.in(tables.settings), a.in(tables.tables), a.in(tables.flux)];
    const [stars, rows, by] = [a.in(block), a.out(out), slopes ? a.out(slopes) : 0];
    k.ifu_spectra(tables.wide, settings, axes, flux, count, stars, rows, by);
  });
}

/** Fills spectra `[star, wavelength]` at rest; `block` has rows metallicity, age. */
export function fillPopulations(tables: Tables, count: number, block: Float64Array, out: Float64Array): void {
  call("spectra of populations", (k, a) => {
    const [settings, axes, flux] = [a.in(tables.settings), a.in(tables.tables), a.in(tables.flux)];
    k.ifu_populations(tables.wide, settings, axes, flux, count, a.in(block), a.out(out));
  });
}
