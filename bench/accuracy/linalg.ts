/**
 * Accuracy of linear algebra.
 *
 * @module
 */
import { fromData } from "../../lib/array/mod.ts";
import {
  cg,
  cholesky,
  choLogdet,
  choSolve,
  det,
  eigvalsh,
  inv,
  lstsq,
  solve,
  solveBanded,
  svd,
} from "../../lib/linalg/mod.ts";
import { type AccuracyRow, errorsOf, type Python } from "./_table.ts";

/** Heading. */
export const title = "Linear algebra";
/** A few sentences below the heading. */
export const about =
  "Random matrices; each error is relative to the largest element of the exact result (eigenvalues and singular values: to " +
  "the largest of the matrix), but for determinants and where a line says otherwise.";

type Reference = Record<string, number[]> & {
  small: number[][];
  smallValues: number[][];
  determinant: number;
  logdet: number;
};

/** Measures. */
export async function measure(python: Python): Promise<AccuracyRow[]> {
  const r = await python("linalg_reference.py") as Reference;
  const reference = "mpmath, 50 digits";
  const rows: AccuracyRow[] = [];
  const largest = (values: readonly number[]) => values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const row = (name: string, domain: string, values: ArrayLike<number>, exact: readonly number[], bound: number) =>
    rows.push({ name, domain, reference, ...errorsOf(values, exact, largest(exact)), bound });
  const matrix = (values: readonly number[], m: number, n = m) => fromData(values, [m, n], "float64");
  const [random, close] = [[0, 100], [100, 200]];
  for (
    const [domain, [from, to]] of [["100 matrices 3 x 3", random], ["eigenvalues 1, 1 + 1e-12, 3", close]] as const
  ) {
    const stack = fromData(r.small.slice(from, to).flat(), [100, 3, 3], "float64");
    row("eigvalsh", domain, eigvalsh(stack).data, r.smallValues.slice(from, to).flat(), 2e-15);
  }
  row("eigvalsh", "40 x 40", eigvalsh(matrix(r.large, 40)).data, r.largeValues, 1e-14);
  const general = matrix(r.general, 12);
  const positive = matrix(r.positive, 12);
  const right = fromData(r.right, [12], "float64");
  row("solve", "12 x 12", solve(general, right).data, r.solution, 1e-13);
  row("inv", "12 x 12", inv(general).data, r.inverse, 1e-13);
  row("det", "12 x 12", [det(general)], [r.determinant], 1e-14);
  row("choSolve", "12 x 12", choSolve(cholesky(positive), right).data, r.positiveSolution, 1e-14);
  row("choLogdet", "12 x 12", choLogdet(cholesky(positive)).data, [r.logdet], 1e-15);
  row("cg", "12 x 12, rtol 1e-15", cg(positive, right, { rtol: 1e-15 }).x.data, r.positiveSolution, 1e-14);
  const fit = lstsq(matrix(r.tall, 30, 6), fromData(r.data, [30], "float64"));
  row("lstsq", "30 x 6", fit.x.data, r.leastSquares, 1e-14);
  row("svd", "30 x 6", fit.s.data, r.tallValues, 1e-14);
  const values = svd(matrix(r.hilbert, 6)).s.data;
  rows.push({
    name: "svd",
    domain: "Hilbert's matrix 6 x 6 (smallest to largest 7e-8), each to itself",
    reference,
    ...errorsOf(values, r.hilbertValues),
    bound: 1e-8,
  });
  const band = fromData(r.band, [4, 50], "float64");
  const banded = solveBanded([2, 1], band, fromData(r.bandRight, [50], "float64"));
  row("solveBanded", "n = 50, 2 bands below, 1 above", banded.data, r.bandSolution, 1e-14);
  return rows;
}
