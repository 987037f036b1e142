import { fileURLToPath } from "node:url";
import { checkPositive, FormatError, InputError, isToolkitError } from "../base/mod.ts";
import {
  type ColumnSource,
  factorOf,
  type HaloColumn,
  LENGTHS,
  type LengthUnit,
  MASSES_OF,
  type MassUnit,
  resolveColumns,
} from "./_columns.ts";
import { openHdf5Table } from "./_hdf5_table.ts";
import { openNpy, openNpz } from "./_npy.ts";
import { openText } from "./_text.ts";
import { type HaloCatalog, haloCatalog } from "./catalog.ts";

/** Units of a table. Lengths are comoving. */
export interface HaloTableUnits {
  /** Unit of positions. */
  length?: LengthUnit;
  /** Unit of masses. */
  mass?: MassUnit;
}

/** Options of `readHaloTable`. */
export interface HaloTableOptions {
  /** [Mpc/h] Side of the box, comoving. */
  boxSize: number;
  /** [1] Redshift. */
  z: number;
  /** Units of the file; may be left out where HDF5 datasets have an attribute `unit`, which otherwise must agree. */
  units?: HaloTableUnits;
  /** [1] Reduced Hubble constant, for units without h. */
  h?: number;
  /** Columns by name, or number from 0. Default: the usual names; alpha may be absent. */
  columns?: Partial<Record<HaloColumn, string | number>>;
  /** Where positions of 0 lie: at a corner of the box, or at its centre. Default "corner". */
  origin?: "corner" | "centre";
  /** Whether to wrap positions into the box that lie less than a box outside of it. Default: they are refused. */
  wrap?: boolean;
  /** One character between fields of text. Default: a comma or semicolon if the first row has one, else spaces and tabs. */
  delimiter?: string;
  /** Group of an HDF5 file. Default "/". */
  group?: string;
}

/** Positions outside by this fraction of the box are those of rounding to float32 and conversion. */
const ROUNDING = 1e-6;
/** Fewer halos than this may all lie in one corner by chance. */
const FEW = 8;
/** [M_sun/h] Largest masses of a catalogue that are believed. */
const BELIEVABLE = [1e4, 1e17] as const;

function open(path: string, { delimiter, group = "/" }: HaloTableOptions): Promise<ColumnSource> {
  const ending = /\.([^./]*)$/.exec(path)?.[1].toLowerCase() ?? "";
  if (["h5", "hdf5", "hdf"].includes(ending)) return openHdf5Table(path, group);
  if (ending === "npy") return openNpy(path);
  if (ending === "npz") return openNpz(path);
  return openText(path, delimiter);
}

/**
 * Reads halos from a table of another code: text (.csv, .txt, any other ending), HDF5 (.h5, .hdf5), or NumPy's arrays (.npy
 * of `[halo, column]` or structured, .npz). Text has lines of fields; lines that begin with # are comments, and names of
 * columns come from a first line without numbers, or from a comment with as many fields as a row.
 *
 * Usual names, whatever their case: x, y, z (xc, pos_x, x_pos, ... or one array pos, position, coordinates of three numbers),
 * mass (m, halo_mass, mvir, m200, m200m, m200c, mfof; the first of these that is there), alpha.
 *
 * @param path Path, or `file:` URL.
 * @param options Box, redshift, units, columns.
 * @returns Positions in float32, masses in float64.
 * @throws {InputError} if there is no such file, a column or unit is missing, or values contradict units and box: positions
 * outside of the box, or all within a tenth of it, largest masses below 1e4 or above 1e17 M_sun/h, a mass of 0.
 * @throws {FormatError} for a file that is broken, or a field that is no number; the message names the line.
 * @example
 * ```ts
 * import { readHaloTable } from "@cosmesh/cosmesh/halo";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "x,y,z,M200\n1200,3500,40000,3.5\n49000,100,25000,0.2\n");
 * const units = { length: "kpc/h", mass: "1e10 M_sun/h" } as const;
 * const halos = await readHaloTable(path, { boxSize: 50, z: 8, units });
 * console.log(halos.size, halos.masses[1]); // 2 2000000000
 * await Deno.remove(path);
 * ```
 */
