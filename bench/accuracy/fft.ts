import { fromData, type NdArray } from "../../lib/array/mod.ts";
import { fft, ifft, irfft, rfft } from "../../lib/fft/mod.ts";
import { rows as rowsAround } from "./_fft_api.ts";
import type { AccuracyRow, Python } from "./_table.ts";

/** Heading. */
export const title = "Fourier transforms";
/** Below the heading. */
export const about =
  "Relative L2 error of one line of random numbers against scipy.fft in extended precision (64 bits of mantissa), which " +
  "is checked against the sum of the definition. Worst and median are those of `fft`, `ifft`, `rfft` and `irfft`; the " +
  "bound is 1e-15 log2 n, in float32 2e-7 log2 n.";

const KINDS = ["fft", "ifft", "rfft", "irfft"] as const;
/** Primes below and above those that have a pass, products of many of them, powers, and products with a large prime. */
const LENGTHS = [11, 13, 37, 53, 59, 101, 509, 1009, 2187, 10007, 20014, 30030, 65537, 99991, 117649, 1000000, 1000003];
const BOUNDS = { float64: 1e-15, float32: 2e-7 } as const;
type Precision = keyof typeof BOUNDS;

/** Numbers without a pattern in [-0.5, 0.5): the 32-bit Lehmer sequence. */
function noise(length: number): Float64Array {
  let state = 12345;
  return Float64Array.from({ length }, () => (state = state * 48271 % 2147483647) / 2147483647 - 0.5);
}

function input(kind: (typeof KINDS)[number], n: number, dtype: Precision): NdArray {
  const complex = dtype === "float64" ? "complex128" : "complex64";
  if (kind === "rfft") return fromData(noise(n), [n], dtype);
  const count = kind === "irfft" ? Math.floor(n / 2) + 1 : n;
  const data = noise(2 * count);
  if (kind === "irfft") {
    data[1] = 0;
    if (n % 2 === 0) data[n + 1] = 0;
  }
  return fromData(data, [count], complex);
}

function transformed(kind: (typeof KINDS)[number], x: NdArray, n: number): NdArray {
  if (kind === "rfft") return rfft(x as NdArray<Precision>);
  const z = x as NdArray<"complex64" | "complex128">;
  return kind === "irfft" ? irfft(z, { n }) : kind === "fft" ? fft(z) : ifft(z);
}

/** Measures. */
export async function measure(python: Python): Promise<AccuracyRow[]> {
  const folder = await Deno.makeTempDir();
  try {
    const cases: { path: string; n: number; kind: string; dtype: Precision }[] = [];
    for (const dtype of ["float64", "float32"] as const) {
      for (const n of LENGTHS) {
        for (const kind of KINDS) {
          const path = `${folder}/${dtype}_${n}_${kind}`;
          using x = input(kind, n, dtype);
          using result = transformed(kind, x, n);
          using file = await Deno.open(path, { write: true, create: true });
          for (const { data } of [x, result]) {
            // A file takes bytes of memory that is not shared.
            const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
            for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
          }
          cases.push({ path, n, kind, dtype });
        }
      }
    }
    const errors = await python("fft_reference.py", cases) as number[];
    const rows: AccuracyRow[] = [];
    for (let i = 0; i < cases.length; i += KINDS.length) {
      const { n, dtype } = cases[i];
      const sorted = errors.slice(i, i + KINDS.length).sort((a, b) => a - b);
      rows.push({
        name: `fft and its kin, ${dtype}`,
        domain: `n = ${n}`,
        reference: "scipy.fft, longdouble",
        worst: sorted[KINDS.length - 1],
        median: (sorted[1] + sorted[2]) / 2,
        bound: BOUNDS[dtype] * Math.log2(n),
      });
    }
    return [...rows, ...await rowsAround(python)];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
