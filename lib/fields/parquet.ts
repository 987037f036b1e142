import { fileURLToPath } from "node:url";
import { FormatError, InputError, writeFailure } from "../base/mod.ts";
import type { CosmologyOptions } from "../cosmology/mod.ts";
import { entryOf, type Fail } from "./_parquet_entry.ts";
import { commonArray, rowOf } from "./_parquet_row.ts";
import { COLUMNS, nest, OPTIONAL, schemaOf } from "./_parquet_schema.ts";
import type { CatalogEntry } from "./catalog.ts";

/** Key of the file's metadata that says that units mean what they say. */
const OURS = "cosmesh";

/** Options of `readParquet`. */
export interface ParquetOptions {
  /** What the format does not have of a universe. Default: 2.726 K as in jax_cosmo, no radiation. */
  cosmology?: Pick<CosmologyOptions, "tCmb" | "omegaR" | "criticalDensity">;
}

/**
 * Writes a catalogue as Parquet in the layout of jax-fli's catalogues, version 2, one row for each entry; jax-fli, the
 * library `datasets`, pyarrow and others read it. Particles are turned to `[x, y, z, 3]`. The file has no place for
 * radiation, the background's temperature and the critical density, nor for third-order displacements, which become
 * PARTICLES; numbers of the universe, box and observer are float32. All numbers become lists of JavaScript on the way,
 * 8 to 16 bytes each: for meshes up to some 256^3. HDF5 (`writeCatalog`) has neither limit.
 *
 * The packages are `hyparquet-writer` and `hyparquet` (MIT; the first needs the second and nothing else, 0.5 MB): plain
 * JavaScript with nested lists and metadata of one's own. `parquet-wasm` would bring Arrow's library and 5 MB of
 * WebAssembly, with a memory of its own that the numbers are copied to.
 *
 * @param path File; it appears when it is complete.
 * @param entries Fields of one kind, element type and shape (the number of shells may differ) with their universes.
 * @throws {DomainError} for no entry, fields that differ, or a mesh without unit, which the layout does not have.
 * @throws {InputError} if the file cannot be written.
 */
export async function writeParquet(path: string | URL, entries: readonly CatalogEntry[]): Promise<void> {
  const name = typeof path === "string" ? path : fileURLToPath(path);
  const { parquetWriteBuffer } = await import("npm:hyparquet-writer@0.17.0");
  const rows = entries.map(rowOf);
  const columns = { array: commonArray(rows), ...COLUMNS };
  for (const [key, type] of Object.entries(OPTIONAL)) {
    if (rows.some((row) => key in row)) Object.assign(columns, { [key]: type });
  }
  const names = Object.keys(columns) as (keyof typeof columns)[];
  const bytes = parquetWriteBuffer({
    schema: [{ name: "schema", num_children: names.length }, ...names.flatMap((key) => schemaOf(key, columns[key]))],
    columnData: names.map((key) => ({
      name: key,
      data: rows.map((row) => key === "array" ? nest(row.array.data, row.array.shape) : row[key] ?? null),
    })),
    kvMetadata: [{ key: OURS, value: "1" }],
  });
  rows.forEach((row) => row.release());
  const temporary = `${name}.tmp-${Deno.pid}`;
  try {
    await Deno.writeFile(temporary, new Uint8Array(bytes));
    await Deno.rename(temporary, name);
  } catch (cause) {
    await Deno.remove(temporary).catch(() => {});
    throw writeFailure(name, cause);
  }
}

/**
 * Reads a catalogue in the layout of jax-fli's catalogues, version 2, that `writeParquet`, jax-fli or `datasets` wrote.
 * As there, a stack of one becomes a single field. Scale factors, centres and widths that are all 0 stand for none.
 * jax-fli calls two other things DENSITY too: initial fields, which are overdensities, and meshes of counts per cell; in
 * files of others they are read as what they are. Numbers that were rounded to float32 are read to seven digits.
 *
 * @param path File, compressed with Snappy (the usual) or not at all.
 * @param options What the format does not have.
 * @throws {InputError} if there is no such file; {FormatError} if it is no Parquet file, lacks columns, or they hold something else.
 */
export async function readParquet(path: string | URL, { cosmology }: ParquetOptions = {}): Promise<CatalogEntry[]> {
  const name = typeof path === "string" ? path : fileURLToPath(path);
  const { parquetMetadata, parquetReadObjects } = await import("npm:hyparquet@1.31.5");
  const bytes = await Deno.readFile(name).catch((cause) => {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : (cause as Error).message;
    throw new InputError(`Cannot read "${name}": ${reason}`, name, "", { cause });
  });
  let rows: Record<string, unknown>[];
  let [ours, dtype]: [boolean, "float32" | "float64"] = [false, "float32"];
  try {
    const { key_value_metadata, schema } = parquetMetadata(bytes.buffer);
    // The first leaf of the column: lists have no type.
    const start = schema.findIndex((element) => element.name === "array");
    if (schema.slice(start).find((element) => element.type)?.type === "DOUBLE") dtype = "float64";
    ours = key_value_metadata?.some(({ key }) => key === OURS) ?? false;
    rows = await parquetReadObjects({ file: bytes.buffer });
  } catch (cause) {
    const what = `it is not a Parquet file, or of a kind that is not known (${(cause as Error).message})`;
    throw new FormatError(`Cannot read "${name}": ${what}`, name, "/", { cause });
  }
  using held = new DisposableStack();
  const entries = rows.map((row, index) => {
    const fail: Fail = (column, rule, got) => {
      const place = `row ${index}, column "${column}"`;
      throw new FormatError(`Cannot read "${name}": ${place} must ${rule}, got ${got}`, name, place);
    };
    const entry = entryOf(row, { ours, dtype, cosmology, path: name, fail });
    held.use(entry.field);
    return entry;
  });
  held.move();
  return entries;
}
