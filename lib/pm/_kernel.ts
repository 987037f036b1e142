import type { NdArray } from "../array/mod.ts";
import type { Triple } from "../fields/mod.ts";
import { call, isShared } from "../kernel/mod.ts";
import type { RealArray } from "../paint/mod.ts";

/** A half spectrum `[n, n, n/2 + 1]`. */
export type Spectrum = NdArray<"complex64"> | NdArray<"complex128">;

const wide = (array: NdArray) => Number(array.dtype === "complex128" || array.dtype === "float64");

/** Numbers of a table over the squared whole wavenumbers of a mesh, 0 to 3 (n/2)^2. */
export function tableLength(cells: number): number {
  return 3 * Math.floor(cells / 2) ** 2 + 1;
}

/** Where a part `[n, rows, n/2 + 1]` of a half spectrum begins along its second axis. */
export interface SpectrumOf {
  readonly spectrum: Spectrum;
  /** First mode along the second axis. Default 0. */
  readonly first?: number;
}

const modesOf = ({ spectrum: { shape }, first = 0 }: SpectrumOf) => [shape[0], first, shape[1]] as const;

/**
 * Multiplies a spectrum, or a part of one, by a table over m^2, with each modulus first set to `amplitude` if that is above
 * 0; `from` is taken instead of what it holds.
 */
export function filterInPlace(part: SpectrumOf, table: Float64Array, amplitude: number, from?: Spectrum): void {
  const { spectrum } = part;
  if (spectrum.size === 0) return;
  call("filter modes", (k, a) => {
    const source = from ? a.in(from.data) : 0;
    const out = from ? a.out(spectrum.data) : a.inout(spectrum.data);
    k.pm_filter(wide(spectrum), ...modesOf(part), a.in(table), amplitude, source, out);
  });
}

/** Fills with the second derivative, along axes i <= j, of the potential of a source. */
export function fillDerivative([i, j]: readonly [number, number], source: Spectrum, out: SpectrumOf): void {
  if (source.size === 0) return;
  call("sources of displacements", (k, a) => {
    k.pm_derivative(wide(source), ...modesOf(out), i, j, a.in(source.data), a.out(out.spectrum.data));
  });
}

/** Fills with one component of the displacement of sources, in units of 2 pi/L. */
export function fillGradient(
  axis: number,
  sources: readonly Spectrum[],
  coefficients: Float64Array,
  shift: number,
  out: SpectrumOf,
): void {
  if (out.spectrum.size === 0) return;
  call("displacements", (k, a) => {
    const [one, second = 0, thirdA = 0, thirdB = 0] = sources.map((s) => a.in(s.data));
    k.pm_gradient(
      ...[wide(out.spectrum), ...modesOf(out), axis, one, second, thirdA, thirdB] as const,
      ...[a.in(coefficients), shift, a.out(out.spectrum.data)] as const,
    );
  });
}

/** Products of second derivatives at nodes, by number as the kernel knows them. */
export const PRODUCTS = { second: 0, thirdA: 1, thirdBEqual: 2, thirdBUnequal: 3 } as const;

/** Sets (changes, for the last kind) `out` to a product of derivatives of phi1 `[6, ...]` and of phi2 `[3, ...]`. */
export function fillProduct(which: number, first: RealArray, second: RealArray | undefined, out: RealArray): void {
  if (out.size === 0) return;
  call("sources of displacements", (k, a) => {
    const [six, three] = [a.in(first.data), second ? a.in(second.data) : 0];
    k.pm_product(wide(out), which, six, three, a.inout(out.data), out.size);
  });
}

/** Fills with positions [cell] of particles from the nodes of planes plus `shift`, moved by `factor` times `meshes`. */
export function fillPositions(meshes: RealArray, first: number, factor: number, shift: number, out: RealArray): void {
  if (out.size === 0) return;
  const [, planes, n] = meshes.shape;
  call("displacements", (k, a) => {
    k.pm_positions(wide(out), n, first, planes, a.in(meshes.data), factor, shift, a.out(out.data));
  });
}

/** `factor` times the windows of a ball and a Gaussian, over m^2. */
export function smoothingTable(
  cells: number,
  boxSize: number,
  radius: number,
  gaussian: number,
  factor: number,
): Float64Array {
  const table = new Float64Array(tableLength(cells));
  const unit = 2 * Math.PI / boxSize;
  call(
    "smoothing",
    (k, a) => k.pm_smoothing(unit, radius, gaussian, factor, a.out(table), table.length),
  );
  return table;
}

