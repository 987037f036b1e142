import { MemoryError } from "../base/mod.ts";
import { call, memoryUse, type TypedArray } from "../kernel/mod.ts";
import type { PlanKind, RealDType } from "./plan.ts";

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

/** Runs a plan from `src` to `dst`, in place if they are the same memory. */
export function runPlan(
  address: number,
  dtype: RealDType,
  src: TypedArray,
  dst: TypedArray,
  inverse: boolean,
  scale: number,
): void {
  const inPlace = src.buffer === dst.buffer && src.byteOffset === dst.byteOffset;
  call(inverse ? "inverse fft" : "fft", (k, a) => {
    const to = inPlace ? a.inout(dst) : a.out(dst);
    const from = inPlace ? to : a.in(src);
    return (dtype === "float32" ? k.fft_run_f32 : k.fft_run_f64)(address, from, to, Number(inverse), scale);
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
