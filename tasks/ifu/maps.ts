/**
 * Maps of the stars themselves: written beside the cube, and read back for pictures.
 *
 * @module
 */
import type { ParticleMaps, WeightedMaps } from "../../lib/ifu/mod.ts";
import { openHdf5, writeHdf5 } from "../../lib/io/mod.ts";
import { mapFromStops, type PlaneOptions } from "../../lib/plot/mod.ts";

/** Units of the maps. */
const UNITS: Readonly<Record<keyof WeightedMaps, string>> = {
  total: "",
  velocity: "km/s",
  dispersion: "km/s",
  h3: "1",
  h4: "1",
  age: "Gyr",
  logAge: "1",
  metallicity: "1",
  logMetallicity: "1",
};
const TOTALS = { mass: "M_sun", light: "L_sun/Angstrom" } as const;

/** Name of a map in the file: log_age. */
const nameOf = (map: string): string => map.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * `maps.h5`: `count`, and weighted by `mass/` and by `light/`: total, velocity, dispersion, h3, h4, age, log_age, metallicity,
 * log_metallicity; all `[y, x]` with a unit, NaN where there are no stars.
 */
export async function writeMaps(path: string, maps: ParticleMaps, spaxelSize: number): Promise<void> {
  await writeHdf5(path, (file) => {
    file.setAttributes("/", { kind: "Maps", spaxel_size_arcsec: spaxelSize });
    file.writeArray("count", maps.count, { unit: "1" });
    for (const weight of ["mass", "light"] as const) {
      for (const [map, unit] of Object.entries(UNITS) as [keyof WeightedMaps, string][]) {
        const array = maps[weight]?.[map];
        if (array) file.writeArray(`${weight}/${nameOf(map)}`, array, { unit: unit || TOTALS[weight] });
      }
    }
  });
}

/** A map, and how it is drawn. */
export interface DrawnMap {
  readonly name: string;
  readonly caption: string;
  /** `[y, x]`, NaN where there is nothing. */
  readonly values: Float64Array;
  readonly options: PlaneOptions;
}

/** Blue below 0, red above. */
const BLUE_RED = mapFromStops([
  [0, 0.13, 0.25, 0.6],
  [0.25, 0.4, 0.66, 0.81],
  [0.5, 0.97, 0.97, 0.97],
  [0.75, 0.94, 0.54, 0.38],
  [1, 0.59, 0.08, 0.16],
]);

const SHOWN: readonly (readonly [string, string, PlaneOptions])[] = [
  ["mass/total", "Mass of stars that was formed, in each spaxel.", {
    title: "Stars",
    label: "Mass",
    unit: "M_sun",
    scale: "log",
    colors: "plasma",
  }],
  [
    "light/velocity",
    "Mean velocity along the line of sight, by light without dust; away from the observer is positive.",
    {
      title: "Velocity",
      label: "v",
      unit: "km/s",
      scale: "centred",
      colors: BLUE_RED,
    },
  ],
  ["light/dispersion", "Standard deviation of velocities along the line of sight, by light without dust.", {
    title: "Velocity dispersion",
    label: "σ",
    unit: "km/s",
  }],
  ["light/age", "Mean age of stars, by light without dust.", {
    title: "Age",
    label: "Age",
    unit: "Gyr",
    colors: "plasma",
  }],
  ["light/log_metallicity", "Mean logarithm of metallicity, by light without dust.", {
    title: "Metallicity",
    label: "log₁₀ Z",
    colors: "cividis",
  }],
];

/** The maps that the report shows. */
export async function readMaps(path: string): Promise<DrawnMap[]> {
  using file = await openHdf5(path);
  return SHOWN.map(([name, caption, options]) => {
    using map = file.readArray(name, { dtype: "float64" });
    const values = map.data.slice();
    // No stars have no mass, which has no logarithm.
    if (options.scale === "log") values.forEach((value, i) => values[i] = value > 0 ? value : NaN);
    return { name: name.replace("/", "_"), caption, options, values };
  });
}
