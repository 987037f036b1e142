/** Spellings of the units of columns, the usual one first: those of astropy's `to_string` and the common ones. */
export const UNIT = {
  length: ["kpc"],
  velocity: ["km/s", "km / s", "km s-1", "km s^-1"],
  mass: ["Msun", "solMass", "M_sun", "M_sol", "Msol"],
  time: ["Gyr"],
  one: ["1", "", "dimensionless"],
  massRate: ["Msun/yr", "Msun / yr", "solMass / yr", "solMass/yr", "M_sun/yr", "solMass yr-1", "Msun yr-1"],
} as const;
