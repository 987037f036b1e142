/** Lagrangian perturbation theory mode by mode, as simple as can be; on meshes of even size. */
import { type NdArray, zeros } from "../../lib/array/mod.ts";
import { irfftn, rfftn } from "../../lib/fft/mod.ts";

/** Displacements of each source, `[3][n^3]`, in units of the box over 2 pi. */
export interface TwinParts {
  first: Float64Array[];
  second: Float64Array[];
  thirdA: Float64Array[];
  thirdB: Float64Array[];
}

const AXES = [0, 1, 2];

/**
 * Parts for unit growth of `delta`, the half spectrum of the overdensity: -grad phi of the sources of the docstring of
 * `lagrangianDisplacements`. `keepHighest`: whether modes n/2 take part in derivatives of odd order, with the number -n/2
 * along the first two axes, n/2 along the last, as BEoRN does it.
 */
export function twin(delta: Float64Array, n: number, keepHighest: boolean): TwinParts {
  const width = n / 2 + 1;
  /** The mesh of `spectrum` times `(re, im)(m)`. */
  const mesh = (spectrum: Float64Array, factor: (m: number[]) => [number, number]): Float64Array => {
    using work = zeros([n, n, width], "complex128");
    for (let i = 0; i < n * n * width; i++) {
      const at = [Math.floor(i / (n * width)), Math.floor(i / width) % n, i % width];
      const m = at.map((j, axis) => axis < 2 && j >= n / 2 ? j - n : j);
      if (m.every((x) => x === 0)) continue;
      const [[a, b], [c, d]] = [spectrum.subarray(2 * i, 2 * i + 2), factor(m)];
      work.data.set([a * c - b * d, a * d + b * c], 2 * i);
    }
    using out = irfftn(work);
    return out.data.slice() as Float64Array;
  };
  const square = (m: number[]) => m[0] ** 2 + m[1] ** 2 + m[2] ** 2;
  const odd = (m: number) => !keepHighest && Math.abs(m) === n / 2 ? 0 : m;
  const gradient = (s: Float64Array) => AXES.map((i) => mesh(s, (m) => [0, odd(m[i]) / square(m)]));
  const hessian = (s: Float64Array) =>
    AXES.map((i) => AXES.map((j) => mesh(s, (m) => [(i === j ? m[i] * m[i] : odd(m[i]) * odd(m[j])) / square(m), 0])));
  const spectrum = (values: (cell: number) => number): Float64Array => {
    using work = zeros([n, n, n], "float64");
    for (let cell = 0; cell < n ** 3; cell++) work.data[cell] = values(cell);
    using out = rfftn(work as NdArray<"float64">);
    return out.data.slice() as Float64Array;
  };
  const pairs = [[0, 1], [0, 2], [1, 2]];
  const one = hessian(delta);
  const second = spectrum((c) =>
    pairs.reduce((sum, [i, j]) => sum + one[i][i][c] * one[j][j][c] - one[i][j][c] ** 2, 0)
  );
  const two = hessian(second);
  const minor = (c: number, i: number, j: number) => one[1][i][c] * one[2][j][c] - one[1][j][c] * one[2][i][c];
  const thirdA = spectrum((c) =>
    one[0][0][c] * minor(c, 1, 2) - one[0][1][c] * minor(c, 0, 2) + one[0][2][c] * minor(c, 0, 1)
  );
  const thirdB = spectrum((c) =>
    0.5 * pairs.reduce(
      (sum, [i, j]) =>
        sum + two[i][i][c] * one[j][j][c] + two[j][j][c] * one[i][i][c] - 2 * two[i][j][c] * one[i][j][c],
      0,
    )
  );
  const [a, b, c, d] = [delta, second, thirdA, thirdB].map(gradient);
  return { first: a, second: b, thirdA: c, thirdB: d };
}
