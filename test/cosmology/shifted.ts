import { type Cosmology, cosmology, type CosmologyParameter } from "../../lib/cosmology/mod.ts";

/** A universe with one parameter shifted; dark energy follows. */
export function shifted(universe: Cosmology, name: CosmologyParameter, by: number): Cosmology {
  const { omegaM, omegaB } = universe;
  const changed = name === "omegaC"
    ? { omegaM: omegaM + by }
    : name === "omegaB"
    ? { omegaM: omegaM + by, omegaB: omegaB + by }
    : { [name]: universe[name] + by };
  return cosmology({ ...universe, ...changed, omegaLambda: undefined });
}
