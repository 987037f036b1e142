import { DomainError, Recent, ShapeError } from "../base/mod.ts";
import { empty, type NdArray } from "../array/mod.ts";
import { freeTrig, newTrig, runTrig } from "./_kernel.ts";
import { checkApart, checkArray, scaleOf } from "./_check.ts";
import { checkAxis, checkLengths, checkPoints, checkReal } from "./_remap.ts";
import type { DctnOptions, DctOptions } from "./dct.ts";
import type { Norm, RealDType } from "./plan.ts";

/** Type of a cosine or sine transform. */
export type TrigType = 1 | 2 | 3 | 4;

/** What is done along each axis, and how. */
export interface TrigRun {
  /** "cosine", "sine" or "Hartley". */
  family: "cosine" | "sine" | "Hartley";
  /** Type of cosine and sine transforms. */
  type?: TrigType;
  inverse: boolean;
  norm: Norm | undefined;
  orthogonalize?: boolean;
  out: NdArray<RealDType> | undefined;
}

/** Tables that were used last. */
const recent = new Recent<{ address: number; dtype: RealDType }>(8, ({ address, dtype }) => freeTrig(address, dtype));

function tables(dtype: RealDType, kind: number, n: number, outer: number, inner: number): number {
  const key = `${dtype} ${kind} ${n} ${outer} ${inner}`;
  return recent.get(key, () => ({ address: newTrig(dtype, kind, n, outer, inner), dtype })).address;
}

/** Transform along axes, of the given lengths: from `x` along the first, in place along the others. */
export function trig<D extends RealDType>(
  x: NdArray<D>,
  lengths: ReadonlyMap<number, number>,
  run: TrigRun,
): NdArray<D> {
  const dtype = checkReal(x, "the input");
  const { family, type = 2, inverse, norm } = run;
  if (![1, 2, 3, 4].includes(type)) {
    throw new DomainError(`Cannot use "type": it must be 1, 2, 3 or 4, got ${type}`, "1, 2, 3 or 4", String(type));
  }
  // The inverse of type II is type III; the others are their own, but for the factor.
  const code = inverse ? [0, 1, 3, 2, 4][type] : type;
  const kind = family === "cosine" ? code : family === "sine" ? 4 + code : 9;
  const period = (n: number) =>
    family === "Hartley" ? n : type !== 1 ? 2 * n : family === "cosine" ? 2 * n - 2 : 2 * n + 2;
  for (const [axis, n] of lengths) {
    if (kind === 1 && n < 2) {
      throw new ShapeError(
        `Cannot take the cosine transform of type 1 along axis ${axis}: it needs 2 or more points, got ${n}`,
        "2 or more",
        String(n),
      );
    }
  }
  const shape = x.shape.map((n, axis) => lengths.get(axis) ?? n);
  const out = run.out as NdArray<D> | undefined;
  // Each axis has its factor, so that none of them overflows.
  const scales = new Map([...lengths].map(([axis, n]) => [axis, scaleOf(norm, inverse, period(n))]));
  if (out) checkArray(out, x.dtype, shape, '"out"');
  if (out && out.data !== x.data) checkApart(x, out, "pass the input itself to work in place");
  const orthogonal = run.orthogonalize ?? (norm === "ortho" && family !== "Hartley");
  // Along axes that get shorter first, so that there is less to do.
  const change = ([axis, n]: [number, number]) => n / x.shape[axis];
  let now: NdArray<D> = x;
  const steps = [...lengths].sort((a, b) => change(a) - change(b));
  steps.forEach(([axis, n], i) => {
    const partial = now.shape.map((m, a) => a === axis ? n : m);
    const outer = partial.slice(0, axis).reduce((a, b) => a * b, 1);
    const inner = partial.slice(axis + 1).reduce((a, b) => a * b, 1);
    const address = tables(dtype, kind, n, outer, inner);
    const same = n === now.shape[axis] && now !== x;
    const target = i === steps.length - 1 && out ? out : same ? now : empty(partial, x.dtype);
    runTrig(address, dtype, now.data, target.data, now.shape[axis], scales.get(axis)!, orthogonal);
    if (now !== x && now !== target) now.dispose();
    now = target;
  });
  return now;
}

/** Cosine or sine transform along one axis. */
export function trigAlong<D extends RealDType>(
  family: "cosine" | "sine",
  x: NdArray<D>,
  { n, axis = -1, type, norm, orthogonalize, out }: DctOptions<D>,
  inverse: boolean,
): NdArray<D> {
  const at = checkAxis(x, axis);
  const lengths = new Map([[at, checkPoints(n, x.shape[at])]]);
  return trig(x, lengths, { family, type, inverse, norm, orthogonalize, out });
}

/** Cosine or sine transform along several axes. */
export function trigOver<D extends RealDType>(
  family: "cosine" | "sine",
  x: NdArray<D>,
  { s, axes, type, norm, orthogonalize, out }: DctnOptions<D>,
  inverse: boolean,
): NdArray<D> {
  return trig(x, checkLengths(x, axes, s), { family, type, inverse, norm, orthogonalize, out });
}
