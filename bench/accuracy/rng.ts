import {
  randomBits,
  randomDirections,
  type RandomKey,
  randomKey,
  randomLognormal,
  randomNormal,
} from "../../lib/rng/mod.ts";
import type { AccuracyRow, Python } from "./_table.ts";

/** Heading in docs/accuracy.md. */
export const title = "Random numbers";

/** Text below the heading. */
export const about =
  "Words are exact (test/rng compares them with Random123 and JAX). Normal numbers of Philox come from " +
  "a ziggurat: a product and a comparison, right to rounding. Those of Threefry are sqrt(2) erfinv(u) with the steps of " +
  "JAX, where u^2 is rounded: far out, that costs exp(g^2/2) units of rounding, in JAX as here.";

const COUNT = 4000;

/** Relative errors of numbers against values with remainders. */
function errors(values: ArrayLike<number>, exact: [number, number][], keep: (value: number) => boolean) {
  const all = exact.flatMap(([value, rest], i) => keep(value) ? [Math.abs((values[i] - value - rest) / value)] : []);
  all.sort((a, b) => a - b);
  return { worst: all.at(-1)!, median: all[all.length >> 1] };
}

/** Measures. */
export async function measure(python: Python): Promise<AccuracyRow[]> {
  const key: RandomKey = randomKey(1, "threefry");
  const ask = (request: unknown) => python("rng_reference.py", request) as Promise<[number, number][]>;
  const rows: AccuracyRow[] = [];

  const words64 = randomBits(new BigUint64Array(COUNT), { key });
  const exact64 = await ask({ kind: "normal", bits: 52, values: [...words64].map((w) => String(w >> 12n)) });
  const double = randomNormal(COUNT, { key });
  const words32 = randomBits(COUNT, { key });
  const exact32 = await ask({ kind: "normal", bits: 23, values: [...words32].map((w) => String(w >>> 9)) });
  const single = randomNormal(new Float32Array(COUNT), { key });
  const reference = "mpmath erfinv, 40 digits";
  for (
    const [domain, keep] of [["below 2", (g) => Math.abs(g) < 2], ["all", () => true]] as [
      string,
      (g: number) => boolean,
    ][]
  ) {
    const where = `${COUNT} numbers, ${domain}`;
    const bounds = domain === "all" ? [1e-13, 1e-5] : [2e-15, 5e-7];
    rows.push({
      name: "randomNormal, threefry",
      domain: where,
      reference,
      ...errors(double, exact64, keep),
      bound: bounds[0],
    });
    rows.push({
      name: "randomNormal, threefry, f32",
      domain: where,
      reference,
      ...errors(single, exact32, keep),
      bound: bounds[1],
    });
  }

  const options = { mean: 0.5, sigma: 2 };
  const g = randomNormal(COUNT, { key: 1 });
  const exact = await ask({ kind: "lognormal", ...options, values: [...g] });
  const lognormal = randomLognormal(COUNT, { key: 1, ...options });
  rows.push({
    name: "randomLognormal",
    domain: `${COUNT} numbers, sigma 2`,
    reference: "mpmath exp, 40 digits",
    ...errors(lognormal, exact, () => true),
    bound: 3e-15,
  });

  const xyz = randomDirections(COUNT, { key: 1 });
  const lengths = Array.from({ length: COUNT }, (_, i): number => {
    const [x, y, z] = xyz.subarray(3 * i, 3 * i + 3);
    return x * x + y * y + z * z;
  });
  rows.push({
    name: "randomDirections",
    domain: `${COUNT} squared lengths`,
    reference: "1",
    ...errors(lengths, lengths.map(() => [1, 0]), () => true),
    bound: 1e-15,
  });
  return rows;
}
