import type { Parameter } from "../config/mod.ts";
import { POSITIVE, table } from "./_keys.ts";

const size = (unit: string, value: number, description: string): Omit<Parameter, "group" | "key"> => (
  { ...POSITIVE, unit, default: value, description }
);

/** The galaxy that is made where none is given: options of `syntheticGalaxy`. */
export const SYNTHETIC_KEYS: readonly Parameter[] = table("data.synthetic", {
  stars: {
    kind: "integer",
    unit: "1",
    least: 1,
    most: 1e9,
    default: 20_000,
    description: "Stars of the galaxy that is made, an exponential disc and a bulge",
  },
  gas: {
    kind: "integer",
    unit: "1",
    least: 0,
    most: 1e9,
    default: null,
    description: "Cells of gas; a fifth of the stars",
  },
  seed: { kind: "integer", unit: "1", least: 0, default: 1, description: "Seed of its particles" },
  disc_mass: size("M_sun", 4e10, "Mass of stars formed in the disc"),
  scale_length: size("kpc", 2.5, "Scale length of the disc"),
  scale_height: size("kpc", 0.5, "Scale height of its oldest stars"),
  bulge_mass: size("M_sun", 1e10, "Mass of stars formed in the bulge"),
  bulge_radius: size("kpc", 0.5, "Radius of the bulge (Hernquist 1990)"),
  gas_mass: size("M_sun", 8e9, "Mass of gas"),
  halo_velocity: size("km/s", 170, "Circular velocity of the halo far out"),
  halo_core: size("kpc", 4, "Radius of the core of the halo"),
  dispersion: size("km/s", 90, "Radial velocity dispersion of the oldest stars in the center of the disc"),
  metallicity: size("1", 0.03, "Metallicity of newborn stars in the center"),
});
