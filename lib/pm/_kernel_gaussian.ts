import type { RealArray, Triple } from "../fields/mod.ts";
import { call } from "../kernel/mod.ts";

/** A function of the wavenumber m in units of 2 pi/(cell lcm(nx, ny, nz)). */
export interface RadialTable {
  /** Its values at whole m^2 = 0, 1, 2 ...; or, with `step`, at m = 0, step, 2 step ..., linear in between. */
  readonly values: Float64Array;
  /** [1] 0 for values at m^2. */
  readonly step: number;
}

const wide = (array: RealArray) => Number(array.dtype === "float64");

function room([nx, ny, nz]: Triple, { data }: RealArray) {
  const type = data.constructor as Float32ArrayConstructor;
  return [type, nx * ny * 2 * (Math.floor(nz / 2) + 1)] as const;
}

/** Fills `out` with the mesh `from`, each mode multiplied by the table. */
export function filterMesh(mesh: Triple, { values, step }: RadialTable, from: RealArray, out: RealArray): void {
  call("filter a mesh", (k, a) => {
    const work = a.out(a.scratch(...room(mesh, from)));
    const table = a.in(values);
    return k.pm_filter_mesh(
      ...[wide(from), ...mesh, table, values.length, step, a.in(from.data), work, a.out(out.data)] as const,
    );
  });
}

/** Derivative by the table's values of the loss of which `bar` is that by `out` of `filterMesh`. */
export function tableGradient(
  mesh: Triple,
  { values, step }: RadialTable,
  from: RealArray,
  bar: RealArray,
): Float64Array {
  const gradient = new Float64Array(values.length);
  call("adjoint of a filter", (k, a) => {
    const [type, length] = room(mesh, from);
    const work = a.out(a.scratch(type, 2 * length));
    const [table, source, other] = [a.in(values), a.in(from.data), a.in(bar.data)];
    return k.pm_table_gradient(
      ...[wide(from), ...mesh, table, values.length, step, source, other, work, a.out(gradient)] as const,
    );
  });
  return gradient;
}
