import type { Cosmology } from "./cosmology.ts";
import { type Background, makeGrowth, makeIntegrals } from "./_kernel.ts";

interface Tables {
  integrals?: Float64Array;
  growth?: Float64Array;
}

/** Tables of this many backgrounds are kept (50 to 200 kB each). */
const KEPT = 16;
const kept = new Map<string, Tables>();

/** What kernels know of a cosmology. */
export function backgroundOf(c: Cosmology): Background {
  return Float64Array.of(c.omegaM, c.omegaLambda, c.omegaK, c.omegaR, c.w0, c.wa);
}

function tablesOf(background: Background): Tables {
  const key = background.join();
  const tables = kept.get(key) ?? {};
  kept.delete(key);
  kept.set(key, tables);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
  return tables;
}

/** Table of distance, lookback time and age. */
export function integralsOf(c: Cosmology): Float64Array {
  const background = backgroundOf(c);
  return tablesOf(background).integrals ??= makeIntegrals(background);
}

/** Table of growth. */
export function growthOf(c: Cosmology): Float64Array {
  const background = backgroundOf(c);
  return tablesOf(background).growth ??= makeGrowth(background, integralsOf(c));
}
