import { Recent } from "../base/mod.ts";
import { allocate, call, release } from "../kernel/mod.ts";
import type { Background } from "./_kernel.ts";

/** Quantities of a row, in order (`kernels/cosmology/src/sensitivity.rs`). */
export const QUANTITIES = [
  ...["E", "D1", "f1", "D2", "f2", "D3a", "f3a", "D3b", "f3b", "slope", "secondSlope", "Gf", "GfSlope", "distance"],
] as const;
/** Parameters of the background that rows have partial derivatives by; after them stands that by the scale factor. */
export const BASE = ["matter", "curvature", "w0", "wa"] as const;
/** Numbers of a quantity: its value and its partial derivatives. */
export const PARTS = 2 + BASE.length;
/** Parameters of linear power. */
export const POWER_BASE = ["matter", "baryons", "h", "ns", "sigma8"] as const;

/** Tables with partial derivatives, of integrals and of growth. */
type Tables = readonly [Float64Array, Float64Array];

/** Tables of 4 backgrounds are kept in the shared memory (1 MB each). */
const kept = new Recent<Tables>(4, (tables) => tables.forEach(release));

function makeTables(b: Background, pieces: number): Tables {
  const made = ([0, 1] as const).map((which) => {
    let table = new Float64Array();
    call("table with derivatives", (k, a) => {
      table = allocate(Float64Array, k.sensitivity_table_length(which, pieces) >>> 0, "a table with derivatives");
      return k.sensitivity_table(which, a.in(b), pieces, table.length, a.out(table));
    });
    return table;
  });
  return [made[0], made[1]];
}

/** Rows of all quantities, `[a, quantity, part]`; `integrals` is the plain table of the background. */
export function rowsOf(b: Background, integrals: Float64Array, a: Float64Array): Float64Array {
  const [far, growth] = kept.get(b.join(), () => makeTables(b, integrals[1]));
  const out = new Float64Array(a.length * QUANTITIES.length * PARTS);
  call("derivatives of the background", (k, args) => {
    const tables = [args.in(far), far.length, args.in(growth), growth.length] as const;
    k.sensitivity_rows(args.in(b), ...tables, args.in(a), a.length, args.out(out));
  });
  return out;
}

/** Linear power today, `[k, part]`: value, partial derivatives by `POWER_BASE`. */
export function powerRows(p: Float64Array, tCmb: number, smooth: boolean, x: Float64Array): Float64Array {
  const out = new Float64Array(x.length * (1 + POWER_BASE.length));
  call("derivatives of power", (k, a) => {
    k.sensitivity_power(Number(smooth), a.in(p), tCmb, a.in(x), x.length, a.out(out));
  });
  return out;
}
