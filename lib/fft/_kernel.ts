import { constructorOf, isComplex, itemSize, type NdArray } from "../array/mod.ts";
import { MemoryError } from "../base/mod.ts";
import { call, memoryUse, type TypedArray } from "../kernel/mod.ts";
import type { ComplexDType, PlanKind, RealDType } from "./plan.ts";

/** Address of a new plan. */
export function newPlan(shape: readonly number[], axes: readonly number[], kind: PlanKind, dtype: RealDType): number {
  let address = 0;
  call("fft plan", (k, a) => {
    const lengths = a.in(Uint32Array.from(shape));
    const flags = a.in(Uint32Array.from(shape, (_, axis) => Number(axes.includes(axis))));
    const make = dtype === "float32" ? k.fft_plan_new_f32 : k.fft_plan_new_f64;
    address = make(lengths, flags, shape.length, Number(kind === "real")) >>> 0;
  });
  // Lengths were checked before, so only room can be missing.
  if (address === 0) throw new MemoryError("Cannot make a plan: no room for its tables", 0, memoryUse().free);
  return address;
}

/** Gives a plan back. */
export function freePlan(address: number, dtype: RealDType): void {
  call("fft plan", (k) => dtype === "float32" ? k.fft_plan_free_f32(address) : k.fft_plan_free_f64(address));
}

/**
 * Runs a plan from `src` to `dst`, in place if they are the same memory. With `consume`, `src` may be used as scratch, which
 * an inverse of real numbers over more than the last axis needs.
 */
export function runPlan(
  address: number,
  dtype: RealDType,
  src: TypedArray,
  dst: TypedArray,
  inverse: boolean,
  scale: number,
  { consume = false }: { consume?: boolean } = {},
): void {
  const inPlace = src.buffer === dst.buffer && src.byteOffset === dst.byteOffset;
  const way = inverse ? (consume ? 2 : 1) : 0;
  call(inverse ? "inverse fft" : "fft", (k, a) => {
    const to = inPlace ? a.inout(dst) : a.out(dst);
    const from = inPlace ? to : a.in(src);
    return (dtype === "float32" ? k.fft_run_f32 : k.fft_run_f64)(address, from, to, way, scale);
  });
}

/** Cosine transform over the last three axes, of the given lengths, in place. */
export function runDct1(dtype: RealDType, data: TypedArray, lengths: readonly number[], scale: number): void {
  const [a, b, c] = lengths;
  call("cosine transform", (k, args) => {
    const run = dtype === "float32" ? k.fft_dct1_f32 : k.fft_dct1_f64;
    return run(args.inout(data), data.length / (a * b * c), a, b, c, scale);
  });
}

/** Part of an axis: `count` elements from `from`, `from + step`, ...; filled if `from` is negative. */
export type Stretch = readonly [count: number, from: number, step: number];
/** An axis of a copy: the axis of the source that it comes from (-1 for a new one), and what it holds. */
export interface AxisMap {
  axis: number;
  stretches: readonly Stretch[];
}

const isSingle = (x: NdArray) => constructorOf(x.dtype) as unknown === Float32Array;

/** Copies `x` to `out` with each axis mapped on its own. */
export function runRemap(x: NdArray, out: NdArray, maps: readonly AxisMap[], fill: number): void {
  const pattern = new (constructorOf(x.dtype))(new ArrayBuffer(16), 0, 16 / constructorOf(x.dtype).BYTES_PER_ELEMENT);
  (pattern as Float64Array)[0] = fill;
  const stride = (axis: number) => axis < 0 ? 0 : x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  call("copy of an array", (k, a) =>
    k.fft_remap(
      itemSize(x.dtype),
      a.in(x.data),
      x.size,
      a.out(out.data),
      out.size,
      maps.length,
      a.in(Uint32Array.from(maps, ({ axis }) => stride(axis))),
      a.in(Uint32Array.from(maps, ({ stretches }) => stretches.length)),
      a.in(Int32Array.from(maps.flatMap(({ stretches }) => stretches.flat()))),
      a.in(pattern),
    ));
}

