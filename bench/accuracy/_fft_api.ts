/**
 * Errors of what is around the Fourier transforms: cosine, sine and Hartley transforms, convolution and resampling.
 *
 * @module
 */
import { fromData, type NdArray } from "../../lib/array/mod.ts";
import {
  convolve,
  correlate,
  dct,
  dctn,
  dht,
  dhtn,
  dst,
  idct,
  idst,
  resample,
  type TrigType,
} from "../../lib/fft/mod.ts";
import { type AccuracyRow, type Python, relativeL2 } from "./_table.ts";

type Real = NdArray<"float64">;

/** A line of the table: what is computed of arrays of these shapes, and the points n of the bound's log2 n. */
interface Line {
  name: string;
  domain: string;
  cases: {
    name: string;
    shapes: number[][];
    options: Record<string, unknown>;
    n: number;
    run: (...x: Real[]) => Real;
  }[];
}

const LENGTHS = [16, 97, 360, 1009, 2310, 4096, 10007];
const TYPES: TrigType[] = [1, 2, 3, 4];

function lines(): Line[] {
  const trig = (name: string, run: (x: Real, options: { type: TrigType }) => Real, type: TrigType): Line["cases"] =>
    LENGTHS.map((n) => ({ name, shapes: [[n]], options: { type }, n, run: (x) => run(x, { type }) }));
  const both = (name: "dct" | "dst", type: TrigType): Line => ({
    name: `${name}, i${name}, type ${type}`,
    domain: `lengths ${LENGTHS[0]} to ${LENGTHS.at(-1)}, three of them prime`,
    cases: [...trig(name, name === "dct" ? dct : dst, type), ...trig(`i${name}`, name === "dct" ? idct : idst, type)],
  });
  const meshes = [[16, 15, 14], [64, 37], [24, 20, 18]];
  const volume = (shape: number[]) => shape.reduce((a, b) => a * b);
  const n = (shape: number[]) => ({ n: volume(shape), shapes: [shape], options: {} });
  const pairs = [[[3000], [3000]], [[9000], [100]], [[100, 90], [31, 8]], [[7], [3]], [[24, 24, 24], [5, 6, 7]]];
  const shapes = "1-d to 3-d, up to 14000 points";
  const pair = ([a, b]: number[][]) => ({ shapes: [a, b], options: {}, n: Math.max(4, volume(a)) });
  return [
    ...TYPES.map((type) => both("dct", type)),
    ...TYPES.map((type) => both("dst", type)),
    {
      name: "dctn",
      domain: "2-d and 3-d meshes",
      cases: meshes.map((s) => ({ ...n(s), name: "dctn", run: (x) => dctn(x) })),
    },
    {
      name: "dht, dhtn",
      domain: "lengths as above; 2-d and 3-d meshes",
      cases: [
        ...LENGTHS.map((m) => ({ ...n([m]), name: "dht", run: (x: Real) => dht(x) })),
        ...meshes.map((s) => ({ ...n(s), name: "dhtn", run: (x: Real) => dhtn(x) })),
      ],
    },
    {
      name: "resample",
      domain: "2-d and 3-d meshes, to half and to twice as many points",
      cases: meshes.flatMap((s) =>
        [0.5, 2].map((by) => {
          const shape = s.map((m) => Math.round(m * by));
          return { ...n(s), name: "resample", options: { shape }, run: (x: Real) => resample(x, shape) };
        })
      ),
    },
    ...(["direct", "fft", "overlap"] as const).flatMap((method): Line[] => [
      {
        name: `convolve, correlate, method ${method}`,
        domain: shapes,
        cases: pairs.flatMap((p) => [
          { ...pair(p), name: "convolve", run: (x, y) => convolve(x, y, { method }) },
          { ...pair(p), name: "correlate", run: (x, y) => correlate(x, y, { method }) },
        ]),
      },
    ]),
  ];
}

/** The lines of the table; the errors are relative L2 divided by log2 of the points. */
export async function rows(python: Python): Promise<AccuracyRow[]> {
  const all = lines();
  const result: AccuracyRow[] = [];
  for (const dtype of ["float64", "float32"] as const) {
    const cases = all.flatMap((line) => line.cases.map(({ name, shapes, options }) => ({ name, shapes, options })));
    const answers = await python("_fft_api_reference.py", { cases, dtype }) as {
      inputs: number[][];
      result: number[];
    }[];
    let next = 0;
    for (const { name, domain, cases } of all) {
      const errors = cases.map(({ shapes, n, run }) => {
        const { inputs, result } = answers[next++];
        const arrays = inputs.map((data, i) => fromData(data, shapes[i], dtype) as Real);
        const y = run(...arrays);
        const error = relativeL2(y.data, result) / Math.log2(n);
        [...arrays, y].forEach((x) => x.dispose());
        return error;
      }).sort((a, b) => a - b);
      result.push({
        name,
        domain: `${domain}, ${dtype}; relative L2 over log2 n`,
        reference: "SciPy in long double",
        worst: errors.at(-1)!,
        median: errors[errors.length >> 1],
        bound: dtype === "float64" ? 1e-15 : 2e-7,
      });
    }
  }
  return result;
}
