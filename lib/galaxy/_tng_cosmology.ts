import type { CosmologyOptions } from "../cosmology/mod.ts";

/** Parameters of IllustrisTNG: Planck 2015 XIII, table 4, last column (Pillepich et al. 2018). */
export const TNG_COSMOLOGY: CosmologyOptions = { h: 0.6774, omegaM: 0.3089, omegaB: 0.0486 };
