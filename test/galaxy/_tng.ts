import { writeHdf5 } from "../../lib/io/mod.ts";
import { randomKey, randomNormal, randomUniform } from "../../lib/rng/mod.ts";

/** What a synthetic cutout holds. */
export interface SyntheticCutout {
  /** Particles of PartType4, of which every fifth is wind. */
  readonly stars?: number;
  readonly gas?: number;
  readonly redshift?: number;
  /** [ckpc/h] Center. */
  readonly center?: readonly number[];
  /** [ckpc/h] Side of the box. */
  readonly boxSize?: number;
  readonly subhalo?: boolean;
  /** Datasets to leave out. */
  readonly without?: readonly string[];
}

const H = 0.6774;

/** Writes a cutout in the layout of IllustrisTNG's web service; returns what its arrays hold, in its units. */
export async function writeSyntheticCutout(path: string, options: SyntheticCutout = {}) {
  const { stars = 1000, gas = 300, redshift = 0.5, center = [34990, 20, 17000], boxSize = 35000 } = options;
  const { subhalo = true, without = [] } = options;
  const key = randomKey(11);
  const wrapped = (count: number, name: string) =>
    randomNormal(new Float64Array(3 * count), { key: key.fold(name), std: 15 }).map((x, i) => {
      const moved = x + center[i % 3];
      return moved - boxSize * Math.floor(moved / boxSize);
    });
  const numbers = (count: number, name: string, low: number, high: number) =>
    randomUniform(new Float64Array(count), { key: key.fold(name), low, high });
  const arrays: Record<string, Float64Array> = {
    "PartType4/Coordinates": wrapped(stars, "x4"),
    "PartType4/Velocities": randomNormal(new Float64Array(3 * stars), { key: key.fold("v4"), std: 100 }),
    "PartType4/GFM_InitialMass": numbers(stars, "m4", 4e-6, 6e-6),
    "PartType4/GFM_Metallicity": numbers(stars, "z4", 0.001, 0.04),
    "PartType4/GFM_StellarFormationTime": numbers(stars, "t4", 0.1, 1 / (1 + redshift)).map((a, i) =>
      i % 5 === 4 ? -a : a
    ),
    "PartType0/Coordinates": wrapped(gas, "x0"),
    "PartType0/Velocities": randomNormal(new Float64Array(3 * gas), { key: key.fold("v0"), std: 20 }),
    "PartType0/Masses": numbers(gas, "m0", 4e-6, 6e-6),
    "PartType0/GFM_Metallicity": numbers(gas, "z0", 0.001, 0.04),
    "PartType0/GFM_Metals": numbers(10 * gas, "e0", 0, 0.1),
    "PartType0/StarFormationRate": numbers(gas, "s0", 0, 0.1),
  };
  // Exponents of a and h, and cgs units, as in the files of the simulation.
  const units: Record<string, [number, number, number]> = {
    Coordinates: [1, -1, 3.085678e21],
    Velocities: [0.5, 0, 1e5],
    GFM_InitialMass: [0, -1, 1.989e43],
    Masses: [0, -1, 1.989e43],
    StarFormationRate: [0, 0, 6.30321217e25],
  };
  await writeHdf5(path, (file) => {
    file.group("Header", { Redshift: redshift, Time: 1 / (1 + redshift), HubbleParam: H, BoxSize: boxSize });
    for (const [name, data] of Object.entries(arrays)) {
      if (without.includes(name) || (gas === 0 && name.startsWith("PartType0"))) continue;
      const [a_scaling, h_scaling, to_cgs] = units[name.split("/")[1]] ?? [0, 0, 0];
      const width = /Coordinates|Velocities/.test(name) ? 3 : /Metals/.test(name) ? 10 : 1;
      const shape = width === 1 ? [data.length] : [data.length / width, width];
      file.writeArray(name, Float32Array.from(data), { shape, attributes: { a_scaling, h_scaling, to_cgs } });
    }
    if (!subhalo) return;
    center.forEach((c, k) => file.writeArray(`SubhaloData/pos_${"xyz"[k]}`, Float64Array.of(c), { shape: [] }));
    file.writeArray("SubhaloData/halfmassrad_stars", Float64Array.of(20), { shape: [] });
  });
  return { arrays, a: 1 / (1 + redshift), h: H, center, boxSize };
}