/** Fills the mesh with a spectrum times a table over m^2. */
export function fillDensity(spectrum: Spectrum, table: Float64Array, out: RealArray): void {
  call("linear density", (k, a) => {
    const work = a.scratch(spectrum.data.constructor as Float32ArrayConstructor, spectrum.data.length);
    const [from, to] = [a.in(spectrum.data), a.out(out.data)];
    return k.pm_density(wide(spectrum), spectrum.shape[0], a.in(table), from, a.out(work), to);
  });
}

/** Fills the sources of second and, if given, both of third order, of a mesh that is a cube unless given. */
export function fillSources(
  delta: Spectrum,
  second: Spectrum,
  third: readonly [Spectrum, Spectrum] | undefined,
  mesh: Triple = [delta.shape[0], delta.shape[0], delta.shape[0]],
): void {
  const type = delta.data.constructor as Float32ArrayConstructor;
  call("sources of displacements", (k, a) => {
    const length = delta.data.length;
    const scratch = a.scratch(type, 6 * length);
    const work = third ? a.out(a.scratch(type, 3 * length)) : 0;
    const [thirdA, thirdB] = third ? third.map((s) => a.out(s.data)) : [0, 0];
    const [from, to, room] = [a.in(delta.data), a.out(second.data), a.out(scratch)];
    return k.pm_sources(wide(delta), ...mesh, from, to, thirdA, thirdB, work, room);
  });
}

/** Components of displacements or velocities: which, where, and what they fill. */
export interface Displaced {
  /** Axes, rising. */
  axes: readonly number[];
  /** [cell] Where to take them: the nodes plus 0 or 1/2 along each axis. Default 0. */
  shift?: number;
  /** `[axis, n, n, n]`. */
  meshes?: RealArray;
  /** [cell] `[n^3, 3]`, for three axes. */
  positions?: RealArray;
  /** [h/Mpc] Cells for each unit of length. */
  cellsPerLength?: number;
}

/** `scale` times the displacement of sources with their coefficients. */
export function displace(
  sources: readonly Spectrum[],
  coefficients: Float64Array,
  scale: number,
  { axes, shift = 0, meshes, positions, cellsPerLength = 1 }: Displaced,
): void {
  call("displacements", (k, a) => {
    const [{ data, shape }] = sources;
    const [first, second = 0, thirdA = 0, thirdB = 0] = sources.map((s) => a.in(s.data));
    const work = a.out(a.scratch(data.constructor as Float32ArrayConstructor, axes.length * data.length));
    const [out, particles] = [meshes ? a.out(meshes.data) : 0, positions ? a.out(positions.data) : 0];
    const bits = axes.reduce((bits, axis) => bits | 1 << axis, 0);
    return k.pm_displace(
      ...[wide(sources[0]), shape[0], bits, first, second, thirdA, thirdB] as const,
      ...[a.in(coefficients), scale, shift, work, out, cellsPerLength, particles] as const,
    );
  });
}

/** `momentum` becomes momentum/mass; `otherwise` where there is no mass. */
export function meanVelocityInPlace(mass: RealArray, otherwise: RealArray, momentum: RealArray): void {
  call("mean velocity", (k, a) => {
    k.pm_mean_velocity(wide(mass), mass.size, a.in(mass.data), a.in(otherwise.data), a.inout(momentum.data));
  });
}

/** Particles outside of the kernels' memory that pass through it at once. */
const PART = 1 << 18;

/**
 * Moves positions `[particle, 3]` by the displacements `[3, n, n, n]` there, whose nodes are at whole cells plus `offset`,
 * and wraps them into the box. Returns the first one that is not finite, or -1.
 */
export function moveInPlace(displacement: RealArray, offset: number, boxSize: number, positions: RealArray): number {
  let bad = -1;
  call("move particles", (k, a) => {
    const { data } = positions;
    const types = wide(positions) + 2 * wide(displacement);
    const meshes = a.in(displacement.data);
    const move = (part: typeof data) =>
      k.pm_move(types, displacement.shape[1], boxSize, offset, meshes, part.byteOffset, part.length / 3);
    if (isShared(data)) {
      bad = move(data);
      return;
    }
    const room = a.scratch(data.constructor as Float32ArrayConstructor, Math.min(data.length, 3 * PART));
    for (let start = 0; start < data.length && bad < 0; start += room.length) {
      const outside = data.subarray(start, start + room.length);
      const part = room.subarray(0, outside.length);
      part.set(outside);
      const wrong = move(part);
      if (wrong >= 0) bad = start / 3 + wrong;
      else outside.set(part);
    }
  });
  return bad;
}
