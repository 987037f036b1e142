import { empty } from "../array/mod.ts";
import type { RealArray, Triple } from "../fields/mod.ts";
import { call } from "../kernel/mod.ts";

const wide = (array: RealArray) => Number(array.dtype === "float64");

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

const numbers = ({ parts, table, step, observer }: GrowthTable, address: number) =>
  [parts, address, table.length / (2 * parts), step, ...observer] as const;

/** Room for a potential or a source: a mesh with padded rows, `[nx, ny, 2 (nz/2 + 1)]`. */
export function paddedMesh([nx, ny, nz]: Triple, dtype: "float32" | "float64"): RealArray {
  return empty([nx, ny, 2 * (Math.floor(nz / 2) + 1)], dtype) as RealArray;
}

/**
 * Solves `laplace phi = S` per cell. S is the mesh `from`, or what the padded `work` holds; phi is left in `work`, or in the
 * mesh `out`.
 */
export function solvePotential(mesh: Triple, work: RealArray, { from, out }: { from?: RealArray; out?: RealArray }): void {
  call("potential", (k, a) => {
    const source = from ? a.in(from.data) : 0;
    const padded = from ? a.out(work.data) : a.inout(work.data);
    return k.pm_source_potential(wide(work), ...mesh, source, padded, out ? a.out(out.data) : 0);
  });
}

/** Sources, by number as the kernel knows them. */
export const SOURCES = { second: 0, thirdA: 1, thirdB: 2 } as const;

/** Fills the padded `out` with a source made of potentials. */
export function fillSource(mesh: Triple, which: number, one: RealArray, two: RealArray | undefined, out: RealArray): void {
  call("sources of displacements", (k, a) => {
    k.pm_source(wide(out), ...mesh, which, a.in(one.data), two ? a.in(two.data) : 0, a.out(out.data));
  });
}

/** Fills displacements and momenta `[3, nx, ny, nz]` of the particles from potentials. */
export function fillDisplacements(
  mesh: Triple,
  potentials: readonly RealArray[],
  growth: GrowthTable,
  displacement: RealArray,
  momentum: RealArray,
): void {
  call("displacements", (k, a) => {
    const [one, two = 0, threeA = 0, threeB = 0] = potentials.map((p) => a.in(p.data));
    k.pm_displacements(
      ...[wide(displacement), ...mesh, ...numbers(growth, a.in(growth.table)), one, two, threeA, threeB] as const,
      ...[a.out(displacement.data), a.out(momentum.data)] as const,
    );
  });
}
