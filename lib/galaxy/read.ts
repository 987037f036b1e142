import { openHdf5 } from "../io/mod.ts";
import type { Galaxy } from "./galaxy.ts";
import { formatOf, type ParticleFileOptions, readParticles } from "./particle_file.ts";
import { readRubixGalaxy } from "./rubix_file.ts";
import { readTngCutout, type TngCutoutOptions } from "./tng_cutout.ts";

/** Options of `readGalaxy`; those of another kind of file than the one that is found have no effect. */
export interface ReadGalaxyOptions extends Omit<ParticleFileOptions, "format">, Pick<TngCutoutOptions, "cosmology"> {
  /** What the file is. Default: what is in it says. */
  readonly format?: GalaxyFormat;
}

/** Kinds of files of galaxies: RUBIX's layout, a cutout of IllustrisTNG, or columns of particles. */
export type GalaxyFormat = "rubix" | "tng" | NonNullable<ParticleFileOptions["format"]>;

/**
 * Opens a galaxy in a file of any of the known kinds: RUBIX's layout (which has `particles/stars`), a cutout of IllustrisTNG
 * (`PartType4`), or else particles by the names of columns in HDF5, npz or text.
 *
 * @param path Path.
 * @param options Name, center, radius and redshift, which go before those of the file; names of columns; cosmology of a cutout.
 * @throws {InputError} and {FormatError} as `readRubixGalaxy`, `readTngCutout` and `readParticles`.
 * @example
 * ```ts
 * import { readGalaxy } from "@cosmesh/cosmesh/galaxy";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using galaxy = await readGalaxy("test/ifu/reference/galaxy.h5", { name: "reference" });
 * console.log(galaxy.name, galaxy.stars.count); // reference 500
 * ```
 */
export async function readGalaxy(path: string, options: ReadGalaxyOptions = {}): Promise<Galaxy> {
  const { format, ...rest } = options;
  const { name, center, halfMassRadius, redshift } = rest;
  const own = {
    ...name === undefined ? {} : { name },
    ...center === undefined ? {} : { center: Float64Array.from(center) },
    ...halfMassRadius === undefined ? {} : { halfMassRadius },
    ...redshift === undefined ? {} : { redshift },
  };
  const kind = format ?? await kindOf(path);
  if (kind === "rubix") return { ...await readRubixGalaxy(path), ...own };
  if (kind === "tng") return { ...await readTngCutout(path, rest), ...own };
  return await readParticles(path, { ...rest, format: kind });
}

async function kindOf(path: string): Promise<GalaxyFormat> {
  const format = formatOf(path);
  if (format !== "hdf5") return format;
  using file = await openHdf5(path);
  if (file.has("particles/stars")) return "rubix";
  return file.has("PartType4") && file.has("Header") ? "tng" : "hdf5";
}