/** Address of tables of a cosine, sine or Hartley transform along the middle axis of `[outer, n, inner]`. */
export function newTrig(dtype: RealDType, kind: number, n: number, outer: number, inner: number): number {
  let address = 0;
  call("transform's tables", (k) => {
    address = (dtype === "float32" ? k.fft_trig_new_f32 : k.fft_trig_new_f64)(kind, n, outer, inner) >>> 0;
  });
  if (address === 0) throw new MemoryError("Cannot transform: no room for its tables", 0, memoryUse().free);
  return address;
}

/** Gives tables back. */
export function freeTrig(address: number, dtype: RealDType): void {
  call("transform's tables", (k) => (dtype === "float32" ? k.fft_trig_free_f32 : k.fft_trig_free_f64)(address));
}

/** Runs a transform from `src`, of `points` points, to `dst`; they may be the same if `points` is the length. */
export function runTrig(
  address: number,
  dtype: RealDType,
  src: TypedArray,
  dst: TypedArray,
  points: number,
  scale: number,
  orthogonal: boolean,
): void {
  const inPlace = src.buffer === dst.buffer && src.byteOffset === dst.byteOffset;
  call("cosine, sine or Hartley transform", (k, a) => {
    const to = inPlace ? a.inout(dst) : a.out(dst);
    const from = inPlace ? to : a.in(src);
    const run = dtype === "float32" ? k.fft_trig_run_f32 : k.fft_trig_run_f64;
    return run(address, from, to, points, scale, Number(orthogonal));
  });
}

/** `a *= b` or its conjugate; `b` has `a`'s axes, or 1 for those along which it is the same. */
export function multiplyInto(a: NdArray<ComplexDType>, b: NdArray<ComplexDType>, conjugate: boolean): void {
  const rows = b.shape.slice(0, -1);
  const strides = rows.map((n, axis) => n === 1 ? 0 : rows.slice(axis + 1).reduce((x, y) => x * y, 1));
  call("product of spectra", (k, args) => {
    const run = isSingle(a) ? k.fft_multiply_f32 : k.fft_multiply_f64;
    const [x, y] = [args.inout(a.data), args.in(b.data)];
    const [shape, steps] = [args.in(Uint32Array.from(a.shape)), args.in(Uint32Array.from([...strides, 0]))];
    run(x, y, b.data.length, shape, steps, a.shape.length, Number(conjugate));
  });
}

/** Changes the sign of imaginary parts, in place. */
export function conjugateInto(x: NdArray): void {
  call(
    "complex conjugate",
    (k, a) => (isSingle(x) ? k.fft_conjugate_f32 : k.fft_conjugate_f64)(a.inout(x.data), x.size),
  );
}

/** Frequencies of `n` points to those of `m` along the middle axis of `[outer, .., inner]`, half of them or all. */
export function runRespectrum(
  src: NdArray,
  dst: NdArray,
  { outer, n, m, inner, half }: { outer: number; n: number; m: number; inner: number; half: boolean },
): void {
  call("another number of frequencies", (k, a) => {
    const run = isSingle(src) ? k.fft_respectrum_f32 : k.fft_respectrum_f64;
    run(a.in(src.data), a.out(dst.data), outer, n, m, inner, Number(half));
  });
}

/** Hartley transform over some axes from the half spectrum. */
export function runHartley(spectrum: NdArray, out: NdArray, axes: readonly number[]): void {
  call("Hartley transform", (k, a) => {
    const run = isSingle(out) ? k.fft_hartley_f32 : k.fft_hartley_f64;
    const flags = Uint32Array.from(out.shape, (_, axis) => Number(axes.includes(axis)));
    run(a.in(spectrum.data), a.out(out.data), a.in(Uint32Array.from(out.shape)), a.in(flags), out.shape.length);
  });
}

/** out_t = sum_j c_j a_t+j of `[batch, shape]` and `[kernels, taps]`. */
export function runCorrelate(
  a: NdArray,
  c: NdArray,
  out: NdArray,
  { batch, kernels, shape, taps }: {
    batch: number;
    kernels: number;
    shape: readonly number[];
    taps: readonly number[];
  },
): void {
  call("direct correlation", (k, args) => {
    const run = isSingle(a) ? k.fft_correlate_f32 : k.fft_correlate_f64;
    const [n, m] = [args.in(Uint32Array.from(shape)), args.in(Uint32Array.from(taps))];
    const item = isComplex(a.dtype) ? 2 : 1;
    run(args.in(a.data), args.in(c.data), args.out(out.data), batch, kernels, n, m, shape.length, item);
  });
}
