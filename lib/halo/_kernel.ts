import type { Field } from "../array/mod.ts";
import { type Arguments, call, type Exports } from "../kernel/mod.ts";
import type { RandomKey } from "../rng/mod.ts";

/** Masses of the table, and what it holds; see `kernels/halo/src/table.rs`. */
export interface CountTable {
  /** Mass of the environment, least and largest mass, panels. */
  readonly grid: Float64Array;
  /** Logarithm of the weight and half the inverse variance of each point. */
  readonly points: Float64Array;
  /** Rows of values and derivatives. */
  readonly rows: Float64Array;
  /** Overdensity for collapse. */
  readonly deltaC: number;
}

/** Masses of the points of a grid, rising. */
export function massPoints(grid: Float64Array): Float64Array {
  let out = new Float64Array();
  call("masses of halos", (k, a) => {
    out = new Float64Array(k.halo_point_count(grid[3]) >>> 0);
    k.halo_masses(a.in(grid), a.out(out));
  });
  return out;
}

/** A table of mean numbers for gaps up to `most`; `sums`: sigma^2 of the environment, delta_c, mean mass of a cell. */
export function countTable(
  grid: Float64Array,
  { masses, sigma, slope }: { masses: Float64Array; sigma: Float64Array; slope: Float64Array },
  sums: Float64Array,
  model: number,
  most: number,
): CountTable {
  const points = new Float64Array(2 * masses.length);
  let rows = new Float64Array();
  call("numbers of halos", (k, a) => {
    const height = k.halo_row_count(most) >>> 0;
    rows = new Float64Array(height * (k.halo_row_len(grid[3]) >>> 0));
    const from = [a.in(masses), a.in(sigma), a.in(slope), a.in(sums)] as const;
    k.halo_table(a.in(grid), ...from, model, height, a.out(points), a.out(rows));
  });
  return { grid, points, rows, deltaC: sums[1] };
}

/** Addresses of a table, and its height. */
function tableOf(k: Exports, a: Arguments, { grid, points, rows }: CountTable) {
  const height = rows.length / (k.halo_row_len(grid[3]) >>> 0);
  return [a.in(grid), a.in(points), a.in(rows), height] as const;
}

/** Overdensities of consecutive cells of a mesh. */
export interface CellsOf {
  readonly array: Field["array"];
  /** Cells along an axis of the mesh. */
  readonly cells: number;
  /** Number of the first of these cells on it. Default 0. */
  readonly first?: number;
}

/** Overdensities, cells and delta_c as kernels take them. */
function meshOf(a: Arguments, { deltaC }: CountTable, { array: { data, dtype }, cells, first = 0 }: CellsOf) {
  return [a.in(data), Number(dtype === "float64"), first, data.length, cells, deltaC] as const;
}

/** Fills with the mean number of halos in each cell. */
export function expectedCounts(table: CountTable, density: CellsOf, out: Float64Array): void {
  call("mean numbers of halos", (k, a) => {
    const mesh = meshOf(a, table, density);
    k.halo_expected(...mesh, ...tableOf(k, a, table), a.out(out));
  });
}

