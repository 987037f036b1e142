import { FormatError } from "../base/mod.ts";
import { type Cosmology, cosmology } from "../cosmology/mod.ts";
import { openHdf5, writeHdf5 } from "../io/mod.ts";
import { type AnyField, putField, takeField } from "./hdf5.ts";

/** A field and the universe it belongs to. A catalogue is a list of them. */
export interface CatalogEntry {
  /** Field, or stack of them. */
  readonly field: AnyField;
  /** Its universe. */
  readonly cosmology: Cosmology;
}

/** What the root's attribute `format` says. */
const FORMAT = "cosmesh catalogue 1";

/**
 * Writes a catalogue to an HDF5 file: groups "0", "1", ... with a field each (see `putField`) and the parameters of its
 * universe as attributes of a group "cosmology" inside.
 *
 * @throws {InputError} if the file cannot be written.
 */
export async function writeCatalog(path: string | URL, entries: readonly CatalogEntry[]): Promise<void> {
  await writeHdf5(path, (file) => {
    file.setAttributes("/", { format: FORMAT, entries: entries.length });
    entries.forEach((entry, i) => {
      putField(file, String(i), entry.field);
      file.group(`${i}/cosmology`, { ...entry.cosmology });
    });
  });
}

/**
 * Reads a catalogue that `writeCatalog` wrote.
 *
 * @throws {InputError} if there is no such file; {FormatError} if it is not such a catalogue.
 */
export async function readCatalog(path: string | URL): Promise<CatalogEntry[]> {
  using file = await openHdf5(path);
  const format = file.attribute("/", "format");
  if (format !== FORMAT) {
    const got = format === undefined ? "it has none" : `got "${format}"`;
    const rule = `its attribute "format" must be "${FORMAT}", ${got}; read single fields with "readField"`;
    throw new FormatError(`Cannot read the catalogue "${file.path}": ${rule}`, file.path, "/@format");
  }
  using held = new DisposableStack();
  const entries = Array.from({ length: file.numberAttribute("/", "entries") }, (_, i) => {
    const field = held.use(takeField(file, String(i)));
    const parameters = file.attributes(`${i}/cosmology`) as unknown as Cosmology;
    return { field, cosmology: universe(parameters, file.path, `${i}/cosmology`) };
  });
  held.move();
  return entries;
}

/** A checked universe of parameters in a file. */
export function universe(parameters: Parameters<typeof cosmology>[0], path: string, location: string): Cosmology {
  try {
    return cosmology(parameters);
  } catch (cause) {
    const what = `"${location}" is no universe: ${(cause as Error).message}`;
    throw new FormatError(`Cannot read the catalogue "${path}": ${what}`, path, location, { cause });
  }
}
