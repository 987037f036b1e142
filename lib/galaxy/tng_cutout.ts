import { FormatError } from "../base/mod.ts";
import { age, type Cosmology, cosmology } from "../cosmology/mod.ts";
import { type Hdf5File, openHdf5 } from "../io/mod.ts";
import { hdf5Table } from "./_hdf5_table.ts";
import { selected, Selection } from "./_selection.ts";
import { BLOCK_ROWS, type Fill, type Fills, tableOf } from "./_table.ts";
import { TNG_COSMOLOGY } from "./_tng_cosmology.ts";
import { KM_CM, KPC_CM, MSUN_G } from "./_units.ts";
import { densestPoint } from "./center.ts";
import { COLUMN_WIDTH, type Galaxy, type ParticleTable } from "./galaxy.ts";
import { HYDROGEN, overFile, OXYGEN, stem } from "./rubix_file.ts";

/** Options of `readTngCutout`. */
export interface TngCutoutOptions {
  /** What the galaxy is called. Default: the name of the file. */
  readonly name?: string;
  /** [kpc] Center `[3]`, proper. Default: that of `SubhaloData`, else the densest place. */
  readonly center?: ArrayLike<number>;
  /** [kpc] Half-mass radius of stars, proper. Default: that of `SubhaloData`, else computed where it is needed. */
  readonly halfMassRadius?: number;
  /** For ages. Default: that of the simulation, Planck 2015 (h = 0.6774, Omega_m = 0.3089). */
  readonly cosmology?: Cosmology;
}

const STARS = "PartType4";
const GAS = "PartType0";
const FORMATION = `${STARS}/GFM_StellarFormationTime`;

/** Scale factor and Hubble parameter of a file. */
interface Header {
  readonly a: number;
  readonly h: number;
  readonly redshift: number;
}

/** `base^exponent` for multiples of a half, by products and a root, so that it does not depend on the machine. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < Math.floor(Math.abs(exponent)); i++) result *= base;
  if (Math.abs(exponent) % 1 === 0.5) result *= Math.sqrt(base);
  return exponent < 0 ? 1 / result : result;
}

/** What numbers of a dataset are multiplied by to be physical and in cgs units; a factor of 0 means there is no unit. */
function toCgs(file: Hdf5File, dataset: string, { a, h }: Header): number {
  const number = (name: string) => file.numberAttribute(dataset, name);
  const [scale, hubble] = [number("a_scaling"), number("h_scaling")];
  if (!Number.isInteger(2 * scale) || !Number.isInteger(2 * hubble)) {
    const why = `a_scaling and h_scaling of "${dataset}" must be multiples of 1/2, got ${scale} and ${hubble}`;
    throw new FormatError(`Cannot read "${file.path}": ${why}`, file.path, dataset);
  }
  return power(a, scale) * power(h, hubble) * (number("to_cgs") || 1);
}

/** Coordinates moved by whole sides of the periodic box to where they are nearest to a place. */
function unwrapped(fill: Fill, side: number, near: Float64Array): Fill {
  return (first, target) => {
    fill(first, target);
    for (let i = 0; i < target.length; i++) target[i] -= side * Math.round((target[i] - near[i % 3]) / side);
  };
}

/** Stars, less wind: a bit is kept for each particle. */
function starTable(file: Hdf5File, header: Header, universe: Cosmology): ParticleTable {
  const column = (name: string, unit: number) => {
    const dataset = `${STARS}/${name}`;
    return { dataset, factor: toCgs(file, dataset, header) / unit };
  };
  const table = hdf5Table("stars", file, {
    coords: column("Coordinates", KPC_CM),
    velocity: column("Velocities", KM_CM),
    mass: column("GFM_InitialMass", MSUN_G),
    metallicity: column("GFM_Metallicity", 1),
    age: { dataset: FORMATION },
  });
  const now = age(universe, header.redshift);
  // Wind has a formation time of 0 or below; it is left out before ages are asked for.
  const ages: Fill = (first, target) => {
    table.read("age", first, target);
    const redshifts = target.map((a) => a > 0 ? Math.max(1 / a - 1, 0) : 0);
    const then = age(universe, redshifts);
    for (let i = 0; i < target.length; i++) target[i] = Math.max(now - then[i], 0);
  };
  const fills: Fills = { age: ages };
  for (const name of table.columns) fills[name] ??= (first, target) => table.read(name, first, target);
  const kept = new Selection(table.count);
  const times = new Float64Array(Math.min(BLOCK_ROWS, table.count));
  for (let first = 0; first < table.count; first += times.length) {
    const block = times.subarray(0, Math.min(times.length, table.count - first));
    table.read("age", first, block);
    block.forEach((time, i) => !(time <= 0) && kept.add(first + i));
  }
  const all = tableOf("stars", table.count, fills);
  return kept.seal() === table.count ? all : selected("stars", all, kept);
}

