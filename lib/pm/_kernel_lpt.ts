import { empty } from "../array/mod.ts";
import type { RealArray, Triple } from "../fields/mod.ts";
import { call } from "../kernel/mod.ts";

/** 1 for float64. */
export const wide = (array: RealArray) => Number(array.dtype === "float64");

/** Growth factors of the parts of displacements, as the kernels take them. */
export interface GrowthTable {
  /** [1] Potentials: 1, 2 or 4. */
  readonly parts: number;
  /** [1] Rows of `2 parts` numbers: factors of displacements, then of momenta. */
  readonly table: Float64Array;
  /** [cell] Between the distances of rows; any number where there is one row. */
  readonly step: number;
  /** [cell] Where the observer is. */
  readonly observer: Triple;
}

/** The table as arguments of kernels. */
export const numbers = ({ parts, table, step, observer }: GrowthTable, address: number) =>
  [parts, address, table.length / (2 * parts), step, ...observer] as const;

/** Room for a potential or a source: a mesh with padded rows, `[nx, ny, 2 (nz/2 + 1)]`; or for several of them. */
export function paddedMesh([nx, ny, nz]: Triple, dtype: "float32" | "float64", count?: number): RealArray {
  const shape = [nx, ny, 2 * (Math.floor(nz / 2) + 1)];
  return empty(count === undefined ? shape : [count, ...shape], dtype) as RealArray;
}

/**
 * Solves `laplace phi = S` per cell. S is the mesh `from`, or what the padded `work` holds; phi is left in `work`, or in the
 * mesh `out`.
 */
export function solvePotential(
  mesh: Triple,
  work: RealArray,
  { from, out }: { from?: RealArray; out?: RealArray },
): void {
  call("potential", (k, a) => {
    const source = from ? a.in(from.data) : 0;
    const padded = from ? a.out(work.data) : a.inout(work.data);
    return k.pm_source_potential(wide(work), ...mesh, source, padded, out ? a.out(out.data) : 0);
  });
}

/** Sources, by number as the kernel knows them. */
export const SOURCES = { second: 0, thirdA: 1, thirdB: 2 } as const;

/** Fills the padded `out` with a source made of potentials. */
export function fillSource(
  mesh: Triple,
  which: number,
  one: RealArray,
  two: RealArray | undefined,
  out: RealArray,
): void {
  call("sources of displacements", (k, a) => {
    k.pm_source(wide(out), ...mesh, which, a.in(one.data), two ? a.in(two.data) : 0, a.out(out.data));
  });
}

/** What displacements are made of: potentials, or half spectra of sources. */
export interface Parts {
  /** Padded potentials, or spectra. */
  readonly parts: readonly RealArray[];
  /** A padded mesh to work in, for spectra. */
  readonly work?: RealArray;
}

/** Fills displacements and momenta `[3, nx, ny, nz]` of the particles. */
export function fillDisplacements(
  mesh: Triple,
  { parts, work }: Parts,
  growth: GrowthTable,
  displacement: RealArray,
  momentum: RealArray,
): void {
  call("displacements", (k, a) => {
    const [one, two = 0, threeA = 0, threeB = 0] = parts.map((p) => a.in(p.data));
    return k.pm_displacements(
      ...[wide(displacement), ...mesh, ...numbers(growth, a.in(growth.table)), one, two, threeA, threeB] as const,
      ...[work ? a.out(work.data) : 0, a.out(displacement.data), a.out(momentum.data)] as const,
    );
  });
}
