import type { Column } from "./galaxy.ts";

/** Spellings of the units of columns, the usual one first: those of astropy's `to_string` and the common ones. */
export const UNIT = {
  length: ["kpc"],
  velocity: ["km/s", "km / s", "km s-1", "km s^-1"],
  mass: ["Msun", "solMass", "M_sun", "M_sol", "Msol"],
  time: ["Gyr"],
  one: ["1", "", "dimensionless"],
  massRate: ["Msun/yr", "Msun / yr", "solMass / yr", "solMass/yr", "M_sun/yr", "solMass yr-1", "Msun yr-1"],
} as const;

/** [cm] 1 kpc (IAU 2012 B2, 2015 B2). */
export const KPC_CM = 3.0856775814913673e21;
/** [g] 1 M_sun: GM_sun of IAU 2015 B3 over G of CODATA 2018. */
export const MSUN_G = 1.988409870698051e33;
/** [cm/s] 1 km/s. */
export const KM_CM = 1e5;

/** What each unit of a quantity is multiplied by to be the toolkit's. */
const FACTORS = {
  length: { kpc: 1, pc: 1e-3, Mpc: 1e3, cm: 1 / KPC_CM, m: 100 / KPC_CM },
  velocity: { "km/s": 1, "m/s": 1e-3, "cm/s": 1e-5 },
  mass: { Msun: 1, "1e10Msun": 1e10, g: 1 / MSUN_G, kg: 1e3 / MSUN_G },
  time: { Gyr: 1, Myr: 1e-3, yr: 1e-9 },
  one: { "1": 1, "": 1, dimensionless: 1 },
  massRate: { "Msun/yr": 1 },
} as const;

const QUANTITY: Record<Column, keyof typeof FACTORS> = {
  coords: "length",
  velocity: "velocity",
  mass: "mass",
  metallicity: "one",
  age: "time",
  hydrogen: "one",
  oxygen: "one",
  starFormationRate: "massRate",
};

/** One spelling of a unit. */
function plain(unit: string): string {
  return unit.replace(/\bsolMass\b|\bM_?sol\b|\bM_sun\b/g, "Msun").replace(/\s+(\w+)\^?-1$/, "/$1").replace(
    /[\s*]+/g,
    "",
  );
}

/** What numbers of a column in a unit are multiplied by; undefined if the unit is not known. */
export function factorOf(column: Column, unit: string): number | undefined {
  const factors: Record<string, number> = FACTORS[QUANTITY[column]];
  return Object.hasOwn(factors, plain(unit)) ? factors[plain(unit)] : undefined;
}

/** Units that a column may have. */
export function unitsOf(column: Column): string[] {
  return Object.keys(FACTORS[QUANTITY[column]]).filter((unit) => unit !== "");
}
