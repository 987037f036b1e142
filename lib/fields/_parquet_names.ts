import type { Status } from "./metadata.ts";

/** Statuses as jax-fli spells them; it knows no third order. */
export const STATUS_NAMES: Readonly<Record<Status, string>> = {
  unknown: "UNKNOWN",
  initialField: "INITIAL_FIELD",
  lpt1: "LPT1",
  lpt2: "LPT2",
  lpt3: "PARTICLES",
  particles: "PARTICLES",
  densityField: "DENSITY_FIELD",
  projectedDensity: "PROJECTED_DENSITY",
  lightcone: "LIGHTCONE",
  kappa: "KAPPA",
  gamma: "GAMMA",
};

/** Units as jax-fli spells them. */
export const UNIT_NAMES: Readonly<Record<string, string>> = {
  overdensity: "OVERDENSITY",
  density: "DENSITY",
  counts: "COUNTS",
  massDensity: "MSUN_H_PER_MPC3",
  gridRelative: "GRID_RELATIVE",
  gridAbsolute: "GRID_ABSOLUTE",
  mpch: "MPC_H",
  "1": "DIMENSIONLESS",
};

/** Classes of jax-fli and ours, with the number of axes of a stack. */
export const TYPE_NAMES = {
  DensityField: { kind: "DensityField", rank: 4 },
  ParticleField: { kind: "ParticleField", rank: 5 },
  FlatDensity: { kind: "FlatField", rank: 3 },
  SphericalDensity: { kind: "SphericalField", rank: 2 },
  FlatKappaField: { kind: "FlatField", rank: 3 },
  SphericalKappaField: { kind: "SphericalField", rank: 2 },
} as const;

/** The name of ours that another's stands for; undefined if there is none. */
export function ourName<K extends string>(names: Readonly<Record<K, string>>, other: unknown): K | undefined {
  // Of several the last: LPT3 is written as PARTICLES.
  return (Object.keys(names) as K[]).findLast((name) => names[name] === other);
}
