import { FormatError } from "../base/mod.ts";
import { type Hdf5File, openHdf5 } from "../io/mod.ts";
import { type Hdf5Column, hdf5Table } from "./_hdf5_table.ts";
import { UNIT } from "./_units.ts";
import type { Column, Galaxy, ParticleTable } from "./galaxy.ts";

const STARS = "particles/stars";
const GAS = "particles/gas";

/** Hydrogen and oxygen among RUBIX's ten elements, which are those of IllustrisTNG. */
export const [HYDROGEN, OXYGEN] = [0, 4];

function starTable(file: Hdf5File): ParticleTable {
  return hdf5Table("stars", file, {
    coords: { dataset: `${STARS}/coords`, unit: UNIT.length },
    velocity: { dataset: `${STARS}/velocity`, unit: UNIT.velocity },
    mass: { dataset: `${STARS}/mass`, unit: UNIT.mass },
    metallicity: { dataset: `${STARS}/metallicity`, unit: UNIT.one },
    age: { dataset: `${STARS}/age`, unit: UNIT.time },
  });
}

function gasTable(file: Hdf5File): ParticleTable | undefined {
  if (!file.has(GAS) || file.names(GAS).length === 0) return undefined;
  const optional = (dataset: string, columns: Partial<Record<Column, Hdf5Column>>) =>
    file.hasDataset(dataset) ? columns : {};
  const metals = { dataset: `${GAS}/metals`, unit: UNIT.one };
  const table = hdf5Table("gas", file, {
    coords: { dataset: `${GAS}/coords`, unit: UNIT.length },
    mass: { dataset: `${GAS}/mass`, unit: UNIT.mass },
    metallicity: { dataset: `${GAS}/metallicity`, unit: UNIT.one },
    ...optional(`${GAS}/velocity`, { velocity: { dataset: `${GAS}/velocity`, unit: UNIT.velocity } }),
    ...optional(metals.dataset, {
      hydrogen: { ...metals, index: HYDROGEN },
      oxygen: { ...metals, index: OXYGEN },
    }),
    ...optional(`${GAS}/sfr`, { starFormationRate: { dataset: `${GAS}/sfr`, unit: UNIT.massRate } }),
  });
  return table.count > 0 ? table : undefined;
}

/** A galaxy over a file that is open; closes it if it cannot be made, and by its `dispose`. */
export function overFile(file: Hdf5File, make: () => Omit<Galaxy, typeof Symbol.dispose>): Galaxy {
  try {
    const galaxy = make();
    if (galaxy.stars.count > 0) return { ...galaxy, [Symbol.dispose]: () => file.close() };
    throw new FormatError(`Cannot read "${file.path}": it has no stars`, file.path, "/");
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The name of a file without its folder and ending. */
export function stem(path: string): string {
  return path.replace(/^.*[/\\]/, "").replace(/\.[^.]*$/, "");
}

/**
 * Opens a galaxy in the layout of RUBIX (`rubix_galaxy.h5`): `galaxy/center`, `galaxy/halfmassrad_stars`, `galaxy/redshift`,
 * and datasets of `particles/stars` and `particles/gas` with an attribute `unit` each. Of `metals`, columns 0 and 4 are
 * hydrogen and oxygen. Particles are read a block at a time from the file, which stays open until `dispose`.
 *
 * @param path Path.
 * @throws {InputError} if there is no such file.
 * @throws {FormatError} if a dataset is missing, has another shape or number of rows than it must, or another unit than kpc,
 * km/s, Msun, Gyr, or none (spelled as astropy does); or if there are no stars.
 * @example
 * ```ts
 * import { readRubixGalaxy } from "@cosmesh/cosmesh/galaxy";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using galaxy = await readRubixGalaxy("test/ifu/reference/galaxy.h5");
 * console.log(galaxy.stars.count, galaxy.gas?.count, galaxy.halfMassRadius); // 500 800 2.186...
 * ```
 */
export async function readRubixGalaxy(path: string): Promise<Galaxy> {
  const file = await openHdf5(path);
  return overFile(file, () => {
    const gas = gasTable(file);
    return {
      name: stem(path),
      center: file.readNumbers("galaxy/center", { unit: UNIT.length, shape: [3] }),
      halfMassRadius: file.readNumbers("galaxy/halfmassrad_stars", { unit: UNIT.length })[0],
      redshift: file.readNumbers("galaxy/redshift", { unit: UNIT.one })[0],
      stars: starTable(file),
      ...gas ? { gas } : {},
    };
  });
}
