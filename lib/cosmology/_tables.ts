import { DomainError, Recent } from "../base/mod.ts";
import type { Cosmology } from "./cosmology.ts";
import { type Background, inverse, makeGrowth, makeIntegrals } from "./_kernel.ts";
import { apply, type Like, type Points, scaled } from "./_points.ts";

interface Tables {
  integrals?: Float64Array;
  growth?: Float64Array;
}

/** Tables of 16 backgrounds are kept (50 to 200 kB each). */
const kept = new Recent<Tables>(16);

/** What kernels know of a cosmology. */
export function backgroundOf(c: Cosmology): Background {
  return Float64Array.of(c.omegaM, c.omegaLambda, c.omegaK, c.omegaR, c.w0, c.wa);
}

function tablesOf(background: Background): Tables {
  return kept.get(background.join(), () => ({}));
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

/** Redshifts at which a column of a table times `1/by` has given values; `name` and `rule` are for the error. */
export function invert<T extends Points>(
  integrals: Float64Array,
  column: number,
  values: T,
  name: string,
  by: number,
  rule: () => string,
): Like<T> {
  return apply(values, name, "at least 0 and finite", (v) => v >= 0 && v < Infinity, (values) => {
    const out = scaled(values.slice(), by);
    inverse(integrals, column, out, out);
    const at = out.findIndex(Number.isNaN);
    if (at >= 0) {
      const text = `Cannot find the redshift: ${name} ${at} must be ${rule()}, got ${values[at]}`;
      throw new DomainError(text, rule(), String(values[at]));
    }
    return out;
  });
}
