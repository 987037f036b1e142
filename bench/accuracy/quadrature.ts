/**
 * Accuracy of quadrature.
 *
 * @module
 */
import { cumulativeTrapezoid, gaussLegendre, quad, type QuadOptions, simpson } from "../../lib/quadrature/mod.ts";
import { type AccuracyRow, errorsOf, type Python } from "./_table.ts";

export const title = "Quadrature";
export const about =
  "Nodes are relative to 1, weights relative to themselves. `quad` has tolerances of 1e-10 each; the " +
  "bound is that. Sums of a million equal samples show what rounding adds up to.";

const INTEGRALS: [string, (x: number) => number, number, number][] = [
  ["exp(x) over [0, 1]", Math.exp, 0, 1],
  ["log(x)/sqrt(x) over [0, 1]", (x) => Math.log(x) / Math.sqrt(x), 0, 1],
  ["x^-0.9 over [0, 1]", (x) => x ** -0.9, 0, 1],
  ["exp(-x^2) over all numbers", (x) => Math.exp(-x * x), -Infinity, Infinity],
  ["exp(-x)/sqrt(x) over [0, inf]", (x) => Math.exp(-x) / Math.sqrt(x), 0, Infinity],
  ["cos(100 sin x) over [0, pi]", (x) => Math.cos(100 * Math.sin(x)), 0, Math.PI],
  ["1/(1e-6 + (x - 0.7)^2) over [0, 1]", (x) => 1 / (1e-6 + (x - 0.7) ** 2), 0, 1],
];

/** Measures. */
export async function measure(python: Python): Promise<AccuracyRow[]> {
  const rows: AccuracyRow[] = [];
  // All nodes of small rules, and some of large ones: the outermost, those about the change of method, inner ones.
  const few = (n: number) => [1, 2, 9, 10, 11, 12, 13, 20, Math.floor(n / 4), Math.floor(n / 2)];
  const all = (n: number) => Array.from({ length: n >> 1 }, (_, i) => i + 1);
  const wanted: [number, number[]][] = [[5, all(5)], [64, all(64)], [200, all(200)], [201, few(201)]];
  wanted.push([1000, few(1000)], [10_000, few(10_000)], [100_000, [1, 11, 50_000]]);
  const reference = await python("quadrature_reference.py", { rules: wanted }) as {
    rules: [number, number][][];
    integrals: Record<string, number>;
  };
  wanted.forEach(([n, ks], i) => {
    const { nodes, weights } = gaussLegendre(n);
    const exact = reference.rules[i];
    const domain = `n = ${n}, ${ks.length} of the nodes`;
    const row = (name: string, actual: number[], at: number, floor: number, bound: number) =>
      rows.push({
        ...{ name, domain, reference: "mpmath, 50 digits", bound },
        ...errorsOf(actual, exact.map((pair) => pair[at]), floor),
      });
    row("gaussLegendre, nodes", ks.map((k) => nodes[n - k]), 0, 1, 2.3e-16);
    row("gaussLegendre, weights", ks.map((k) => weights[n - k]), 1, 0, 3e-15);
  });
  const options: QuadOptions = { absoluteTolerance: 1e-10, relativeTolerance: 1e-10, limit: 200 };
  for (const [name, f, a, b] of INTEGRALS) {
    const { value, evaluations } = quad(f, a, b, options);
    rows.push({
      ...{ name: `quad, ${evaluations} values`, domain: name, reference: "mpmath, 50 digits", bound: 1e-10 },
      ...errorsOf([value], [reference.integrals[name]]),
    });
  }
  const n = 1_000_001;
  const tenth = new Float64Array(n).fill(0.1);
  const sums: [string, ArrayLike<number>, number[]][] = [
    ["simpson", [simpson(tenth)], [100_000]],
    ["cumulativeTrapezoid", cumulativeTrapezoid(tenth), Array.from({ length: n - 1 }, (_, i) => (i + 1) / 10)],
  ];
  for (const [name, actual, exact] of sums) {
    rows.push({
      ...{ name, domain: `${n} samples of 0.1`, reference: "exact", bound: 5e-15 },
      ...errorsOf(actual, exact),
    });
  }
  return rows;
}