/** Halos of all cells; `rates`: mean, scatter and two error functions, for accretion rates to be drawn. */
export function drawHalos(
  table: CountTable,
  density: CellsOf & { readonly boxSize: number },
  { words, generator }: RandomKey,
  rates: Float64Array | undefined,
): { positions: Float32Array; masses: Float64Array; alphas?: Float64Array; collapsed: number } {
  const { data } = density.array;
  const halos = { positions: new Float32Array(), masses: new Float64Array(), collapsed: 0 };
  let alphas: Float64Array | undefined;
  call("halos of cells", (k, a) => {
    const blocks = Math.ceil(data.length / (k.halo_block_cells() >>> 0));
    const mesh = [...meshOf(a, table, density), ...tableOf(k, a, table)] as const;
    const key = [density.boxSize, words[0], words[1], generator === "philox" ? 0 : 1] as const;
    const [rooms, counts] = [a.scratch(Uint32Array, blocks), a.scratch(Uint32Array, 2 * blocks)];
    const starts = a.scratch(Uint32Array, blocks + 1);
    const drawnRates = a.in(rates ?? new Float64Array(4));
    k.halo_rooms(...mesh, rooms.byteOffset);

    const draw = () => {
      starts[0] = 0;
      rooms.forEach((room, b) => starts[b + 1] = starts[b] + room);
      const places = starts[blocks];
      const drawn = {
        positions: a.scratch(Float32Array, 3 * places),
        masses: a.scratch(Float64Array, places),
        alphas: rates ? a.scratch(Float64Array, places) : undefined,
      };
      const out = [drawn.positions.byteOffset, drawn.masses.byteOffset, drawn.alphas?.byteOffset ?? 0] as const;
      k.halo_draw(...mesh, ...key, starts.byteOffset, drawnRates, ...out, counts.byteOffset);
      return drawn;
    };
    let drawn = draw();

    const isFull = (room: number, b: number) => counts[2 * b] >= room;
    if (rooms.some(isFull)) {
      rooms.forEach((room, b) => rooms[b] = isFull(room, b) ? counts[2 * b] + 1 : room);
      drawn = draw();
    }
    let total = 0;
    for (let b = 0; b < blocks; b++) {
      total += counts[2 * b];
      halos.collapsed += counts[2 * b + 1];
    }
    halos.positions = new Float32Array(3 * total);
    halos.masses = new Float64Array(total);
    if (rates) alphas = new Float64Array(total);
    for (let b = 0, at = 0; b < blocks; at += counts[2 * b++]) {
      const [start, end] = [starts[b], starts[b] + counts[2 * b]];
      halos.positions.set(drawn.positions.subarray(3 * start, 3 * end), 3 * at);
      halos.masses.set(drawn.masses.subarray(start, end), at);
      if (drawn.alphas) alphas?.set(drawn.alphas.subarray(start, end), at);
    }
  });
  return alphas ? { ...halos, alphas } : halos;
}

/** Error functions of two numbers. */
export function errorFunctions(x: Float64Array): Float64Array {
  const out = x.slice();
  call("error functions", (k, a) => k.halo_erf(a.inout(out)));
  return out;
}

/** A forest as kernels take it, an element per entry. */
export interface FlatForest {
  readonly masses: Float64Array;
  readonly redshifts: Float64Array;
  readonly progenitors: Int32Array;
}

const forestOf = (a: Arguments, f: FlatForest) =>
  [a.in(f.masses), a.in(f.redshifts), a.in(f.progenitors), f.masses.length] as const;

/** The first entry whose progenitor is no entry or not earlier, or -1. */
export function firstWrongLink(forest: FlatForest): number {
  let found = -1;
  call("links of merger trees", (k, a) => {
    found = k.halo_tree_check(...forestOf(a, forest));
  });
  return found;
}

/** Accretion rates of entries, NaN where there are too few progenitors. */
export function slopesOf(forest: FlatForest, entries: Uint32Array, lookback: number, least: number): Float64Array {
  const out = new Float64Array(entries.length);
  call("accretion rates", (k, a) => {
    k.halo_tree_fit(...forestOf(a, forest), a.in(entries), entries.length, lookback, least, a.out(out));
  });
  return out;
}

/** A line that lacks a number: its place among all lines of the text, and the field. */
export interface TextFault {
  readonly line: number;
  readonly field: number;
}

/** Numbers of columns from text of whole lines, `[row, column]`; delimiter 0 is spaces. */
export function numbersOf(
  text: Uint8Array,
  delimiter: number,
  columns: Uint32Array,
): { numbers: Float64Array; lines: number; fault?: TextFault } {
  let result: { numbers: Float64Array; lines: number; fault?: TextFault } = { numbers: new Float64Array(), lines: 0 };
  call("columns of text", (k, a) => {
    const bytes = a.in(text);
    const blocks = Math.ceil(text.length / (k.halo_text_block() >>> 0));
    const counts = a.scratch(Uint32Array, 2 * blocks);
    k.halo_text_count(bytes, text.length, counts.byteOffset);
    const [starts, faults] = [a.scratch(Uint32Array, blocks), a.scratch(Uint32Array, 2 * blocks)];
    let rows = 0;
    for (let b = 0; b < blocks; b++) {
      starts[b] = rows;
      rows += counts[2 * b];
    }
    const numbers = a.scratch(Float64Array, rows * columns.length);
    const to = [numbers.byteOffset, faults.byteOffset] as const;
    k.halo_text_fill(bytes, text.length, delimiter, a.in(columns), columns.length, starts.byteOffset, rows, ...to);
    let lines = 0;
    let fault: TextFault | undefined;
    for (let b = 0; b < blocks; b++) {
      if (!fault && faults[2 * b] > 0) fault = { line: lines + faults[2 * b] - 1, field: faults[2 * b + 1] };
      lines += counts[2 * b + 1];
    }
    result = { numbers: numbers.slice(), lines, ...fault ? { fault } : {} };
  });
  return result;
}
