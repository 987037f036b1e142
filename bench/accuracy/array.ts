/**
 * Accuracy of elementwise functions, sums and products.
 *
 * @module
 */
import * as arrays from "../../lib/array/mod.ts";
import { astype, fromData, matmul, power, std, type Strided, sum } from "../../lib/array/mod.ts";
import { type AccuracyRow, errorsOf, type Python } from "./_table.ts";

/** Heading. */
export const title = "Arrays";
/** A few sentences below the heading. */
export const about =
  "Elementary functions at points spread evenly (or evenly in the logarithm), the exact value of each from 40 digits. " +
  "float32 exp, log, sin and cos are worked out in float32; other float32 values are those of the float64 functions or " +
  "of `libm`, rounded once. Products are compared with the sum of the absolute values of their terms.";

interface Reference {
  elementary: Record<string, { x: number[]; y: number[]; x32: number[]; y32: number[]; e: number[] }>;
  sums: {
    x: number[];
    sum: number;
    sum32: number;
    std: number;
    a: number[];
    b: number[];
    product: number[];
    scale: number[];
  };
}

type Unary = (x: Strided<"float64"> | Strided<"float32">) => { data: ArrayLike<number> };

/** Measures. */
export async function measure(python: Python): Promise<AccuracyRow[]> {
  const { elementary, sums } = await python("array_reference.py", { count: 4000 }) as Reference;
  const rows: AccuracyRow[] = [];
  const mpmath = "mpmath, 40 digits";
  for (const [name, { x, y, x32, y32, e }] of Object.entries(elementary)) {
    const wide = fromData(x, [x.length], "float64");
    const domain = `${x.length} points from ${low(x)} to ${high(x)}`;
    if (name === "power") {
      const errors = errorsOf(power(wide, fromData(e, [e.length], "float64")).data, y);
      rows.push({ name, domain: `${domain}, exponents to 50`, reference: mpmath, ...errors, bound: 3e-16 });
      continue;
    }
    const f = (arrays as unknown as Record<string, Unary>)[name];
    rows.push({
      name,
      domain,
      reference: mpmath,
      ...errorsOf(f(wide).data, y),
      bound: name === "tanh" ? 5e-16 : 3e-16,
    });
    const narrow = fromData(x32, [x32.length], "float32");
    rows.push({ name: `${name} float32`, domain, reference: mpmath, ...errorsOf(f(narrow).data, y32), bound: 2e-7 });
  }
  const x = fromData(sums.x, [sums.x.length], "float64");
  const one = (value: number, exact: number) => errorsOf([value], [exact]);
  const many = "1e6 numbers in [0, 1)";
  rows.push({ name: "sum", domain: many, reference: "exact", ...one(sum(x), sums.sum), bound: 4e-16 });
  const single = astype(x, "float32");
  rows.push({
    name: "sum float32",
    domain: many,
    reference: "exact",
    ...one(sum(single), sums.sum32),
    bound: 4e-16,
  });
  rows.push({ name: "std", domain: many, reference: "NumPy, long double", ...one(std(x), sums.std), bound: 1e-15 });
  for (const [dtype, bound] of [["float64", 4e-16], ["float32", 1.5e-7]] as const) {
    const [a, b] = [fromData(sums.a, [40, 300], dtype), fromData(sums.b, [300, 40], dtype)];
    const product = matmul(a as Strided<"float64">, b as Strided<"float64">).data;
    const errors = Float64Array.from(product, (v, i) => Math.abs(v - sums.product[i]) / sums.scale[i]).sort();
    const [worst, median] = [errors[errors.length - 1], errors[errors.length >> 1]];
    rows.push({ name: `matmul ${dtype}`, domain: "[40, 300] [300, 40]", reference: mpmath, worst, median, bound });
  }
  return rows;
}

function low(x: number[]): string {
  return x.reduce((a, b) => Math.min(a, b)).toPrecision(1);
}

function high(x: number[]): string {
  return x.reduce((a, b) => Math.max(a, b)).toPrecision(1);
}
