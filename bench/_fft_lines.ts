/**
 * Fourier transforms of lines and batches of lines: ours beside scipy.fft and FFTW.
 *
 * @module
 */
import { zeros } from "../lib/array/mod.ts";
import { fft, rfft } from "../lib/fft/mod.ts";
import { type Contender, type Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Lines that are transformed. */
export interface LineCase {
  /** "c2c" or "r2c". */
  kind: "c2c" | "r2c";
  /** Precision. */
  dtype: "float32" | "float64";
  /** [1] One or two lengths. */
  shape: number[];
  /** [1] The transformed axis; r2c takes the last. */
  axis: number;
}

/** [1] Powers of two, primes, awkward products. */
const LENGTHS = [64, 1024, 2 ** 14, 2 ** 17, 2 ** 20, 101, 1009, 10007, 65537, 1000003, 20014, 30030, 1e6];
const BATCHES = [[1000, 1024], [1000, 1009], [64, 16384]];

/** All that are measured: both kinds in both precisions, alone; batches of complex numbers. */
export function lineCases(): LineCase[] {
  const dtypes = ["float64", "float32"] as const;
  const kinds = ["c2c", "r2c"] as const;
  const alone = LENGTHS.flatMap((n) =>
    kinds.flatMap((kind) => dtypes.map((dtype) => ({ kind, dtype, shape: [n], axis: 0 })))
  );
  const batches = BATCHES.flatMap(([rows, n]) =>
    dtypes.flatMap((dtype) => [
      { kind: "c2c" as const, dtype, shape: [rows, n], axis: 1 },
      { kind: "r2c" as const, dtype, shape: [rows, n], axis: 1 },
      { kind: "c2c" as const, dtype, shape: [n, rows], axis: 0 },
    ])
  );
  return [...alone, ...batches];
}

/** Measures one case; the times are those of one transform. */
export async function benchLines(
  { kind, dtype, shape, axis }: LineCase,
  peer: Peer | undefined,
  threads: number,
  rounds: number,
): Promise<Times[]> {
  const complex = dtype === "float32" ? "complex64" : "complex128";
  const size = shape.reduce((a, b) => a * b, 1);
  // A look at the clock costs as much as a short transform.
  const calls = Math.max(1, Math.round(50000 / size));
  const perCall = (milliseconds: number) => milliseconds / calls;
  using real = zeros(shape, dtype);
  using points = zeros(shape, complex);
  for (let i = 0; i < points.data.length; i++) points.data[i] = (i * 48271 % 65537) / 65537;
  real.data.set(points.data.subarray(0, real.data.length) as never);
  using spectrum = zeros(kind === "r2c" ? [...shape.slice(0, -1), Math.floor(shape.at(-1)! / 2) + 1] : shape, complex);
  const once = kind === "r2c"
    ? () => void rfft(real, { out: spectrum as never })
    : () => void fft(points, { axis, out: spectrum });
  const ours: Contender = ["ours", () =>
    perCall(timed(() => {
      for (let i = 0; i < calls; i++) once();
    }))];
  const request = { kind, dtype, rows: shape.length > 1 ? shape[0] : 0, n: shape.at(-1)!, axis, threads, calls };
  const peers = (peer ? ["scipy_lines", "fftw_lines"] : []).map((name): Contender => [
    name.slice(0, -6),
    async () => perCall(await peer!.run({ case: name, ...request })),
  ]);
  return await sideBySide([ours, ...peers], { rounds });
}
