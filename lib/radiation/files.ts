import type { Field } from "../array/mod.ts";
import type { ReionizationParameters } from "./parameter_table.ts";

/** Painted fields at one redshift. */
export interface CoevalCube {
  /** [1] Redshift that was painted. */
  readonly z: number;
  /** [1] Overdensity of baryons. */
  readonly density: Field;
  /** [K] Temperature of the gas. */
  readonly temperature: Field;
  /** [1] Ionised fraction. */
  readonly ionisedFraction: Field;
  /** [1] Lyman-alpha coupling. */
  readonly lymanAlphaCoupling: Field;
  /** [mK] 21-cm brightness temperature. */
  readonly brightnessTemperature: Field;
  /** Parameters that it was painted with. */
  readonly parameters?: ReionizationParameters;
}
