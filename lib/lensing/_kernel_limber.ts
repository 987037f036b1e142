import { call } from "../kernel/mod.ts";

const ELEMENTARY = ["log", "exp"] as const;

/** Logarithm or exponential of all elements, whose bits do not depend on the host. */
export function elementary(which: typeof ELEMENTARY[number], x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  call(which, (k, a) => k.cosmology_elementary(ELEMENTARY.indexOf(which), a.in(x), x.length, a.out(out)));
  return out;
}
