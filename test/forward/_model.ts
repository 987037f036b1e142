import { fromData } from "../../lib/array/mod.ts";
import { cosmology, type CosmologyParameter, planck18 } from "../../lib/cosmology/mod.ts";
import type { RealArray } from "../../lib/fields/mod.ts";
import type { Loss } from "../../lib/forward/mod.ts";
import { randomNormal } from "../../lib/rng/mod.ts";

/** A universe in which no parameter is at a special value. */
export const universe = cosmology({
  ...planck18,
  omegaLambda: undefined,
  omegaK: 0.03,
  omegaR: 9e-5,
  w0: -0.9,
  wa: 0.2,
});

export const PARAMETERS: readonly CosmologyParameter[] = [
  ...["omegaC", "omegaB", "h", "ns", "sigma8", "w0", "wa", "omegaK"] as const,
];

/** Normal numbers. */
export function normal(shape: readonly number[], key: number, dtype: "float32" | "float64" = "float64"): RealArray {
  const size = shape.reduce((p, n) => p * n, 1);
  return fromData(randomNormal(size, { key }), shape, dtype) as RealArray;
}

/** sum_i w_i f_i^2/2 + v_i f_i of a field of any shape, with numbers w and v without a pattern. */
export const quadratic: Loss = ({ array }, cotangent) => {
  let value = 0;
  for (let i = 0; i < array.size; i++) {
    const [w, v, f] = [i * 31 % 97 / 97 + 0.1, i * 17 % 89 / 89 - 0.5, array.data[i]];
    value += (0.5 * w * f + v) * f;
    cotangent.data[i] = w * f + v;
  }
  return value;
};
