import { fileURLToPath } from "node:url";
import { checkOneOf, InputError } from "../base/mod.ts";
import { openHdf5 } from "../io/mod.ts";
import { type ReadTemplatesOptions, templateError } from "./_import.ts";
import { readBpassTemplates } from "./bpass_templates.ts";
import { readFspsTemplates, readRubixTemplates } from "./hdf5_templates.ts";
import { readPpxfTemplates } from "./ppxf_templates.ts";
import { readPyPipe3dTemplates } from "./pypipe3d_templates.ts";
import type { TemplateGrid } from "./template_grid.ts";

/** Layout of files of templates: "hdf5" is that of `writeTemplates`, the others are named as the functions that read them. */
export type TemplateFormat = "hdf5" | "rubix" | "fsps" | "ppxf" | "bpass" | "pypipe3d";

type Reader = (path: string, options: ReadTemplatesOptions) => TemplateGrid | Promise<TemplateGrid>;

const READERS: Readonly<Record<TemplateFormat, Reader>> = {
  hdf5: readRubixTemplates,
  rubix: readRubixTemplates,
  fsps: readFspsTemplates,
  ppxf: readPpxfTemplates,
  bpass: readBpassTemplates,
  pypipe3d: readPyPipe3dTemplates,
};

/** Names of the layouts. */
export const TEMPLATE_FORMATS: readonly TemplateFormat[] = Object.keys(READERS) as TemplateFormat[];

/** The first bytes of a file; none for a folder. */
async function beginning(path: string): Promise<string> {
  try {
    if ((await Deno.stat(path)).isDirectory) return "";
    using file = await Deno.open(path);
    const bytes = new Uint8Array(8);
    await file.read(bytes);
    return String.fromCharCode(...bytes);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : (cause as Error).message;
    throw new InputError(`Cannot read templates from "${path}": ${reason}`, path, "", { cause });
  }
}

/** FSPS files have no units, and ages from log10(10^-4 Gyr) on. */
async function hdf5Format(path: string): Promise<TemplateFormat> {
  using file = await openHdf5(path);
  return file.info("age").unit === undefined && file.readNumbers("age")[0] < 0 ? "fsps" : "rubix";
}

async function formatOf(path: string): Promise<TemplateFormat> {
  const start = await beginning(path);
  if (start.startsWith("\x89HDF")) return await hdf5Format(path);
  if (start.startsWith("PK")) return "ppxf";
  if (start.startsWith("SIMPLE") || /\.fits\.gz$/i.test(path)) return "pypipe3d";
  if (start === "" || /\.dat(\.gz)?$/.test(path)) return "bpass";
  const why = `its layout is none of ${TEMPLATE_FORMATS.join(", ")}; convert it, for example with writeTemplates`;
  throw templateError(path, "", why);
}

/**
 * Reads templates of any layout that there is a reader for, which is found out from the contents: HDF5 of `writeTemplates`, RUBIX or
 * FSPS, ppxf's npz, a folder or table of BPASS, FITS of pyPipe3D.
 *
 * @param path Path of the file or folder, or `file:` URL.
 * @param options What the file does not say; `format`: its layout, if it is not to be found out.
 * @throws {FormatError} for another layout, or contents that cannot be used.
 * @throws {InputError} if there is no such file.
 * @throws {DomainError} if `range` is not covered.
 * @example
 * ```ts
 * import { readTemplates, syntheticTemplates, writeTemplates } from "@cosmesh/cosmesh/stellar";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using grid = syntheticTemplates({ wavelength: { from: 4000, to: 7000, step: 10 } });
 * const path = await Deno.makeTempFile({ suffix: ".h5" });
 * await writeTemplates(path, grid);
 * using back = await readTemplates(path);
 * console.log(back.flux.shape); // [ 12, 27, 301 ]
 * ```
 */
export async function readTemplates(
  path: string | URL,
  { format, ...options }: ReadTemplatesOptions & { format?: TemplateFormat } = {},
): Promise<TemplateGrid> {
  const name = typeof path === "string" ? path : fileURLToPath(path);
  if (format !== undefined) checkOneOf(format, "format", TEMPLATE_FORMATS);
  return await READERS[format ?? await formatOf(name)](name, options);
}