function gasTable(file: Hdf5File, header: Header): ParticleTable | undefined {
  if (!file.hasDataset(`${GAS}/Coordinates`)) return undefined;
  const column = (name: string, unit: number) => {
    const dataset = `${GAS}/${name}`;
    return { dataset, factor: toCgs(file, dataset, header) / unit };
  };
  const has = (name: string) => file.hasDataset(`${GAS}/${name}`);
  const metals = has("GFM_Metals") ? column("GFM_Metals", 1) : undefined;
  const table = hdf5Table("gas", file, {
    coords: column("Coordinates", KPC_CM),
    mass: column("Masses", MSUN_G),
    metallicity: column("GFM_Metallicity", 1),
    ...has("Velocities") ? { velocity: column("Velocities", KM_CM) } : {},
    ...metals ? { hydrogen: { ...metals, index: HYDROGEN }, oxygen: { ...metals, index: OXYGEN } } : {},
    // Already in M_sun/yr.
    ...has("StarFormationRate") ? { starFormationRate: { dataset: `${GAS}/StarFormationRate` } } : {},
  });
  return table.count > 0 ? table : undefined;
}

/** The same table with coordinates moved to where they are nearest to a place. */
function around(what: string, table: ParticleTable, side: number | undefined, near: Float64Array): ParticleTable {
  if (side === undefined) return table;
  const fills: Fills = {};
  for (const column of table.columns) {
    const fill: Fill = (first, target) => table.read(column, first, target);
    fills[column] = column === "coords" ? unwrapped(fill, side, near) : fill;
  }
  return tableOf(what, table.count, fills);
}

/**
 * Opens a cutout of IllustrisTNG (or of Illustris): `Header`, stars in `PartType4`, gas in `PartType0`, and `SubhaloData` with
 * `pos_x`, `pos_y`, `pos_z` and `halfmassrad_stars`, if it is there.
 *
 * - Numbers times `a^a_scaling h^h_scaling to_cgs` of their dataset's attributes (`to_cgs` of 0 is 1) are physical, in cgs units;
 *   rates of star formation are in M_sun/yr as they are.
 * - The mass of stars is `GFM_InitialMass`, that was formed. Particles of wind, of a formation time of 0 or less, are left out.
 * - The age of a star is that of the universe at the snapshot less that at its formation.
 * - Positions are moved by whole sides of the periodic box (`BoxSize`) to the image that is nearest to the center.
 *
 * Particles are read a block at a time from the file, which stays open until `dispose`; one bit for each star is kept.
 *
 * @param path Path.
 * @param options Center, radius and cosmology.
 * @throws {InputError} if there is no such file.
 * @throws {FormatError} if a dataset or attribute is missing or has another shape than it must, or there are no stars.
 * @example
 * ```ts
 * import { readTngCutout } from "@cosmesh/cosmesh/galaxy";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * async function starsOf(path: string) {
 *   using galaxy = await readTngCutout(path);
 *   return galaxy.stars.count;
 * }
 * ```
 */
export async function readTngCutout(path: string, options: TngCutoutOptions = {}): Promise<Galaxy> {
  const file = await openHdf5(path);
  return overFile(file, () => {
    const redshift = file.numberAttribute("Header", "Redshift");
    const h = file.numberAttribute("Header", "HubbleParam");
    const header = { h, redshift: Math.max(redshift, 0), a: 1 / (1 + redshift) };
    const length = toCgs(file, `${STARS}/Coordinates`, header) / KPC_CM;
    const raw = starTable(file, header, options.cosmology ?? cosmology(TNG_COSMOLOGY));
    const side = file.attribute("Header", "BoxSize") === undefined
      ? undefined
      : file.numberAttribute("Header", "BoxSize") * length;
    const place = (name: string) => `SubhaloData/${name}`;
    const positions = ["pos_x", "pos_y", "pos_z"].map(place);
    const given = options.center ??
      (positions.every((name) => file.hasDataset(name))
        ? positions.map((name) => file.readNumbers(name)[0] * length)
        : undefined);
    const near = given ? Float64Array.from(given) : new Float64Array(COLUMN_WIDTH.coords);
    if (!given && raw.count > 0) raw.read("coords", 0, near);
    const stars = around("stars", raw, side, near);
    const gas = gasTable(file, header);
    const radius = options.halfMassRadius ??
      (file.hasDataset(place("halfmassrad_stars"))
        ? file.readNumbers(place("halfmassrad_stars"))[0] * length
        : undefined);
    return {
      name: options.name ?? stem(path),
      center: given || stars.count === 0 ? near : densestPoint(stars),
      ...radius === undefined ? {} : { halfMassRadius: radius },
      redshift: header.redshift,
      stars,
      ...gas ? { gas: around("gas", gas, side, near) } : {},
    };
  });
}