export async function readHaloTable(path: string | URL, options: HaloTableOptions): Promise<HaloCatalog> {
  const file = typeof path === "string" ? path : fileURLToPath(path);
  const { boxSize, z, units = {}, h, columns = {}, origin = "corner", wrap = false } = options;
  checkPositive(boxSize, "boxSize");
  const source = await openFile(file, options);
  const places = resolveColumns(source, columns);
  const factors = [...places].map(([wanted, at]) =>
    wanted === "mass"
      ? factorOf(source, at, units.mass, MASSES_OF, "mass", h)
      : wanted === "alpha"
      ? 1
      : factorOf(source, at, units.length, LENGTHS, "length", h)
  );
  const data = await source.read([...places.values()]);
  const [x, y, w, masses, alphas] = data;
  const size = masses.length;
  const name = (k: number) => source.names[[...places.values()][k]] ?? `column ${[...places.values()][k]}`;
  const positions = new Float32Array(3 * size);
  let largest = 0;
  for (const [axis, values] of [x, y, w].entries()) {
    const shift = origin === "centre" ? 0.5 * boxSize : 0;
    const slack = wrap ? boxSize : ROUNDING * boxSize;
    for (let i = 0; i < size; i++) {
      const place = values[i] * factors[axis] + shift;
      if (!(place >= -slack && place <= boxSize + slack)) {
        throw positionError(file, name(axis), i, values[i], place, options);
      }
      largest = Math.max(largest, place - shift);
      const inside = Math.fround(place < 0 ? place + boxSize : place > boxSize ? place - boxSize : place);
      // Rounding may pass the end, which is 0.
      positions[3 * i + axis] = inside > boxSize ? 0 : inside;
    }
  }
  if (size >= FEW && largest < 0.1 * (origin === "centre" ? 0.5 : 1) * boxSize) {
    throw new InputError(
      `Cannot use "${file}": positions reach ${largest.toPrecision(4)} Mpc/h only, in a box of ${boxSize} Mpc/h; ` +
        `check units.length and boxSize`,
      file,
      "units.length",
    );
  }
  let heaviest = 0;
  for (let i = 0; i < size; i++) heaviest = Math.max(heaviest, masses[i] *= factors[3]);
  if (size > 0 && !(heaviest >= BELIEVABLE[0] && heaviest <= BELIEVABLE[1])) {
    throw new InputError(
      `Cannot use "${file}": the largest mass of "${name(3)}" must be within 1e4 to 1e17 M_sun/h, got ` +
        `${heaviest.toExponential(3)}; check units.mass`,
      file,
      "units.mass",
    );
  }
  try {
    return haloCatalog({ positions, masses, z, boxSize, ...alphas ? { alphas } : {} });
  } catch (cause) {
    if (!isToolkitError(cause)) throw cause;
    const reason = cause.message.replace(/^Cannot use halos: /, "");
    throw new InputError(`Cannot use "${file}": ${reason}`, file, "", { cause });
  }
}

async function openFile(file: string, options: HaloTableOptions): Promise<ColumnSource> {
  try {
    return await open(file, options);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new InputError(`Cannot read "${file}": there is no such file`, file, "", { cause });
  }
}

function positionError(
  file: string,
  column: string,
  row: number,
  value: number,
  place: number,
  { boxSize, units, origin = "corner", wrap = false }: HaloTableOptions,
): InputError | FormatError {
  if (!Number.isFinite(value)) {
    return new FormatError(`Cannot read "${file}": "${column}" of halo ${row} is ${value}`, file, column);
  }
  const ways = [
    `check units.length (${units?.length ?? "that of the file"}) and boxSize`,
    ...(origin === "corner" && value < 0 ? ['set origin to "centre" if 0 is the middle of the box'] : []),
    ...(wrap ? [] : ["set wrap to true if the positions are periodic"]),
  ];
  return new InputError(
    `Cannot use "${file}": "${column}" of halo ${row} is ${value}, at ${place} Mpc/h outside of the box of ` +
      `${boxSize} Mpc/h; ${ways.join(", ")}`,
    file,
    column,
  );
}
