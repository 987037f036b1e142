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
