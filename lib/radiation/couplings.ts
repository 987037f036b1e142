import { checkSameMesh, empty, Field, type Quantity, stats } from "../array/mod.ts";
import { CMB_TEMPERATURE_K, CRITICAL_DENSITY, DtypeError, HYDROGEN_MASS_G, MPC_CM, MSUN_G } from "../base/mod.ts";
import { collisionalCouplingAt, derive, DERIVED } from "./_kernel.ts";
import type { CoevalCube } from "./files.ts";
import type { ReionizationParameters } from "./parameter_table.ts";

/** What the 21-cm signal at one redshift needs of cosmology. */
export interface Background {
  /** [1] Redshift. */
  readonly z: number;
  /** [K] Temperature of the cosmic microwave background. */
  readonly cmbTemperatureK: number;
  /** [K] Temperature of gas at mean density that nothing heated since it decoupled from the background. */
  readonly adiabaticTemperatureK: number;
  /** [1/cm^3] Hydrogen at mean density. */
  readonly hydrogenDensity: number;
  /** [mK] Brightness temperature of neutral gas at mean density in the limit of high spin temperature. */
  readonly amplitude: number;
}

/**
 * Background quantities of the 21-cm signal: T_cmb = 2.725 K (1+z); T_ad = 2.725 K (1+z)^2/(1+z_decoupling);
 * n_H = rho_c Ob (1+z)^3/m_H; amplitude 27 mK (Ob h^2/0.023) sqrt(0.15/(Om h^2) (1+z)/10) (Furlanetto et al. 2006).
 *
 * @param z [1] Redshift.
 * @param parameters Cosmology and decoupling redshift.
 * @example
 * ```ts
 * import { background, reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * console.log(background(8, reionizationParameters()).hydrogenDensity); // 1.668e-4 per cm^3
 * ```
 */
export function background(z: number, { cosmology, solver }: ReionizationParameters): Background {
  const { Om, Ob, h0: h } = cosmology;
  const a = 1 + z;
  return {
    z,
    cmbTemperatureK: CMB_TEMPERATURE_K * a,
    adiabaticTemperatureK: CMB_TEMPERATURE_K * a * a / (1 + solver.z_decoupling),
    hydrogenDensity: CRITICAL_DENSITY * h * h * Ob * a * a * a * MSUN_G / (MPC_CM * MPC_CM * MPC_CM) / HYDROGEN_MASS_G,
    amplitude: 27 * (Ob * h * h / 0.023) * Math.sqrt(0.15 / (Om * h * h) / 10) * Math.sqrt(a),
  };
}

/** Fields that `derivedField` computes. */
export type DerivedField =
  | "collisionalCoupling"
  | "totalCoupling"
  | "brightness"
  | "brightnessNeutral"
  | "brightnessSaturated";

const UNITS: { readonly [D in DerivedField]: { unit: string; quantity: Quantity } } = {
  collisionalCoupling: { unit: "1", quantity: "other" },
  totalCoupling: { unit: "1", quantity: "other" },
  brightness: { unit: "mK", quantity: "brightnessTemperature" },
  brightnessNeutral: { unit: "mK", quantity: "brightnessTemperature" },
  brightnessSaturated: { unit: "mK", quantity: "brightnessTemperature" },
};

/**
 * A field that follows from those of a cube: the collisional coupling x_c = T_21/(A_10 T_cmb) (k_HH n_HI + k_eH n_e), the
 * total coupling x_alpha + x_c, or the brightness temperature
 * dTb = amplitude (1 - T_cmb/T) (1 - x_HII) x_tot/(1 + x_tot) (1 + delta): as painted (`brightness`), for gas that is
 * neutral everywhere (`brightnessNeutral`), or in the limit of high spin temperature (`brightnessSaturated`).
 *
 * @param which The field.
 * @param cube Painted fields in float32.
 * @param parameters Cosmology, and whether the collisional coupling varies from cell to cell.
 * @returns A new field; give it back by disposing of its array.
 * @throws {DomainError} if the fields have different meshes; {DtypeError} if one is not float32.
 */
export function derivedField(which: DerivedField, cube: CoevalCube, parameters: ReionizationParameters): Field {
  const { density, temperature, ionisedFraction, lymanAlphaCoupling } = cube;
  checkSameMesh("derive a field", density, temperature, ionisedFraction, lymanAlphaCoupling);
  const single = (name: string, { array }: Field) => {
    if (array.dtype === "float32") return array;
    throw new DtypeError(`Cannot derive a field: ${name} must be float32, got ${array.dtype}`, "float32", array.dtype);
  };
  const fields = {
    temperature: single("temperature", temperature),
    coupling: single("lymanAlphaCoupling", lymanAlphaCoupling),
    x: single("ionisedFraction", ionisedFraction),
    delta: single("density", density),
  };
  const b = background(cube.z, parameters);
  const neutral = which === "brightnessNeutral";
  const collisions = parameters.simulation.compute_x_coll_fluctuations
    ? undefined
    : collisionalCouplingAt(b, stats(fields.temperature).mean, neutral ? 0 : stats(fields.x).mean, 0);
  const array = empty(density.array.shape, "float32");
  derive(DERIVED[which], b, collisions, fields, array);
  return new Field({ array, boxSize: density.boxSize, ...UNITS[which] });
}
