/**
 * The linear overdensity of today that a run starts from.
 *
 * @module
 */
import { type LinearPower, linearPower, readPowerFile, tabulatedPower } from "../../lib/cosmology/mod.ts";
import type { DensityField, RealArray } from "../../lib/fields/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { gaussianInitialConditions } from "../../lib/pm/mod.ts";
import { randomKey } from "../../lib/rng/mod.ts";
import { inKeys, type Plan } from "./config.ts";

/** The linear power spectrum of a configuration; a table is scaled to sigma8. */
export async function powerOf({ universe, initial: { power, transfer } }: Plan): Promise<LinearPower> {
  if (power === null) {
    return linearPower(universe, { transfer: transfer === "wiggles" ? "eisensteinHu" : "eisensteinHuNoWiggle" });
  }
  const table = await readPowerFile(power);
  return tabulatedPower(universe, table.k, table.power, { normalize: true });
}

/** The linear overdensity of today, "initialField". */
export async function initialDensity(plan: Plan): Promise<DensityField> {
  const { meta, initial: { noise: path, seed, generator } } = plan;
  const linear = await powerOf(plan);
  const { mesh, boxSize, observer } = meta;
  if (path === null) {
    return gaussianInitialConditions(linear, { mesh, boxSize, observer, key: randomKey(seed, generator) });
  }
  using file = await openHdf5(path);
  using noise = file.readArray("noise", { shape: mesh, dtype: "float32" }) as RealArray;
  return inKeys(
    plan.source,
    "initial.noise",
    () => gaussianInitialConditions(linear, { mesh, boxSize, observer, noise }),
  );
}
