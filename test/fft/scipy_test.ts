import assert from "node:assert/strict";
import { type DType, fromData, type NdArray } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import * as fft from "../../lib/fft/mod.ts";
import { distance } from "./_naive.ts";

await ready({ threads: 2 });

/** An array; its numbers are separated by spaces. */
interface Packed {
  shape: number[];
  dtype: string;
  data: string;
}
interface Case {
  name: string;
  arrays: Packed[];
  positional: unknown[];
  options: Record<string, unknown>;
  result: Packed;
}
const path = new URL("./reference/scipy.json", import.meta.url);
const { numpy, scipy, cases } = JSON.parse(await Deno.readTextFile(path)) as {
  numpy: string;
  scipy: string;
  cases: Case[];
};

// Rounding errors of both sides, relative to the norm of the result; measured 4e-16 and 2e-7.
const TOLERANCE = { float64: 2e-15, complex128: 2e-15, float32: 6e-7, complex64: 6e-7 } as Record<string, number>;
const SINGLE: Record<string, DType> = { float64: "float32", complex128: "complex64" };

const numbersOf = ({ data }: Packed) => data.split(" ").map(Number);

/** Our call for a case of NumPy's or SciPy's. */
function ours({ name, arrays, positional, options }: Case, single: boolean): NdArray {
  const [x, ...rest] = arrays.map((packed) => {
    const dtype = single ? SINGLE[packed.dtype] : packed.dtype as DType;
    return fromData(numbersOf(packed), packed.shape, dtype);
  });
  if (name === "resample") {
    const { axis = -1 } = options as { axis?: number };
    return fft.resample(x as NdArray<"float64">, [positional[0] as number], { axes: [axis] });
  }
  const functions = fft as unknown as Record<string, (...args: unknown[]) => NdArray>;
  return functions[name](x, ...rest, ...positional, options);
}

for (const name of [...new Set(cases.map((c) => c.name))]) {
  Deno.test(`${name}() agrees with NumPy ${numpy} and SciPy ${scipy}, f64 and f32`, () => {
    for (const c of cases.filter((c) => c.name === name)) {
      for (const single of [false, true]) {
        const about = JSON.stringify([
          c.arrays.map(({ shape, dtype }) => [shape, dtype]),
          c.positional,
          c.options,
          single,
        ]);
        const result = ours(c, single);
        assert.deepEqual([...result.shape], c.result.shape, about);
        assert.equal(result.dtype, single ? SINGLE[c.result.dtype] : c.result.dtype, about);
        const expected = numbersOf(c.result);
        if (expected.every((v) => v === 0)) assert.ok(result.data.every((v) => Math.abs(v) < 1e-13), about);
        else {
          const error = distance(result.data, expected);
          assert.ok(error < TOLERANCE[result.dtype], `${about}: ${error}`);
        }
      }
    }
  });
}
