import { empty, type NdArray } from "../array/mod.ts";
import { checkInteger, checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import { nextFastLength } from "../fft/mod.ts";
import { octant } from "./_kernel.ts";

/** A radial profile and the mesh that it is to be put on. */
export interface RadialOptions {
  /** [1] Cells along one axis: even, with factors 2, 3, 5 and 7 only. */
  cells: number;
  /** [Mpc/h] Side of the periodic box. */
  boxSize: number;
}

/**
 * The kernel of a radial profile on a periodic mesh, summed over all periodic images.
 *
 * K(d) is the sum of p(|m| boxSize/cells) over all lattice points m congruent to d modulo `cells`, where p is linear
 * between the nodes, constant below the first, and zero beyond the last. The point m = 0 takes the mean of p over the
 * ball of one cell's volume, as profiles may go as r^-2. K is even in each axis and unchanged by their exchange, so an
 * octant holds all of it. Far images enter through the lowest Fourier modes, as in Ewald's sum (1921): the result agrees
 * with the sum over all images to 1e-5 of the kernel's mean, and 3e-8 of its largest value, where p is smooth. What a
 * far step or kink of p adds as the lattice samples it is left out: 5e-3 of the mean for radiation on 64^3 cells.
 *
 * @param radii [Mpc/h] Nodes, rising, above 0; two or more.
 * @param values Profile at the nodes, in a unit of its own.
 * @param options Mesh and box.
 * @returns `[cells/2 + 1, cells/2 + 1, cells/2 + 1]`, K at displacements of 0 to cells/2 along each axis.
 * @throws {ShapeError} if `values` and `radii` differ in length; {DomainError} if radii do not rise, or the mesh is odd
 * or has another factor.
 * @example Twenty points around the origin
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { radialKernel } from "@cosmesh/cosmesh/radial";
 * await ready();
 * using kernel = radialKernel(Float64Array.of(0.5, 2.2), Float64Array.of(1, 1), { cells: 16, boxSize: 16 });
 * console.log(kernel.data[kernel.offset(2, 0, 0)]); // 1, as 2 < 2.2
 * ```
 */
export function radialKernel(radii: Float64Array, values: Float64Array, options: RadialOptions): NdArray<"float32"> {
  return compute(radii, values, options, false);
}

/**
 * The spectrum of `radialKernel`: its discrete Fourier transform, which is real and has the same symmetry.
 *
 * @param radii [Mpc/h] Nodes, rising, above 0; two or more.
 * @param values Profile at the nodes.
 * @param options Mesh and box.
 * @returns `[cells/2 + 1, cells/2 + 1, cells/2 + 1]` for modes 0 to cells/2 along each axis, not normalised: the first is
 * the sum of the kernel over the mesh.
 * @throws As `radialKernel`.
 * @example The first mode is the sum over the mesh
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { radialSpectrum } from "@cosmesh/cosmesh/radial";
 * await ready();
 * using spectrum = radialSpectrum(Float64Array.of(0.5, 1.2), Float64Array.of(1, 1), { cells: 16, boxSize: 16 });
 * console.log(spectrum.data[0]); // 7: the node and its six neighbours
 * ```
 */
export function radialSpectrum(radii: Float64Array, values: Float64Array, options: RadialOptions): NdArray<"float32"> {
  return compute(radii, values, options, true);
}

function compute(
  radii: Float64Array,
  values: Float64Array,
  options: RadialOptions,
  spectral: boolean,
): NdArray<"float32"> {
  const cells = checkMesh(options.cells, "cells");
  const cell = checkPositive(options.boxSize, "boxSize") / cells;
  if (values.length !== radii.length) {
    const [expected, actual] = [`[${radii.length}]`, `[${values.length}]`];
    throw new ShapeError(
      `Cannot make a radial kernel: "values" must have shape ${expected}, got ${actual}`,
      expected,
      actual,
    );
  }
  checkRadii(radii);
  const q = cells / 2 + 1;
  const out = empty([q, q, q], "float32");
  octant(radii.map((r) => r / cell), values, cells, spectral, out.data);
  return out;
}

/** Whether a mesh of that many cells along an axis is even and has the factors of the fast transforms. */
function isSuited(cells: number): boolean {
  return cells % 2 === 0 && nextFastLength(cells) === cells;
}

/** Checks that a mesh of that many cells along an axis is even and has the factors of the fast transforms. */
export function checkMesh(cells: number, name: string): number {
  if (isSuited(checkInteger(cells, name, 2))) return cells;
  const rule = "an even number with factors 2, 3, 5 and 7 only";
  let next = cells + 1;
  while (!isSuited(next)) next++;
  throw new DomainError(
    `Cannot use "${name}": it must be ${rule}, got ${cells}; the next is ${next}`,
    rule,
    String(cells),
  );
}

/** Checks that radii are two or more, above 0 and rising. */
function checkRadii(radii: Float64Array): void {
  const bad = radii.findIndex((r, i) => !(r > (i === 0 ? 0 : radii[i - 1]) && r < Infinity));
  if (radii.length >= 2 && bad < 0) return;
  const actual = radii.length < 2 ? `${radii.length} of them` : `${radii[bad]} at place ${bad}`;
  throw new DomainError(
    `Cannot use "radii": two or more must rise from above 0, got ${actual}`,
    "two or more, rising from above 0",
    actual,
  );
}
